"""The linopy model of a network, with the annual sums on which every instrument is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pypsa
import xarray as xr
from linopy import LinearExpression, Model, Variable

from dualcarbon.errors import InputError
from dualcarbon.system import attachments as channel
from dualcarbon.system.accounting import AnnualSums, define_annual_sums
from dualcarbon.system.attachments import ALL, Attached, Attachments, Beside
from dualcarbon.system.blocks import Blocks, labels_of
from dualcarbon.system.network import Horizon, checked_network, horizon_of, quiet_pypsa
from dualcarbon.system.own_limits import check_own_limits, define_atmosphere_limits
from dualcarbon.system.physical_rows import (
    close_typical_days,
    commitment_cost,
    define_build_pace,
    define_commitment,
    pace_cost,
)
from dualcarbon.system.pools import Pool
from dualcarbon.system.user_variables import UserVariables, define_users
from dualcarbon.system.users import EnergyUsers

Found = TypeVar("Found", bound=Attached)
SYSTEM = "system"
TOKENS, SAVINGS = "tokens", "savings"


@dataclass(frozen=True)
class PolicyRow:
    """What a named block of rows means: unit of its dual and the instrument it belongs to.

    Attributes:
        instrument: key of the instrument.
        unit: unit of the dual, e.g. ``CNY/t``.
        meaning, zh: one sentence for people, in English and Chinese.
    """

    instrument: str
    unit: str
    meaning: str
    zh: str = ""


@dataclass
class PolicyModel:
    """A network's linear program to which instruments add variables, rows and costs.

    Instruments call :meth:`variable`, :meth:`row` and :meth:`cost`; calling them again with the
    same name updates the block in place, which is how a changed policy re-uses the model.

    Attributes:
        network: the PyPSA network (a private copy of the user's).
        linopy: the labelled linear program.
        horizon: periods with their weights.
        annual: annual sums (MWh, t) of generation, emissions, consumption, flows.
        users: variables of the energy users, or None.
        rows: meaning of every name of rows.
        row_blocks, variable_blocks: blocks behind the names that instruments use.
        active_rows, active_variables: names that the present package uses.
        pools: pools of tokens of renewable output and of saved energy, by name.
        credits: what each instrument credits to markets, by key and market.
        attachments: what each part of the package read; lets the next package keep what it shares.
        claimed: what instruments offer to each pool.
    """

    network: pypsa.Network
    linopy: Model
    horizon: Horizon
    annual: AnnualSums
    users: UserVariables | None
    rows: dict[str, PolicyRow] = field(default_factory=dict)
    definitions: set[str] = field(default_factory=set)
    row_blocks: Blocks = field(default_factory=Blocks)
    variable_blocks: Blocks = field(default_factory=Blocks)
    active_rows: set[str] = field(default_factory=set)
    active_variables: dict[str, str] = field(default_factory=dict)
    yearly_costs: dict[str, tuple[str, LinearExpression]] = field(default_factory=dict)
    pools: dict[str, Pool] = field(default_factory=dict)
    credits: dict[tuple[str, str], list[LinearExpression]] = field(default_factory=dict)
    expressions: dict[str, LinearExpression] = field(default_factory=dict)
    instrument: str = ""
    instruments: Mapping[str, Attached] = field(default_factory=dict)
    cost_owner: dict[str, str] = field(default_factory=dict)
    attachments: Attachments = field(default_factory=Attachments)
    claimed: dict[str, object] = field(default_factory=dict)

    @property
    def periods(self) -> pd.Index:
        """Periods (years) of the model; the coordinate of every policy row."""
        return self.horizon.periods

    @property
    def period_weight(self) -> xr.DataArray:
        """Weight of one year of each period in the objective (discounted years)."""
        return xr.DataArray(self.horizon.objective, dims="period")

    @property
    def tokens(self) -> Pool | None:
        """Pool of the tokens of renewable output; None where no instrument offers them a use."""
        return self._pool(TOKENS)

    @property
    def savings(self) -> Pool | None:
        """Pool of the tokens of saved energy; None where no instrument offers them a use."""
        return self._pool(SAVINGS)

    @property
    def saving_pool(self) -> Pool:
        """Pool of the tokens of saved energy.

        Raises:
            InputError: no instrument of the package offers saved energy a use.
        """
        pool = self.savings
        if pool is None:
            raise InputError("no instrument of the package counts saved energy",
                             where="instruments")  # fmt: skip
        return pool

    def _pool(self, name: str) -> Pool | None:
        self.attachments.read(channel.pool(name))
        return self.pools.get(name)

    @property
    def energy_users(self) -> UserVariables:
        """Variables of the energy users.

        Raises:
            InputError: the model has none.
        """
        if self.users is None:
            raise InputError(
                "the network comes without energy users, so no sector can be covered or taxed",
                where="instruments",
                allowed="sectors only beside energy users",
            )
        return self.users

    def beside(self, kind: type[Found]) -> Found:
        """The package's instrument of a class.

        Raises:
            InputError: the package has none.
        """
        found = self.instruments.get(kind.key)
        if not isinstance(found, kind):
            raise InputError(
                f"another instrument of the package needs one of '{kind.key}'",
                where="instruments",
                allowed=f"an instrument '{kind.key}' beside it",
            )
        return found

    def once(self, name: str, build: Callable[[], LinearExpression]) -> LinearExpression:
        """An expression that rows or packages share, built when first asked for.

        Args:
            name: says all that the expression depends on, besides the network and its users.
            build: makes the expression.
        """
        if name not in self.expressions:
            self.expressions[name] = build()
        return self.expressions[name]

    def define(self, name: str, constraint: Any) -> None:
        """Add rows that define a helper variable; they hold under every package."""
        self.linopy.add_constraints(constraint, name=name)
        self.definitions.add(name)

    def per_period(self, value: float | Mapping[int, float]) -> xr.DataArray:
        """Spread a number, or a number per year (interpolated), over the periods."""
        return xr.DataArray(self.horizon.spread(value), dims="period")

    def variable(
        self,
        name: str,
        coords: Mapping[str, Any] | None = None,
        lower: Any = 0.0,
        upper: Any = np.inf,
    ) -> Variable:
        """Add, or update the bounds of, a block of variables with the given coordinates."""
        dims = dict(coords or {})
        dims.setdefault("period", self.periods)
        shape = xr.DataArray(
            np.zeros([len(c) for c in dims.values()]), coords=dims, dims=list(dims)
        )
        low, up = shape + lower, shape + upper
        self._own(name, self.active_variables.get(name), "variables")
        self.active_variables[name] = self.instrument
        labels = {dim: pd.Index(values) for dim, values in dims.items()}
        before = self.variable_blocks.current.get(name)
        block = self.variable_blocks.choose(name, labels, self.linopy.variables)
        if block != before:
            self.attachments.written(channel.variable(name))
        if block in self.linopy.variables:
            variable = self.linopy.variables[block]
            if not (_equal(variable.lower, low) and _equal(variable.upper, up)):
                variable.update(lower=low, upper=up)
            return variable
        return self.linopy.add_variables(lower=low, upper=up, name=block)

    def variable_of(self, name: str) -> Variable:
        """A block of variables that another part of the package, or this one, has added.

        Raises:
            InputError: the package has no such variables.
        """
        self.attachments.read(channel.variable(name))
        if name not in self.active_variables:
            raise InputError(
                f"no instrument of the package adds the variables '{name}'", where="instruments"
            )
        return self.linopy.variables[self.variable_blocks.block(name)]

    def _own(self, name: str, owner: str | None, what: str) -> None:
        """Check that a name is not another instrument's."""
        if owner is not None and owner != self.instrument:
            raise InputError(
                f"'{self.instrument}' adds {what} '{name}', which '{owner}' has added already",
                where="instruments",
                allowed=f"names that begin with '{self.instrument}-'",
            )

    def row(self, name: str, constraint: Any, *, unit: str, meaning: str, zh: str = "") -> None:
        """Add, or replace the content of, a block of rows.

        Args:
            name: ``<instrument>-<row>``; shown in prices, explanations and conflicts.
            constraint: a linopy comparison, e.g. ``emissions <= cap``.
            unit: unit of the row's price, e.g. ``CNY/t``.
            meaning, zh: one sentence for people, in English and Chinese.
        """
        owner = self.rows[name].instrument if name in self.active_rows else None
        self._own(name, owner, "rows")
        self.rows[name] = PolicyRow(self.instrument, unit, meaning, zh)
        self.active_rows.add(name)
        block = self.row_blocks.choose(name, labels_of(constraint), self.linopy.constraints)
        if block in self.linopy.constraints:
            self.linopy.constraints[block].update(constraint)
        else:
            self.linopy.add_constraints(constraint, name=block)

    def cost(self, name: str, expression: LinearExpression, *, transfer: bool) -> None:
        """Add a yearly cost (CNY per year, by period) to the objective.

        Args:
            name: name of the term.
            expression: CNY per year with dimension ``period``, or more.
            transfer: True for money that changes hands without using resources (a tax, a
                buy-out): it steers decisions but is taken out of the system cost.
        """
        kind = "transfer" if transfer else "resource"
        self._own(name, self.cost_owner[name] if name in self.yearly_costs else None, "costs")
        self.cost_owner[name] = self.instrument
        self.yearly_costs[name] = (kind, 1.0 * expression)

    def credit(self, market: str, expression: LinearExpression) -> None:
        """Credit units to a market (t or MWh per year, by period), or debit negative ones."""
        self.credits.setdefault((self.instrument, market), []).append(expression)
        self.attachments.written(channel.credits(market))

    def credited(self, market: str) -> LinearExpression | float:
        """Sum of what other instruments credit to a market; zero where none does.

        Whoever reads it is attached again when an instrument credits the market later.
        """
        self.attachments.read(channel.credits(market))
        total: LinearExpression | float = 0.0
        for expression in self.credited_by(market):
            total = expression + total
        return total

    def credited_by(self, market: str) -> list[LinearExpression]:
        """Each amount that instruments credit to a market, in the order of the package."""
        known = self.instruments
        known = known.plain() if isinstance(known, Beside) else known
        order = {key: place for place, key in enumerate(known)}
        owners = sorted(self.credits, key=lambda owner: order.get(owner[0], len(order)))
        return [e for owner in owners if owner[1] == market for e in self.credits[owner]]

    def snapshot(self) -> PolicyModel:
        """Copy of the bookkeeping, so that a solution outlives the next package."""
        return replace(
            self,
            rows=dict(self.rows),
            row_blocks=self.row_blocks.copy(),
            variable_blocks=self.variable_blocks.copy(),
            active_rows=set(self.active_rows),
            active_variables=dict(self.active_variables),
            yearly_costs=dict(self.yearly_costs),
            credits=dict(self.credits),
            pools=dict(self.pools),
            instruments=dict(self.instruments),
        )

    def of(self, instruments: Mapping[str, Attached]) -> PolicyModel:
        """The same bookkeeping beside instruments that differ in numbers alone."""
        return replace(self, instruments=dict(instruments))

    def begin(self, instruments: Mapping[str, Attached], offered: Mapping[str, object]) -> None:
        """Begin a package: note what differs from the last one, and drop who left it.

        Args:
            instruments: instruments of the package by key.
            offered: what they offer to each pool of tokens, by the pool's name.
        """
        before = self.instruments.plain() if isinstance(self.instruments, Beside) else {}
        for key in {*before, *instruments}:
            if before.get(key) != instruments.get(key):
                self.attachments.written(channel.instrument(key))
            if key not in instruments:
                self.detach(key)
        if list(before) != list(instruments):
            self.attachments.written(channel.instrument(ALL))
        for name, uses in offered.items():
            if self.claimed.get(name) != uses:
                self.attachments.written(channel.claims(name))
        self.instruments = Beside(instruments, self.attachments)
        self.claimed = dict(offered)
        self._system_costs()

    @contextmanager
    def attaching(self, part: str) -> Iterator[None]:
        """Attach an instrument or a pool anew: what it had added before is taken back first."""
        self.detach(part)
        self.instrument = part
        with self.attachments.attaching(part):
            yield

    def detach(self, part: str) -> None:
        """Take back the rows, variables, costs and credits of a part; its blocks stay, unused."""
        self.attachments.forget(part)
        self.active_rows = {n for n in self.active_rows if self.rows[n].instrument != part}
        self.active_variables = {n: o for n, o in self.active_variables.items() if o != part}
        self.yearly_costs = {
            n: cost for n, cost in self.yearly_costs.items() if self.cost_owner[n] != part
        }
        for owner, market in [c for c in self.credits if c[0] == part]:
            del self.credits[owner, market]
            self.attachments.written(channel.credits(market))
        self.pools.pop(part, None)

    def open_pool(self, name: str, pool: Pool) -> None:
        """Keep a pool of tokens under its name; whoever read it before is attached again."""
        self.pools[name] = pool
        self.attachments.written(channel.pool(name))

    def _system_costs(self) -> None:
        """Costs that hold under every package, added once."""
        if SYSTEM in self.cost_owner.values():
            return
        self.instrument = SYSTEM
        if self.users is not None:
            self.cost("users-steps", self.users.cost(), transfer=False)
        for name, term in (("build-pace", pace_cost), ("commitment", commitment_cost)):
            cost = term(self.network, self.linopy, self.horizon)
            if cost is not None:
                self.cost(name, cost, transfer=False)


def _equal(a: xr.DataArray, b: xr.DataArray) -> bool:
    return a.dims == b.dims and np.array_equal(a.to_numpy(), b.to_numpy())


def build_model(
    network: pypsa.Network, users: EnergyUsers | None = None, *, copy: bool = True
) -> PolicyModel:
    """Create the model of a network and its energy users, without any instrument.

    Raises:
        InputError: the network lacks what instruments need; see
            :func:`dualcarbon.system.network.checked_network`.
    """
    n = checked_network(network, copy=copy)
    check_own_limits(n)
    with quiet_pypsa():
        n.optimize.create_model(
            multi_investment_periods=n.has_investment_periods, include_objective_constant=False
        )
    horizon = horizon_of(n)
    m: Model = n.model
    user_variables = None
    if users is not None and not users.baseline.empty:
        if horizon.scenarios:
            raise InputError("energy users beside scenarios are not supported", where="users")
        horizon.check_year("what energy users emit", "users")
        user_variables = define_users(n, m, horizon, users)
    annual = define_annual_sums(n, m, horizon, user_variables)
    define_atmosphere_limits(n, m)
    define_build_pace(n, m)
    define_commitment(n, m, horizon)
    close_typical_days(n, m)
    return PolicyModel(n, m, horizon, annual, user_variables)
