"""Section 4.1 (2): the warning that a carbon market alone is not enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dualcarbon.experiments.rows import percent
from dualcarbon.experiments.theses.claim import HOLDS, NOT, PARTLY, Claim
from dualcarbon.experiments.theses.electricity import last_value
from dualcarbon.experiments.theses.markets import Markets
from dualcarbon.instruments import MergedEfficiency

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium

MT, MTCE = 1e-6, 1e-6


def claims(markets: Markets) -> list[Claim]:
    """What is lost when only the carbon market is left."""
    apart, alone = markets.apart, markets.alone
    year = apart.solution.model.periods[-1]
    more = (_emissions(alone) - _emissions(apart)) * MT
    cut = (_emissions(markets.nothing) - _emissions(apart)) * MT
    share = 100.0 * more / cut if cut else 0.0
    lost = (_saved(apart) - _saved(alone, apart)) * MTCE
    green = [100.0 * last_value(eq, "renewable_share") for eq in (apart, alone)]
    dearer = percent(markets.policy_cost(apart), markets.policy_cost(markets.unified))
    return [
        Claim(
            claim="pan_carbon",
            section="4.1",
            says_en="Beware of pan-carbon-marketisation: a carbon market alone does not bring "
            "the reductions.",
            says_zh="警惕“泛碳市场化”：认为只要有了碳市场就可以实现减排目标，是对市场机制的片面理解。",
            indicator_en=f"share of the package's emission cut in {year} lost with the carbon "
            "market alone",
            indicator_zh=f"{year}年仅保留碳市场时失去的减排量占比",
            ours=share,
            unit="%",
            verdict=HOLDS if share > 5.0 else PARTLY if share > 0.0 else NOT,
            reading_en=f"With the carbon market as it is and nothing beside it, emissions in "
            f"{year} are {more:.0f} Mt higher ({share:.0f}% of what the package cuts), "
            f"{lost:.0f} Mtce fewer are saved, and renewables make {green[1]:.1f} instead of "
            f"{green[0]:.1f}% of power. But the reason is its weak reach, not the instrument: the "
            f"package costs {dearer:.0f}% more than one carbon price for the same emissions.",
            reading_zh=f"仅保留现行碳市场时，{year}年排放多{more:.0f}百万吨（占政策组合减排量的"
            f"{share:.0f}%），少节能{lost:.0f}百万吨标准煤，可再生能源占比为{green[1]:.1f}%而非"
            f"{green[0]:.1f}%。但原因在于覆盖与力度不足而非工具本身：排放相同时，政策组合的成本比"
            f"统一碳价高{dearer:.0f}%。",
        )
    ]


def _emissions(eq: Equilibrium) -> float:
    return float((eq.solution.emissions.sum() + eq.solution.user_emissions.sum()).iloc[-1])


def _saved(eq: Equilibrium, like: Equilibrium | None = None) -> float:
    """Energy that users no longer take, tce in the last period; users as in ``like``."""
    model = (like or eq).solution.model
    return float(eq.solution.evaluate(MergedEfficiency().saved(model)).to_series().iloc[-1])
