"""Solve the equilibrium of markets on a network, and solve it again under a changed policy."""

from __future__ import annotations

import logging
import pickle
import weakref
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import pypsa

from dualcarbon.equilibrium import audit, check, explain, from_base, own_limits, prices, settlement
from dualcarbon.equilibrium.numbers import Numbers
from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.rows import SolvedRows
from dualcarbon.errors import InfeasiblePackage, InputError
from dualcarbon.instruments.base import EVERYONE, Instrument
from dualcarbon.solver import network_result
from dualcarbon.solver.conflicts import conflicting_instruments
from dualcarbon.solver.highs import Infeasible, PersistentHighs
from dualcarbon.solver.program import (
    PhysicalBlock,
    Program,
    assemble,
    package_numbers,
    physical_block,
)
from dualcarbon.solver.solution import Solution
from dualcarbon.system.model import PolicyModel, build_model
from dualcarbon.system.network import nodal_balances, quiet_pypsa
from dualcarbon.system.users import EnergyUsers

MOST_SHOWN = 8
LEAST_MW, LEAST_MWH = 0.1, 1.0  # of the greatest load; the solver tolerates 1e-4 MW, 0.1 MWh
LOG = logging.getLogger(__name__)


@dataclass(repr=False)
class Session:
    """A model and its solver, kept between solves of different packages.

    Attributes:
        model: its linear program; physical: the part that no policy touches; solver: holds it.
        numbers: where it is not None, packages that differ in a few numbers are patched; see
            :mod:`dualcarbon.equilibrium.numbers`. Prices are then equal to the solver's tolerance,
            and no longer to the last bit.
    """

    model: PolicyModel
    physical: PhysicalBlock
    solver: PersistentHighs
    numbers: Numbers | None = None
    _solved: list[weakref.ref[Equilibrium]] = field(default_factory=list, repr=False)

    @classmethod
    def open(
        cls, network: pypsa.Network, users: EnergyUsers | None = None, *, threads: int = 1
    ) -> Session:
        """Build the model of a network once.

        Raises:
            InputError: the network cannot carry instruments, or is too small for the solver.
        """
        with quiet_pypsa():
            model = build_model(network, users)
            physical = physical_block(model.linopy)
            _check_size(model, physical)
            return cls(model, physical, PersistentHighs(threads=threads))

    def copy(self) -> Session:
        """A session with a model and a solver of its own, in the state of this one.

        Copying one that has solved nothing takes a fiftieth of the time of opening another.
        """
        model = pickle.loads(pickle.dumps(self.model))  # half the time of a deep copy
        return Session(model, self.physical, PersistentHighs(threads=self.solver.threads))

    def solve(
        self,
        package: Package,
        *,
        warm: bool = True,
        start: Equilibrium | None = None,
        fresh: bool = False,
    ) -> Equilibrium:
        """Solve a package.

        Args:
            package: instruments that hold.
            warm: whether to start from an earlier basis.
            start: equilibrium to start from; the last solve if None.
            fresh: whether the program is handed to the solver anew, as the first one is.

        A package with a base is solved with the figures of the base in place, which is solved
        first unless it is one of those that this session solved and that someone still holds.

        Raises:
            InfeasiblePackage: no outcome meets all instruments; names those in conflict.
        """
        if package.base is not None:
            base = self._equilibrium_of(package.base)
            package = from_base.filled(package, base.package, base.solution)
        model = None
        program = None if self.numbers is None else self.numbers.patched(package)
        if program is None:
            program = self.program(package)
        elif self.numbers is not None and self.numbers.model is not None:
            model = self.numbers.model.of(package.instruments)
        self.solver.load(program) if fresh else self.solver.update(program)
        if start is not None:
            self.solver.start_from(start.solution.raw.basis)
        try:
            raw = self.solver.solve(warm=warm)
        except Infeasible as error:
            raise self._conflict(package) from error
        found = Equilibrium(self, package, Solution(model or self.model.snapshot(), program, raw))
        self.know(found)
        return found

    def know(self, equilibrium: Equilibrium) -> None:
        """Remember an equilibrium, as long as someone holds it, as a base of packages to come."""
        held = [known for known in self._solved if known() is not None]
        self._solved = [*held, weakref.ref(equilibrium)]

    def _equilibrium_of(self, package: Package) -> Equilibrium:
        for known in self._solved:
            equilibrium = known()
            if equilibrium is not None and equilibrium.package == package:
                return equilibrium
        return self.solve(package)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_solved": []}

    def program(self, package: Package) -> Program:
        """The numbers of the linear program of a package, in scaled units.

        Raises:
            InputError: an instrument cannot be used on the network.
        """
        with quiet_pypsa():
            package.attach(self.model)
            program = assemble(self.model.linopy, self.physical, package_numbers(self.model))
        if self.numbers is not None:
            self.numbers.attached(package, program, self.model)
        return program

    def _conflict(self, package: Package) -> InfeasiblePackage:
        self.program(package)
        found = conflicting_instruments(self.model, self.physical)
        return InfeasiblePackage(found.message(), found.instruments)


