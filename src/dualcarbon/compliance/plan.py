"""The cheapest way to comply in five markets, in whole units, with its duals in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import pandas as pd

from dualcarbon.common.tables import columns, conformed
from dualcarbon.common.words import Words, catalogue
from dualcarbon.compliance.company import Company, Need, needs
from dualcarbon.compliance.holdings import KINDS, Holding, plain
from dualcarbon.compliance.program import BUY, PRICE_OF, TIGHT, Dual, program_of, saved, solved
from dualcarbon.errors import InputError
from dualcarbon.mrv.rules import rule

WORDS = Path(__file__).with_name("words.yaml")
ZERO = Fraction(0)


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
    program = program_of(company, owed, usable)
    found, bound, duals = solved(company, program)
    steps = _whole(company, owed, usable, found)
    cost = sum((step.cost for step in steps), ZERO)
    return Plan(company.name, tuple(steps), cost, bound, duals)


def _usable(company: Company) -> dict[str, Fraction]:
    found = dict.fromkeys(KINDS, ZERO)
    for one in company.holdings:
        if not one.refused(company.year, company.day):
            found[one.kind] += plain(one.quantity)
    return found


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
        less = sum((done[m.name] * saved(m, market, company) for m in company.measures), ZERO)
        left = need.owed - need.met - less
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


def refusal(holding: Holding, why: str, lang: str) -> str:
    """A holding that cannot be used, and why, in a sentence.

    Args:
        holding: what is held; why: see :meth:`Holding.refused`; lang: ``en`` or ``zh``.
    """
    words = Words(lang, catalogue(WORDS))
    reason = words(f"refused.{why}", end=holding.end)
    kind = words(f"kind.{holding.kind}")
    return words("refused", kind=kind, vintage=holding.vintage,
                 quantity=f"{holding.quantity:,.10g}", reason=reason)  # fmt: skip


def expiry(holding: Holding, lang: str) -> str:
    """Until when a holding can be used, in a sentence."""
    words = Words(lang, catalogue(WORDS))
    return words(
        "expires", kind=words(f"kind.{holding.kind}"), vintage=holding.vintage, end=holding.end
    )


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
