"""The marginal abatement cost curve of the whole system: power and energy users under one cap."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon.common.tables import columns, conformed
from dualcarbon.errors import CheckFailed, InputError
from dualcarbon.indicators.physical import emissions
from dualcarbon.instruments.carbon.coverage import BALANCE
from dualcarbon.instruments.carbon.market import CarbonMarket
from dualcarbon.sweep.executors import executor
from dualcarbon.sweep.points import Executor, Progress
from dualcarbon.sweep.sessions import Frozen

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.equilibrium.solve import Equilibrium, Session

SHARES = tuple(round(0.05 * k, 2) for k in range(1, 11))
ALL = "all"
BACKSTOP = 5000.0  # CNY/t at which the cap gives way, so that every point can be solved
STRETCH = 5  # shares that are solved in a row, each from the basis of the last
TOLERANCE = 1e-6
BN, MT = 1e-9, 1e-6

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class AbatementCurve:
    """Points of the curve, from no abatement on.

    Attributes:
        shares: share of the reference emissions that the last year abates, rising from 0.
        reference: emissions without any cap by year, t CO2.
        pace: part of the share that each year abates; one in the last.
        emitted: Mt by point (``share``), year and sector.
        price: dual of the cap by point (rows) and year, CNY/t.
        cost: discounted cost by point, CNY.
        weight: discounted years that each year stands for.
    """

    shares: np.ndarray
    reference: pd.Series
    pace: pd.Series
    emitted: pd.DataFrame
    price: pd.DataFrame
    cost: np.ndarray
    weight: pd.Series

    @property
    def slope(self) -> np.ndarray:
        """Discounted cost per share abated, CNY: ``sum_y w_y price_y pace_y E0_y``."""
        tons = self.weight * self.pace * self.reference
        return np.asarray((self.price * tons).sum(axis=1), float)

    def table(self) -> pd.DataFrame:
        """Tidy points: share, year, sector, abatement_mt, marginal_cost_cny_per_t, cost.

        Abatement and the discounted cost are counted from the reference; sector ``all`` is the sum.
        """
        sums = self.emitted.groupby(["share", "year"], as_index=False)["mt"].sum()
        every = pd.concat([self.emitted, sums.assign(sector=ALL)], ignore_index=True)
        start = every[every["share"] == 0.0].set_index(["year", "sector"])["mt"]
        before = start.reindex(pd.MultiIndex.from_frame(every[["year", "sector"]])).to_numpy()
        at = pd.MultiIndex.from_frame(every[["share", "year"]])
        cost = pd.Series((self.cost - self.cost[0]) * BN, index=self.shares)
        found = every.assign(
            abatement_mt=before - every["mt"],
            marginal_cost_cny_per_t=self.price.stack().reindex(at).to_numpy(),
            discounted_cost_bn_cny=every["share"].map(cost),
        )
        ordered = found.sort_values(["share", "year"], kind="stable", ignore_index=True)
        return conformed("macc", ordered[columns("macc")])

    def checks(self) -> pd.DataFrame:
        """What must hold on the curve, as relative violations: invariant, violation, holds.

        The cost is convex and piecewise linear in the share abated, so its slope never falls,
        and between two points it rises by no less than the slope at the first and no more than
        the slope at the second.
        """
        slope, step = self.slope, np.diff(self.shares)
        size = max(float(np.abs(slope).max()), 1.0)
        rise, scale = np.diff(self.cost), size * step
        measured = {
            "marginal cost never falls": (slope[:-1] - slope[1:]) / size,
            "cost rises at least by the first slope": (slope[:-1] * step - rise) / scale,
            "cost rises at most by the second slope": (rise - slope[1:] * step) / scale,
        }
        worst = {name: max(float(v.max(initial=0.0)), 0.0) for name, v in measured.items()}
        table = pd.DataFrame(worst.items(), columns=["invariant", "violation"])
        return table.assign(holds=table["violation"] <= TOLERANCE)


@dataclass(frozen=True)
class Solved:
    """One point of the curve.

    Attributes:
        share: share abated; emitted: Mt by year and sector; price: CNY/t by year; cost: CNY.
    """

    share: float
    emitted: pd.DataFrame
    price: pd.Series
    cost: float


@dataclass(frozen=True)
class Stretch:
    """Neighbouring shares, as a point of the sweep.

    Attributes:
        rules: package without policy.
        reference: emissions without any cap by year, t CO2; pace: see :class:`AbatementCurve`.
        shares: shares in the order in which they are solved.
    """

    rules: Package
    reference: pd.Series
    pace: pd.Series
    shares: tuple[float, ...]

    @property
    def label(self) -> str:
        """Its name in progress, log and errors."""
        return "abatement curve"

    def answer(self, start: Sequence[Frozen], progress: Progress) -> list[Solved]:
        """Solve them from the reference, up to the first whose price reaches the backstop."""
        first = start[0].thawed()
        found = []
        for share in self.shares:
            progress(f"abate {share:.0%}")
            cap = self.reference * (1.0 - self.pace * share)
            new = first.session.solve(capped(self.rules, first, cap))
            if new.solution.price(BALANCE).max() >= BACKSTOP * (1.0 - TOLERANCE):
                break
            found.append(_solved(share, new, new.solution.price(BALANCE)))
        return found


def without_policies(package: Package) -> Package:
    """The package without its climate policies; dispatch, services and contracts stay."""
    return package.changed({key: None for key, i in package.instruments.items() if i.policy})


def abatement_curve(
    session: Session,
    package: Package,
    shares: Sequence[float] = SHARES,
    progress: Progress = lambda message: None,
    beside: Executor | None = None,
) -> AbatementCurve:
    """Tighten one cap over power and energy users, each point from the basis of the last.

    ``min cost  s.t.  e[y] <= (1 - pace[y] share) E0[y]``; the dual is the marginal cost of
    abatement. The pace rises evenly from zero in the first year, whose plants stand already, to
    one in the last. The power market keeps the package's rules; every market of certificates,
    allowances and rights is taken out, so that nothing but the cap drives abatement. The curve
    ends before the first share whose price reaches the backstop.

    Args:
        session: session of the system.
        package: where the rules of dispatch, trade, reserve and capacity come from.
        shares: shares of the last year's reference emissions to abate, rising, between 0 and 1.
        progress: told what is solved next.
        beside: who solves the points; this process if None.

    Raises:
        InputError: shares that are none or do not rise.
        CheckFailed: the curve is not that of a cost minimum.
    """
    given = rising(shares).tolist()
    progress("solve without policy")
    rules = without_policies(package)
    first = session.solve(rules)
    reference = _total(first)
    pace = _pace(reference.index)
    cuts = [tuple(given[at : at + STRETCH]) for at in range(1, len(given), STRETCH)]
    with beside or executor(progress=progress) as solver:
        points = [Stretch(rules, reference, pace, cut) for cut in cuts]
        solver.begin(points, [Frozen("", "", pickle.dumps(first))])
        answers = [answer.value for answer in solver.results()]
    solved = [_solved(0.0, first, pd.Series(0.0, index=reference.index))]
    for cut, found in zip(cuts, answers, strict=True):
        solved += found
        if len(found) < len(cut):
            logger.warning("abating %.0f%% costs more than %.0f CNY/t; the curve ends before",
                           100 * cut[len(found)], BACKSTOP)  # fmt: skip
            break
    weight = first.solution.model.horizon.objective.reindex(reference.index)
    curve = _curve(solved, reference, pace, weight)
    failed = curve.checks().query("~holds")
    if len(failed):
        raise CheckFailed("abatement curve: " + "; ".join(failed["invariant"]))
    return curve


def rising(shares: Sequence[float]) -> np.ndarray:
    """The shares of a curve with zero in front.

    Raises:
        InputError: shares that are none, do not rise, or are not between 0 and 1.
    """
    given = np.array([0.0, *(s for s in shares if s != 0.0)])
    if len(given) < 2 or (np.diff(given) <= 0).any() or given[-1] >= 1:
        raise InputError(f"cannot use the shares {list(shares)}", where="shares",
                         allowed="rising shares between 0 and 1")  # fmt: skip
    return given


def _pace(years: pd.Index) -> pd.Series:
    """Evenly from zero in the first year to one in the last; one where there is a single year."""
    first, span = years[0], years[-1] - years[0]
    values = (years.to_numpy(float) - first) / span if span else np.ones(1)
    return pd.Series(values, index=years)


def capped(rules: Package, reference: Equilibrium, cap: pd.Series) -> Package:
    """The rules with one cap over all emitting plants and all sectors, t CO2 by year."""
    users = reference.solution.model.users
    sectors = () if users is None else tuple(dict.fromkeys(users.table["sector"]))
    limits = {int(year): float(tons) for year, tons in cap.items()}
    return rules.changed({"carbon": CarbonMarket(cap=limits, sectors=sectors, ceiling=BACKSTOP)})


def _total(equilibrium: Equilibrium) -> pd.Series:
    """Emissions of power and energy users by year, t CO2."""
    return emissions(equilibrium.solution).groupby("year")["mt"].sum() / MT


def _solved(share: float, equilibrium: Equilibrium, price: pd.Series) -> Solved:
    by_sector = emissions(equilibrium.solution).groupby(["year", "sector"], sort=False)["mt"]
    emitted = by_sector.sum().reset_index().assign(share=share)
    return Solved(share, emitted, price, equilibrium.objective)


def _curve(
    solved: Iterable[Solved], reference: pd.Series, pace: pd.Series, weight: pd.Series
) -> AbatementCurve:
    points = list(solved)
    shares = np.array([p.share for p in points])
    table = pd.DataFrame([p.price.reindex(reference.index).to_numpy() for p in points],
                         index=pd.Index(shares, name="share"), columns=reference.index)  # fmt: skip
    cost = np.array([p.cost for p in points])
    emitted = pd.concat([p.emitted for p in points], ignore_index=True)
    return AbatementCurve(shares, reference, pace, emitted, table, cost, weight)