def _check_size(model: PolicyModel, physical: PhysicalBlock) -> None:
    """Refuse a network whose whole demand the solver's tolerance could swallow."""
    balances = [model.linopy.constraints[n].labels.to_numpy() for n in nodal_balances(model.linopy)]
    rows = np.isin(physical.row_label, np.concatenate([b.ravel() for b in balances]))
    asked = np.abs(physical.row_lower[rows]).max(initial=0.0)
    energy = asked * model.horizon.hours.groupby(model.horizon.period_of.to_numpy()).sum().max()
    if 0 < asked < LEAST_MW or 0 < energy < LEAST_MWH:
        raise InputError(
            f"the greatest load is {asked:g} MW ({energy:g} MWh in all hours), within the solver's "
            "tolerance, so no price could be told from zero",
            where="network.loads",
            allowed=f"at least {LEAST_MW:g} MW and {LEAST_MWH:g} MWh; count in kW, with costs per "
            "kWh, what is smaller",
        )


@dataclass(frozen=True, repr=False)
class Equilibrium:
    """The competitive equilibrium of price takers: primal values, prices, payments.

    Attributes:
        session: the model and solver behind it.
        package: the instruments that hold.
        solution: values and duals.
    """

    session: Session
    package: Package
    solution: Solution

    def __repr__(self) -> str:
        head = f"Equilibrium of {', '.join(self.package.instruments) or 'no instruments'}"
        said = "".join(f"\nNote: {sentence}." for sentence in self.remarks["en"])
        return f"{head}\n{self.overview().to_string(float_format='{:,.1f}'.format)}{said}"

    def _repr_html_(self) -> str:
        keys = escape(", ".join(self.package.instruments) or "no instruments")
        return (
            f"<b>Equilibrium</b> of {keys}{self.overview().to_html(float_format='{:,.1f}'.format)}"
            + "".join(f"<p>Note: {escape(sentence)}.</p>" for sentence in self.remarks["en"])
        )

    def overview(self) -> pd.DataFrame:
        """System cost, CO2 and at most six prices that hold everywhere, by period (columns)."""
        emitted = self.solution.emissions.sum() + self.solution.user_emissions.sum()
        rows = {
            ("system cost", "bn CNY/a"): self.system_cost / 1e9,
            ("CO2", "Mt/a"): emitted.reindex(self.solution.model.periods, fill_value=0.0) / 1e6,
        }
        everywhere = self.prices[self.prices["region"] == EVERYONE]
        for (item, unit), table in everywhere.groupby(["item", "unit"], sort=False):
            if len(rows) < MOST_SHOWN and table["period"].is_unique:
                rows[item, unit] = table.set_index("period")["price"]
        shown = pd.DataFrame(rows).T
        return shown.rename_axis(index=["", "unit"], columns=None)

    @cached_property
    def prices(self) -> pd.DataFrame:
        """Prices: instrument, item, period, region, price, unit."""
        return prices.price_table(self.solution, self.package)

    @cached_property
    def settlement(self) -> pd.DataFrame:
        """Payments per year: instrument, period, payer, payee, amount, unit; net to zero."""
        return settlement.settlement_table(self.solution, self.package)

    @cached_property
    def double_claims(self) -> pd.DataFrame:
        """MWh and tons that two instruments claimed, by pair and period."""
        return audit.double_claim_table(self.solution, self.package)

    @cached_property
    def regulated(self) -> pd.DataFrame:
        """Every user and plant: who regulates it, tons, tce, marginal cost of a ton."""
        return audit.party_table(self.solution, self.package)

    @cached_property
    def network(self) -> pypsa.Network:
        """The PyPSA network with the solved values, marginal prices and policy rows."""
        n = network_result.solved_network(self.solution)
        own_limits.write_back(n, self.solution)
        return n

    @cached_property
    def remarks(self) -> pd.DataFrame:
        """What must be said beside the prices: subject, period, en, zh; empty for nothing.

        A carbon market none of whose units emits, and a limit of the network's own on CO2 that
        binds beside the package's price.
        """
        return own_limits.remarks(self.solution, self.package)

    @property
    def scenarios(self) -> pd.DataFrame:
        """Scenarios of a stochastic network, one a period: scenario and probability by period."""
        horizon = self.solution.model.horizon
        weight = horizon.objective[list(horizon.scenarios)]
        table = pd.DataFrame({"scenario": pd.Series(horizon.scenarios), "probability": weight})
        return table.rename_axis("period")

    @property
    def system_cost(self) -> pd.Series:
        """Resource cost by period, CNY per year."""
        return self.solution.system_cost

    @property
    def objective(self) -> float:
        """Objective in CNY: discounted resource cost and transfers."""
        return self.solution.objective

    def price_intervals(self, *, step: float = 1e-5) -> pd.DataFrame:
        """Prices with the interval in which a degenerate dual may lie; solves twice per price."""
        return prices.price_intervals(self.solution, self.package, self.session.solver, step)

    def check(self) -> pd.DataFrame:
        """Verify every invariant that must hold, and return what was measured.

        What :attr:`remarks` holds is logged.

        Raises:
            CheckFailed: naming each invariant that fails.
        """
        for sentence in self.remarks["en"]:
            LOG.warning(sentence)
        return check.checked(self.solution, self.settlement)

    def explain(self, row: str | None = None, lang: str = "en") -> str:
        """A constraint with its numbers, its dual, unit and meaning; without one, all of them.

        Args:
            row: name of a block of rows; the 24 rows with the greatest duals are shown.
            lang: ``en`` or ``zh``.

        Raises:
            InputError: no such block of rows, or no such language.
        """
        return explain.explanation(SolvedRows(self.solution), row, lang)

    def resolve(self, **changes: Any) -> Equilibrium:
        """Solve again with changed instruments, from this equilibrium's basis.

        Args:
            changes: instrument key to changed fields, to an instrument, or to None to drop it.
        """
        return self.session.solve(self.package.changed(changes), start=self)


def solve_equilibrium(
    network: pypsa.Network,
    instruments: Iterable[Instrument],
    *,
    users: EnergyUsers | None = None,
    double_claims: Iterable[tuple[str, str]] = (),
    threads: int = 1,
) -> Equilibrium:
    """Solve the joint equilibrium of a power system and policy instruments.

    One linear program: ``min discounted resource cost + transfers`` subject to PyPSA's physical
    rows and the rows of the instruments; its duals are the prices of price-taking markets.

    Args:
        network: a PyPSA network; carriers carry ``co2_emissions`` (t per MWh of fuel) and
            ``renewable``; costs in CNY (or one currency), power in MW.
        instruments: what holds, e.g. ``[CarbonMarket(cap=4e9), GreenCertificates(share=0.35)]``.
        users: energy users with abatement steps, or None.
        double_claims: pairs of token uses freed from exclusivity, e.g. ``[("rps", "ccer")]``.
        threads: threads of the solver.

    Raises:
        InputError: the network or an instrument cannot be used.
        InfeasiblePackage: the instruments cannot all be met; names those in conflict.
        SolveError: the solver found no solution from which prices may be read.
    """
    package = Package.of(instruments, double_claims)
    return Session.open(network, users, threads=threads).solve(package)
