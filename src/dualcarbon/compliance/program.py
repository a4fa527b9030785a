"""The linear program of a company in five markets, its checked optimum and duals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from dualcarbon.compliance.company import Company, Measure, Need
from dualcarbon.compliance.holdings import plain
from dualcarbon.errors import InfeasiblePackage, SolveError
from dualcarbon.mrv.rules import rule

ZERO = Fraction(0)
TIGHT = 1e-7
INFEASIBLE = 2
"""Status of SciPy where no point meets all rows."""
UNITS = {
    "carbon": "t CO2",
    "green": "MWh",
    "white": "tce",
    "energy_use": "tce",
    "electricity": "MWh",
}
PRICE_OF = {
    "carbon": "allowance",
    "green": "green",
    "white": "white",
    "energy_use": "energy_use",
    "electricity": "power",
}
BUY = {
    "carbon": "buy_allowance",
    "green": "buy_green",
    "white": "buy_white",
    "energy_use": "buy_energy_use",
    "electricity": "buy_power",
}
SAVED = {"carbon": "tco2", "energy_use": "tce", "electricity": "mwh"}
"""What a measure saves in each market; it is no white certificate beside a lower obligation."""


@dataclass(frozen=True)
class Program:
    """``min c x`` subject to ``A x >= b``, ``0 <= x <= u``, by name.

    Attributes:
        costs: CNY per unit, by step; bounds: upper, None for none; rows: coefficients by row.
        rights: right-hand side by row.
    """

    costs: dict[str, float] = field(default_factory=dict)
    bounds: dict[str, float | None] = field(default_factory=dict)
    rows: dict[str, dict[str, float]] = field(default_factory=dict)
    rights: dict[str, float] = field(default_factory=dict)

    def step(self, name: str, cost: float, most: float | None = None) -> None:
        """Add a step."""
        self.costs[name], self.bounds[name] = cost, most

    def row(self, name: str, terms: Mapping[str, float], least: float) -> None:
        """Add a row ``terms >= least``."""
        self.rows[name], self.rights[name] = dict(terms), least


@dataclass(frozen=True)
class Dual:
    """What a row of a plan is worth.

    Attributes:
        row: name; unit; value: CNY per unit, at least 0; slack: what is left, in ``unit``.
    """

    row: str
    unit: str
    value: float
    slack: float


def program_of(
    company: Company, owed: Mapping[str, Need], usable: Mapping[str, Fraction]
) -> Program:
    prices, program = company.prices, Program()
    for one in company.measures:
        program.step(f"measure:{one.name}", one.cost_cny, one.most)
    for market, need in owed.items():
        price = getattr(prices, PRICE_OF[market])
        terms = {f"measure:{m.name}": float(saved(m, market, company)) for m in company.measures}
        if price is not None:
            program.step(BUY[market], price)
            terms[BUY[market]] = 1.0
        held = usable.get(PRICE_OF[market], ZERO)
        if market == "carbon":
            _carbon(company, program, terms, need, usable["ccer"])
        if market == "energy_use" and prices.energy_use_sell is not None:
            program.step("sell_energy_use", -prices.energy_use_sell)
            terms["sell_energy_use"] = -1.0
        program.row(market, terms, float(need.owed - need.met - held))
    return program


def _carbon(
    company: Company, program: Program, terms: dict[str, float], need: Need, credits: Fraction
) -> None:
    prices, limit = company.prices, float(rule("ccer_limit", company.day).value)
    program.step("keep_allowance", -prices.bank_value)
    terms["keep_allowance"] = -1.0
    if prices.allowance_sell is not None:
        program.step("sell_allowance", -prices.allowance_sell)
        terms["sell_allowance"] = -1.0
    program.step("use_ccer", 0.0)
    terms["use_ccer"] = 1.0
    within = {"use_ccer": -1.0}
    within |= {f"measure:{m.name}": -limit * m.tco2 for m in company.measures}
    program.row("ccer_limit", within, -limit * float(need.owed))
    supply = {"use_ccer": -1.0}
    if prices.ccer is not None:
        program.step("buy_ccer", prices.ccer, prices.ccer_available)
        supply["buy_ccer"] = 1.0
    program.row("ccer_supply", supply, -float(credits))


def saved(measure: Measure, market: str, company: Company) -> Fraction:
    """What a unit of a measure takes off what is owed in a market."""
    if market == "green" and company.green is not None:
        return plain(measure.mwh) * plain(company.green.weight)
    return plain(getattr(measure, SAVED[market])) if market in SAVED else ZERO


def solved(company: Company, program: Program) -> tuple[dict[str, float], float, tuple[Dual, ...]]:
    """The optimum, checked: cost of the steps equals worth of the rows and bounds."""
    from scipy.optimize import linprog

    names, rows = list(program.costs), list(program.rows)
    A = np.array([[program.rows[r].get(n, 0.0) for n in names] for r in rows])
    A = A.reshape(len(rows), len(names))
    b = np.array([program.rights[r] for r in rows])
    c = np.array([program.costs[n] for n in names])
    _demand_feasible(company, program, A, b, names, rows)
    if not names:  # nothing can be done, and nothing needs to be
        left = tuple(Dual(r, UNITS.get(r, "t CO2"), 0.0, -program.rights[r]) for r in rows)
        return {}, 0.0, left
    found = linprog(
        c, A_ub=-A, b_ub=-b, bounds=[(0, program.bounds[n]) for n in names], method="highs"
    )
    if found.status == INFEASIBLE:
        raise _together(company, program, A, b, c, names, rows)
    if found.status != 0:
        raise SolveError(f"no cheapest plan of {company.name}: {found.message}")
    worth = -found.ineqlin.marginals
    upper = np.array([0.0 if program.bounds[n] is None else program.bounds[n] for n in names])
    dual = float(worth @ b + found.upper.marginals @ upper)
    if abs(dual - found.fun) > TIGHT * max(1.0, abs(found.fun)):
        raise SolveError(f"plan of {company.name}: cost {found.fun} and its duals {dual} differ")
    duals = [
        Dual(r, UNITS.get(r, "t CO2"), float(worth[i]) + 0.0, float(found.ineqlin.residual[i]))
        for i, r in enumerate(rows)
    ]
    duals += [
        Dual(n, "unit", -float(found.upper.marginals[j]), float(upper[j] - found.x[j]))
        for j, n in enumerate(names)
        if n.startswith("measure:")
    ]
    return dict(zip(names, map(float, found.x), strict=True)), float(found.fun), tuple(duals)


def _together(
    company: Company,
    program: Program,
    A: np.ndarray,
    b: np.ndarray,
    c: np.ndarray,
    names: Sequence[str],
    rows: Sequence[str],
) -> InfeasiblePackage:
    """The error where each market can be met alone and not all together."""
    from scipy.optimize import linprog

    bounds = [(0, program.bounds[n]) for n in names]
    tight = []
    for i, row in enumerate(rows):
        rest = np.arange(len(rows)) != i
        alone = linprog(c, A_ub=-A[rest], b_ub=-b[rest], bounds=bounds, method="highs")
        if row in UNITS and alone.status != INFEASIBLE:
            tight.append(row)
    said = ", ".join(tight) or "several markets"
    free = [row for row in tight if getattr(company.prices, PRICE_OF[row]) is None]
    more = "".join(f"; prices.{PRICE_OF[row]} is not given" for row in free)
    return InfeasiblePackage(
        f"{company.name} cannot comply in all markets together; without {said} it could: "
        f"a measure saves no more than is emitted or used{more}",
        tight,
    )


def _demand_feasible(
    company: Company,
    program: Program,
    A: np.ndarray,
    b: np.ndarray,
    names: Sequence[str],
    rows: Sequence[str],
) -> None:
    """Refuse a market in which what is owed cannot be met by anything.

    Raises:
        InfeasiblePackage: naming the market, what is missing and the price that is not given.
    """
    most = {
        n: np.inf if program.bounds[n] is None else float(program.bounds[n] or 0) for n in names
    }
    credits = most.get("buy_ccer", 0.0) - program.rights.get("ccer_supply", 0.0)
    most["use_ccer"] = min(credits, -program.rights.get("ccer_limit", 0.0))
    short = []
    for i, row in enumerate(rows):
        if row in UNITS:
            reach = sum(A[i, j] * most[n] for j, n in enumerate(names) if A[i, j] > 0)
            if reach < b[i] - TIGHT * max(1.0, abs(b[i])):
                short.append((row, b[i] - reach))
    if short:
        said = ", ".join(
            f"{row} is short of {gap:,.10g} {UNITS[row]} and prices.{PRICE_OF[row]} is not given"
            for row, gap in short
        )
        raise InfeasiblePackage(f"{company.name} cannot comply: {said}", [row for row, _ in short])
