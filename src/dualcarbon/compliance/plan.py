"""The cheapest way to comply in five markets: a linear program, its duals in words, whole units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import numpy as np
import pandas as pd

from dualcarbon.common.tables import columns, conformed
from dualcarbon.common.words import Words, catalogue
from dualcarbon.compliance.company import KINDS, Company, Measure, Need, needs, plain
from dualcarbon.errors import InfeasiblePackage, InputError, SolveError
from dualcarbon.mrv.rules import rule

WORDS = Path(__file__).with_name("words.yaml")
ZERO = Fraction(0)
TIGHT = 1e-7
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


@dataclass(frozen=True)
class Step:
    """Something to do.

    Attributes:
        name, market, unit; quantity: whole units, of measures as solved; price: CNY per unit,
            below zero where it earns; cost: CNY.
    """

    name: str
    market: str
    unit: str
    quantity: Fraction
    price: Fraction
    cost: Fraction


@dataclass(frozen=True)
class Plan:
    """The cheapest plan of a company.

    Attributes:
        company: name; steps: what to do, in whole units; cost: CNY, of these; bound: of the linear
            program, never above it; duals: by row.
    """

    company: str
    steps: tuple[Step, ...]
    cost: Fraction
    bound: float
    duals: tuple[Dual, ...]

    def quantity(self, name: str) -> Fraction:
        """Units of a step; 0 where it is not taken."""
        return sum((s.quantity for s in self.steps if s.name == name), ZERO)

    def dual(self, row: str) -> float:
        """Worth of a row.

        Raises:
            InputError: the plan has no such row.
        """
        found = {d.row: d.value for d in self.duals}
        if row not in found:
            raise InputError(f"the plan has no row '{row}'", where="row", allowed=found)
        return found[row]

    @property
    def worth_of_a_tonne(self) -> float:
        """What one tonne less emitted saves: ``lambda - 0.05 mu``, credits shrinking with it."""
        return self.dual("carbon") - float(rule("ccer_limit").value) * self.dual("ccer_limit")


def plan(company: Company) -> Plan:
    """The cheapest plan: ``min p_b b - p_s s + p_c c + p_g g + sum k_j a_j - v bank``.

    Subject, in each market that binds, to ``units + bought - sold + saved >= owed``; credits used
    at most 5 % of what is owed after abatement; measures at most their size. Quantities are then
    made whole, upwards where something is bought, and the exact cost is that of whole units.

    Args:
        company: with prices for what it lacks.

    Raises:
        InfeasiblePackage: something is short and nothing can be bought or done about it.
        SolveError: the solver gives no checked optimum.
    """
    owed = {name: need for name, need in needs(company).items() if need.binds}
    usable = _usable(company)
    program = _program(company, owed, usable)
    found, bound, duals = _solved(company, program)
    steps = _whole(company, owed, usable, found)
    cost = sum((step.cost for step in steps), ZERO)
    return Plan(company.name, tuple(steps), cost, bound, duals)


def _usable(company: Company) -> dict[str, Fraction]:
    found = dict.fromkeys(KINDS, ZERO)
    for one in company.holdings:
        if not one.refused(company.year, company.day):
            found[one.kind] += plain(one.quantity)
    return found


def _program(company: Company, owed: Mapping[str, Need], usable: Mapping[str, Fraction]) -> Program:
    prices, program = company.prices, Program()
    for one in company.measures:
        program.step(f"measure:{one.name}", one.cost_cny, one.most)
    for market, need in owed.items():
        price = getattr(prices, PRICE_OF[market])
        terms = {f"measure:{m.name}": float(_saved(m, market, company)) for m in company.measures}
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


def _saved(measure: Measure, market: str, company: Company) -> Fraction:
    """What a unit of a measure takes off what is owed in a market."""
    if market == "green" and company.green is not None:
        return plain(measure.mwh) * plain(company.green.weight)
    return plain(getattr(measure, SAVED[market])) if market in SAVED else ZERO


def _solved(company: Company, program: Program) -> tuple[dict[str, float], float, tuple[Dual, ...]]:
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
    solved = linprog(
        c, A_ub=-A, b_ub=-b, bounds=[(0, program.bounds[n]) for n in names], method="highs"
    )
    if solved.status != 0:
        raise SolveError(f"no cheapest plan of {company.name}: {solved.message}")
    worth = -solved.ineqlin.marginals
    upper = np.array([0.0 if program.bounds[n] is None else program.bounds[n] for n in names])
    dual = float(worth @ b + solved.upper.marginals @ upper)
    if abs(dual - solved.fun) > TIGHT * max(1.0, abs(solved.fun)):
        raise SolveError(f"plan of {company.name}: cost {solved.fun} and its duals {dual} differ")
    duals = [
        Dual(r, UNITS.get(r, "t CO2"), float(worth[i]) + 0.0, float(solved.ineqlin.residual[i]))
        for i, r in enumerate(rows)
    ]
    duals += [
        Dual(n, "unit", -float(solved.upper.marginals[j]), float(upper[j] - solved.x[j]))
        for j, n in enumerate(names)
        if n.startswith("measure:")
    ]
    return dict(zip(names, map(float, solved.x), strict=True)), float(solved.fun), tuple(duals)


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


def _whole(
    company: Company,
    owed: Mapping[str, Need],
    usable: Mapping[str, Fraction],
    found: Mapping[str, float],
) -> list[Step]:
    """The plan in whole units: credits down, purchases up, sales down; cost exactly."""
    steps = []
    done = {
        m.name: Fraction(found[f"measure:{m.name}"]).limit_denominator(10**6)
        for m in company.measures
    }
    for one in company.measures:
        steps.append(
            _priced(f"measure:{one.name}", "", "unit", done[one.name], plain(one.cost_cny))
        )
    for market, need in owed.items():
        saved = sum((done[m.name] * _saved(m, market, company) for m in company.measures), ZERO)
        left = need.owed - need.met - saved
        if market == "carbon":
            steps += _whole_carbon(company, left, usable, found)
            continue
        left -= usable.get(PRICE_OF[market], ZERO)
        price = getattr(company.prices, PRICE_OF[market])
        if left > 0 and price is not None:
            steps.append(
                _priced(BUY[market], market, need.unit, Fraction(ceil(left)), plain(price))
            )
        sell = company.prices.energy_use_sell if market == "energy_use" else None
        if left < 0 and sell is not None:
            steps.append(
                _priced("sell_energy_use", market, need.unit, Fraction(floor(-left)), -plain(sell))
            )
    return [step for step in steps if step.quantity]


def _whole_carbon(
    company: Company, left: Fraction, usable: Mapping[str, Fraction], found: Mapping[str, float]
) -> list[Step]:
    prices = company.prices
    limit = floor(rule("ccer_limit", company.day).value * max(left, ZERO))
    used = min(floor(found["use_ccer"] + TIGHT * max(1.0, found["use_ccer"])), limit)
    steps = [_priced("use_ccer", "carbon", "t CO2", Fraction(used), ZERO)]
    bought = max(ZERO, used - usable["ccer"])
    if prices.ccer is not None:
        steps.append(
            _priced("buy_ccer", "carbon", "t CO2", Fraction(ceil(bought)), plain(prices.ccer))
        )
    rest = left - used - usable["allowance"]
    if rest > 0 and prices.allowance is not None:
        steps.append(
            _priced(
                "buy_allowance", "carbon", "t CO2", Fraction(ceil(rest)), plain(prices.allowance)
            )
        )
    surplus = Fraction(max(0, floor(-rest)))
    sells = prices.allowance_sell is not None and prices.allowance_sell > prices.bank_value
    name, worth = (
        ("sell_allowance", prices.allowance_sell)
        if sells
        else ("keep_allowance", prices.bank_value)
    )
    steps.append(_priced(name, "carbon", "t CO2", surplus, -plain(float(worth or 0.0))))
    return steps


def _priced(name: str, market: str, unit: str, quantity: Fraction, price: Fraction) -> Step:
    return Step(name, market, unit, quantity, price, quantity * price)


def in_words(dual: Dual, lang: str) -> str:
    """What a dual says, in a sentence.

    Args:
        dual: of a plan; lang: ``en`` or ``zh``.
    """
    words = Words(lang, catalogue(WORDS))
    if dual.value <= TIGHT:
        slack = f"{dual.slack:,.10g}"
        return (
            words("row.slack", slack=slack, unit=dual.unit)
            if dual.slack > TIGHT
            else words("row.free")
        )
    value = f"{dual.value:,.2f}"
    if dual.row.startswith("measure:"):
        return words("row.measure", name=dual.row.partition(":")[2], dual=value)
    return words(f"row.{dual.row}", dual=value)


def step_in_words(name: str, lang: str) -> str:
    """A step as a reader has it."""
    words = Words(lang, catalogue(WORDS))
    if name.startswith("measure:"):
        return words("step.measure", name=name.partition(":")[2])
    return words(f"step.{name}")


def plan_table(found: Plan) -> pd.DataFrame:
    """One row per step."""
    rows = [
        (found.company, s.name, s.market, s.unit, float(s.quantity), float(s.price), float(s.cost))
        for s in found.steps
    ]
    return conformed("comply_plan", pd.DataFrame(rows, columns=columns("comply_plan")))


def duals_table(found: Plan) -> pd.DataFrame:
    """One row per dual, in words of both languages."""
    rows = [
        (d.row, d.unit, d.value, d.slack, in_words(d, "en"), in_words(d, "zh")) for d in found.duals
    ]
    return conformed("comply_duals", pd.DataFrame(rows, columns=columns("comply_duals")))


def what_if(company: Company, changes: Sequence[tuple[str, object]]) -> tuple[Plan, Plan]:
    """The plan before and after some values are changed, such as ``prices.ccer``."""
    other = company
    for path, value in changes:
        other = other.changed(path, value)
    return plan(company), plan(other)
