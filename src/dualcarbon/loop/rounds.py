"""Rounds of the loop: what one is solved with, what comes out, and what that asks of the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from dualcarbon.loop.border import Good, exporters
from dualcarbon.loop.budget import Path
from dualcarbon.loop.lost_exports import LostExports, plain, with_lost_exports
from dualcarbon.loop.markets import (
    KEY,
    allowance_price,
    emitted,
    issued_of,
    market_of,
    mean_paid,
    net_prices,
    offsets_of,
    why,
)
from dualcarbon.loop.terms import CLOSED, Kind, Round, State, Terms

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium, Session
    from dualcarbon.instruments.carbon.market import CarbonMarket
    from dualcarbon.scenario.model import Scenario

MT = 1e-6
LEAST_STEP = 0.125


@dataclass(frozen=True)
class Runner:
    """Solves rounds on one system.

    Attributes:
        scenario: with its carbon market; terms: what is assumed beside it.
        goods: that meet the border; threads: of the solver.
        path: of the nation, once it is known; kind: of the market in the loop.
        kept: the session, and the allowances of the base year.
    """

    scenario: Scenario
    terms: Terms
    goods: tuple[Good, ...]
    threads: int = 1
    path: Path | None = None
    kind: Kind = "cap"
    kept: dict[str, Any] = field(default_factory=dict)

    def solve(self, state: State | None, start: Equilibrium | None) -> Equilibrium:
        """The markets under a state; under the scenario as it is without one."""
        session = self._session()
        lost = LostExports()
        if state is not None:
            output = session.model.energy_users.quantities["output"]
            lost = LostExports.of((1.0 - state.output) * output)
        package = self.scenario.package().changed({LostExports.key: lost})
        if state is not None:
            market = market_of(self.scenario)
            ceiling = market.ceiling or max(self.terms.ceiling, market.floor or 0.0)
            fields: dict[str, Any] = {"ceiling": ceiling}
            if self.kind == "cap":
                cap = state.cap / market.kept_share
                fields |= {"cap": plain(cap), "benchmarks": None, "allocation_of_users": "baseline"}
            else:
                fields |= {"stringency": plain(state.stringency)}
            package = package.changed({KEY: fields})
        return session.solve(package, start=start)

    def _session(self) -> Session:
        """The session, opened once: what is not exported is a step of its maker, held by a row."""
        from dualcarbon.equilibrium.solve import Session
        from dualcarbon.system.network import quiet_pypsa

        if "session" not in self.kept:
            with quiet_pypsa():
                network, users = self.scenario.build()
            users = with_lost_exports(users, self.goods)
            self.kept["session"] = Session.open(network, users, threads=self.threads)
        found: Session = self.kept["session"]
        return found

    def first_state(self, before: Equilibrium) -> State:
        """What the scenario as it is asks for: its own output, and a cap from its emissions."""
        model = before.solution.model
        users = model.energy_users.table.index if model.users is not None else pd.Index([])
        output = pd.DataFrame(1.0, index=users, columns=model.periods)
        market = market_of(self.scenario)
        level = model.horizon.spread(market.stringency)
        state = State(pd.Series(0.0, index=model.periods), level, output)
        self.kept["issued"] = float(issued_of(market, before).iloc[0])
        cap = self._cap(market, before)
        return replace(state, cap=cap, stringency=self._stringency(market, before, level, cap))

    def turn(
        self,
        loop: str,
        state: State,
        start: Equilibrium,
        rounds: list[Round],
        tell: Callable[[str], None],
        extra: int,
    ) -> tuple[State, Equilibrium, bool]:
        """Rounds of one loop until it rests, and some more if asked for."""
        step, before, rests, more = (1.0 if self.kind == "cap" else 0.5), float("inf"), False, extra
        price = allowance_price(start) if rounds else None
        latest = start
        for count in range(self.terms.most):
            number = len(rounds) + 1
            tell(f"round {number}, {loop} loop")
            latest = self.solve(state, latest)
            made = self._round(number, loop, state, latest, price, rounds)
            rounds.append(made)
            price = allowance_price(latest)
            near = made.moved < self.terms.tolerance and state.near(made.wanted, self.kind)
            if near and count:
                rests = True
                if not more:
                    break
                more -= 1
            elif count > 1 and made.moved >= before:
                step = max(step / 2, LEAST_STEP)
            before = made.moved
            state = state.toward(made.wanted, step)
        return state, latest, rests

    def _round(
        self,
        number: int,
        loop: str,
        state: State,
        found: Equilibrium,
        price: pd.Series | None,
        rounds: list[Round],
    ) -> Round:
        from dualcarbon.instruments.carbon.market import CarbonMarket

        market = found.package.instruments[KEY]
        assert isinstance(market, CarbonMarket)
        paid = net_prices(market, found)
        exports = exporters(found.solution, self.goods, paid, self.terms.certificate)
        output = self._output(state, exports) if loop == CLOSED else state.output
        cap = self._cap(market, found)
        wanted = State(cap, self._stringency(market, found, state.stringency, cap), output)
        now = allowance_price(found)
        moved = float("inf") if price is None else float((now - price).abs().max())
        table = self._table(market, found, state, exports, paid, now, price)
        return Round(number, loop, state, wanted, table, exports, moved)

    def _output(self, state: State, exports: pd.DataFrame) -> pd.DataFrame:
        """Share of its output that each maker keeps: what is not exported is not made."""
        output = pd.DataFrame(1.0, index=state.output.index, columns=state.output.columns)
        lost = (exports["before_t"] - exports["exported_t"]) * (1.0 - self.terms.diverted)
        share = 1.0 - (lost / exports["output_t"].where(exports["output_t"] > 0)).fillna(0.0)
        for row in exports.assign(share=share).itertuples():
            output.loc[row.user, row.year] = row.share
        return output

    def _cap(self, market: CarbonMarket, found: Equilibrium) -> pd.Series:
        """Allowances of the next round: the path less what is emitted outside and offset, t.

        The first year is the base: it keeps what the scenario as it is issues.
        """
        from dualcarbon.instruments.carbon.settlement import emitted_by_covered

        assert self.path is not None
        total = emitted(found) / MT
        outside = (total - emitted_by_covered(market, found.solution)).clip(lower=0.0)
        offset = offsets_of(found)
        cap = {
            year: max(self.path.at(int(year)) / MT - outside[year] - offset[year], 0.0)
            for year in total.index
        }
        cap[total.index[0]] = self.kept["issued"]
        return pd.Series(cap)

    def _stringency(
        self, market: CarbonMarket, found: Equilibrium, level: pd.Series, cap: pd.Series
    ) -> pd.Series:
        """Factor on the benchmarks at which this round's output would be issued the cap."""
        if self.kind == "cap" or market.cap is not None:
            return level
        issued = issued_of(market, found)
        wanted: pd.Series = (level * cap / issued.where(issued > 0)).fillna(level)
        wanted.iloc[0] = level.iloc[0]  # the base year keeps its benchmarks
        return wanted

    def _table(
        self,
        market: CarbonMarket,
        found: Equilibrium,
        state: State,
        exports: pd.DataFrame,
        paid: pd.DataFrame,
        now: pd.Series,
        price: pd.Series | None,
    ) -> pd.DataFrame:
        from dualcarbon.instruments.carbon.settlement import emitted_by_covered

        assert self.path is not None
        total = emitted(found)
        covered = emitted_by_covered(market, found.solution) * MT
        issued = issued_of(market, found) * MT
        bills = (exports["bill_eur_per_t"] * exports["exported_t"]).groupby(exports["year"]).sum()
        sent = exports.groupby("year")[["before_t", "exported_t"]].sum()
        weight = exports.groupby("year").apply(mean_paid, include_groups=False)
        ceiling = market.ceiling or float("inf")
        rows = []
        for year in total.index:
            rows.append((
                int(year), self.path.at(int(year)), max(total[year] - covered[year], 0.0),
                issued[year], covered[year], float(now[year]), float(weight[year]),
                float(bills[year]) * MT, float(sent.at[year, "exported_t"]) * MT,
                float((state.output[year] - 1.0).min()) if len(state.output) else 0.0,
                float("nan") if price is None else float(abs(now[year] - price[year])),
                total[year] - self.path.at(int(year)),
                why(int(year) == int(total.index[0]), float(now[year]), issued[year],
                     covered[year], ceiling),
            ))  # fmt: skip
        names = ["year", "path_mt", "uncovered_mt", "cap_mt", "covered_mt", "cny_per_t",
                 "net_cny_per_t", "bill_mn_eur", "exports_mt", "output_change",
                 "moved_cny_per_t", "above_mt", "why"]  # fmt: skip
        return pd.DataFrame(rows, columns=names)
