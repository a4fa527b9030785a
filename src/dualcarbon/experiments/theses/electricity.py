"""Section 2.3: what an incomplete power market does to renewables and to coal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dualcarbon.experiments.rows import percent
from dualcarbon.experiments.theses.claim import HOLDS, NOT, Claim
from dualcarbon.experiments.theses.markets import Markets
from dualcarbon.indicators.headline import indicators

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium

COAL = ("coal_usc", "coal_sc", "coal_sub", "coal_small", "coal_cfb")


def claims(markets: Markets) -> list[Claim]:
    """Equal shares and trade by plan against a completed market, no other policy changed."""
    today, completed = (markets.taxed[rules][0] for rules in ("today", "completed"))
    return [_curtailment(today, completed), _coal(today, completed)]


def _curtailment(today: Equilibrium, completed: Equilibrium) -> Claim:
    year = today.solution.model.periods[-1]
    before, after = (100.0 * last_value(eq, "curtailment_share") for eq in (today, completed))
    share = [100.0 * last_value(eq, "renewable_share") for eq in (today, completed)]
    return Claim(
        claim="local_dispatch",
        section="2.3",
        says_en="Dispatch within provinces and planned trade keep cheap clean power out: wind and "
        "solar are curtailed.",
        says_zh="省域内平均调度与地方保护阻碍可再生能源消纳，造成弃风弃光。",
        indicator_en=f"curtailed share of wind and solar in {year}, completed less today's rules",
        indicator_zh=f"{year}年弃风弃光率：完善市场与现行规则之差",
        ours=after - before,
        unit="points",
        verdict=HOLDS if after < before - 0.05 else NOT,
        reading_en=f"Curtailment is {before:.1f}% under today's rules and {after:.1f}% in a "
        f"completed market; renewables make {share[0]:.1f} and {share[1]:.1f}% of power. "
        "Priority dispatch already keeps curtailment low today; a spot market curtails when "
        "power is worth nothing, and that is no waste.",
        reading_zh=f"现行规则下弃电率为{before:.1f}%，完善市场后为{after:.1f}%；可再生能源占比分别为"
        f"{share[0]:.1f}%和{share[1]:.1f}%。现行优先消纳已使弃电处于低位；现货市场在电价趋零时弃电，"
        "并不等于浪费。",
    )


def _coal(today: Equilibrium, completed: Equilibrium) -> Claim:
    year = today.solution.model.periods[-1]
    built = [_new_coal(eq) for eq in (today, completed)]
    cost = percent(_total(completed), _total(today))
    fewer = built[1] < built[0] - 1e-3
    return Claim(
        claim="coal_lock_in",
        section="2.3",
        says_en="Average dispatch guarantees hours and so invites too much coal, a lock-in of "
        "high-carbon plants.",
        says_zh="平均调度保障发电利用小时，鼓励地方过度投资煤电，形成高碳锁定。",
        indicator_en=f"new coal capacity by {year}, completed less today's rules",
        indicator_zh=f"至{year}年新增煤电装机：完善市场与现行规则之差",
        ours=built[1] - built[0],
        unit="GW",
        verdict=HOLDS if fewer else NOT,
        reading_en=f"The model builds {built[0]:.0f} GW of coal under today's rules and "
        f"{built[1]:.0f} GW in a completed market, whose system cost is {abs(cost):.1f}% "
        f"{'lower' if cost < 0 else 'higher'}. Investment here is by least cost; local growth "
        "targets, the paper's mechanism, are outside the model.",
        reading_zh=f"现行规则下新建煤电{built[0] / 100:.2f}亿千瓦，"
        f"完善市场后为{built[1] / 100:.2f}亿千瓦，系统成本"
        f"{'降低' if cost < 0 else '升高'}{abs(cost):.1f}%。模型按最低成本投资，未包含论文所述的"
        "地方增长动机。",
    )


def last_value(eq: Equilibrium, name: str) -> float:
    """An indicator in the last period."""
    table = indicators(eq)
    last = table[(table["indicator"] == name) & (table["year"] == table["year"].max())]
    return float(last["value"].iloc[0])


def _new_coal(eq: Equilibrium) -> float:
    """Coal capacity built within the horizon, GW."""
    static = eq.solution.model.network.c.generators.static
    coal = static[static["carrier"].isin(COAL) & static["p_nom_extendable"]]
    size = eq.solution.value("Generator-p_nom").to_series()
    return float(size.reindex(coal.index).fillna(0.0).sum()) / 1e3


def _total(eq: Equilibrium) -> float:
    return float((eq.system_cost * eq.solution.model.horizon.objective).sum())
