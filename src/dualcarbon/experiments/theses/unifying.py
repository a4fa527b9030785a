"""Section 4.1 (1): merge the efficiency markets, unify certificates with carbon, convert."""

from __future__ import annotations

from dualcarbon.experiments.rows import percent
from dualcarbon.experiments.theses.claim import HOLDS, NOT, PARTLY, Claim
from dualcarbon.experiments.theses.markets import Markets, energy_of_users, spread

BN, MTCE = 1e-9, 1e-6
SMALL = -0.01


def claims(markets: Markets) -> list[Claim]:
    """What merging, and unifying all markets, saves at equal outcome."""
    return [_merging(markets), _unifying(markets)]


def _merging(markets: Markets) -> Claim:
    apart, merged = markets.apart, markets.merged
    before, after = markets.policy_cost(apart), markets.policy_cost(merged)
    change = percent(after, before)
    return Claim(
        claim="merge_efficiency",
        section="4.1",
        says_en="White certificates and energy-use rights should be merged soon: one market "
        "raises economic efficiency.",
        says_zh="应尽快将用能权市场与节能量交易市场合并，提高经济效率。",
        indicator_en="discounted cost of policy at the same energy savings",
        indicator_zh="节能量相同时的政策成本（贴现）变化",
        ours=change,
        unit="%",
        verdict=HOLDS if change < SMALL else NOT,
        reading_en=f"One national market for the same savings changes the cost of policy by "
        f"{change:.1f}% ({(after - before) * BN:.0f} bn CNY). The saving comes from trade between "
        "provinces: both markets regulate the same users, so merging them alone removes a "
        "second obligation but finds no cheaper tonne.",
        reading_zh=f"在节能量相同的前提下，全国统一市场使政策成本变化{change:.1f}%"
        f"（{(after - before) * BN * 10:,.0f}亿元）。节约来自省间交易：两个市场管制同一批主体，"
        "单纯合并只免除第二重义务，并不带来更便宜的节能。",
    )


def _unifying(markets: Markets) -> Claim:
    apart, one = markets.apart, markets.unified
    before, after = markets.policy_cost(apart), markets.policy_cost(one)
    change = percent(after, before)
    system = percent(markets.cost(one), markets.cost(apart))
    year = apart.solution.model.periods[-1]
    wide, none = spread(apart).loc[year], spread(one).loc[year]
    used = (energy_of_users(one) - energy_of_users(apart)).loc[year] * MTCE
    return Claim(
        claim="unify_markets",
        section="4.1",
        says_en="Linking and unifying the markets with one system of conversion lets abatement "
        "happen where it is cheapest.",
        says_zh="建立绿证、节能量与碳市场的核算转换体系，统一和连接不同市场，使全局成本最低。",
        indicator_en="discounted cost of policy at the same emissions",
        indicator_zh="排放相同时的政策成本（贴现）变化",
        ours=change,
        unit="%",
        verdict=HOLDS if change < SMALL else PARTLY if change <= 0 else NOT,
        reading_en=f"One price for every ton reaches the same emissions at {change:.0f}% of the "
        f"cost of policy ({system:.2f}% of system cost). Marginal costs in {year} lie between "
        f"{wide['lowest']:.0f} and {wide['highest']:.0f} CNY/t apart (standard deviation "
        f"{wide['deviation']:.0f}) and are {none['mean']:.0f} CNY/t for everyone together. Only "
        f"emissions are the same: users take {used:.0f} Mtce more, for nothing asks them to save "
        "energy as such.",
        reading_zh=f"对每吨排放实行同一价格，达到相同排放的政策成本变化{change:.0f}%"
        f"（系统成本变化{system:.2f}%）。{year}年分立市场的边际成本介于{wide['lowest']:.0f}至"
        f"{wide['highest']:.0f}元/吨（标准差{wide['deviation']:.0f}），统一后各主体均为"
        f"{none['mean']:.0f}元/吨。相同的只是排放：不再单独要求节能，用户多用能{used:.0f}百万吨标准煤。",
    )
