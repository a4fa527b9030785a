"""Section 2.1: a regulated power market does not pass the carbon price on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dualcarbon.experiments.rows import percent
from dualcarbon.experiments.theses.claim import HOLDS, NOT, PARTLY, Claim
from dualcarbon.experiments.theses.markets import TAX, Markets

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium

MUCH_MORE = 1.5


def claims(markets: Markets) -> list[Claim]:
    """How far a carbon price changes who generates, under either set of rules."""
    change = {rules: _power_emissions(*pair) for rules, pair in markets.taxed.items()}
    price = {rules: _pass_through(*pair) for rules, pair in markets.taxed.items()}
    year = markets.apart.solution.model.periods[-1]
    today, completed = change["today"], change["completed"]
    stronger = completed < MUCH_MORE * today
    verdict = HOLDS if stronger and abs(today) < 1.0 else PARTLY if completed < today else NOT
    return [
        Claim(
            claim="carbon_signal",
            section="2.1",
            says_en="Under regulated dispatch and tariffs a carbon price cannot change output, so "
            "it does not cut emissions.",
            says_zh="在管制的调度与电价下，碳价无法改变发电商产量，价格信号难以传导，碳市场有效性大打折扣。",
            indicator_en=f"power CO2 in {year} under a price of {TAX:g} CNY/t, today's rules",
            indicator_zh=f"{year}年碳价{TAX:g}元/吨时电力碳排放变化（现行规则）",
            ours=today,
            unit="%",
            verdict=verdict,
            reading_en=f"{TAX:g} CNY/t change power emissions by {today:.2f}% under today's rules "
            f"and by {completed:.2f}% once the market is completed. Of the price, "
            f"{price['today']:.0f}% reaches wholesale prices today and {price['completed']:.0f}% "
            "then. In the model plants bid their cost under both sets of rules and investment "
            "reacts; tariffs that ignored cost, as before 2021, are not represented.",
            reading_zh=f"碳价{TAX:g}元/吨使电力排放在现行规则下变化{today:.2f}%，在完善的市场中变化"
            f"{completed:.2f}%；碳价传导至批发电价的比例分别为{price['today']:.0f}%和"
            f"{price['completed']:.0f}%。模型中两种规则下机组均按成本报价，投资会响应碳价；2021年改革前"
            "不随成本变动的管制电价未予刻画。",
        )
    ]


def _power_emissions(free: Equilibrium, taxed: Equilibrium) -> float:
    before, after = (eq.solution.emissions.sum().iloc[-1] for eq in (free, taxed))
    return percent(after, before)


def _pass_through(free: Equilibrium, taxed: Equilibrium) -> float:
    """Rise of the mean power price over what the tax adds to the mean fossil MWh, in percent."""
    rise = _mean_price(taxed) - _mean_price(free)
    solution = taxed.solution
    emitting = solution.model.annual.units["rate"] > 0
    output = solution.energy[emitting].sum().iloc[-1]
    return 100.0 * rise / (TAX * solution.emissions.sum().iloc[-1] / output)


def _mean_price(eq: Equilibrium) -> float:
    load = eq.solution.consumption()
    paid = (eq.solution.mean_power_price() * load).sum()
    return float((paid / load.sum()).iloc[-1])
