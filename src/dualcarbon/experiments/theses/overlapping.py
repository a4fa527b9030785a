"""Section 2.2: white certificates, energy-use rights and the carbon market overlap."""

from __future__ import annotations

from dualcarbon.experiments.rows import percent
from dualcarbon.experiments.theses.claim import HOLDS, NOT, PARTLY, Claim
from dualcarbon.experiments.theses.markets import Markets, pairs

MTCE, MT, BN = 1e-6, 1e-6, 1e-9


def claims(markets: Markets) -> list[Claim]:
    """Overlap of objects, of accounts, and of carbon with energy use."""
    return [_objects(markets), _accounts(markets), _carbon_and_energy(markets)]


def _objects(markets: Markets) -> Claim:
    apart = markets.apart
    year = apart.solution.model.periods[-1]
    rights = apart.package.instruments["energy_use"]
    white = apart.package.instruments["white"]
    members = rights.members(apart.solution.model).index  # type: ignore[attr-defined]
    obliged = white.obliged(apart.solution.model).index  # type: ignore[attr-defined]
    both = 100.0 * members.isin(obliged).mean()
    tce = pairs(apart).loc[("white", "energy_use", year), "tce"] * MTCE
    return Claim(
        claim="same_objects",
        section="2.2",
        says_en="White certificates and energy-use rights regulate the same users and the same "
        "energy.",
        says_zh="节能量交易市场与用能权市场的作用对象均为重点用能单位，交易对象交叠。",
        indicator_en="users under energy-use rights who also owe white certificates",
        indicator_zh="用能权市场主体中同时承担节能量目标的比例",
        ours=both,
        unit="%",
        verdict=HOLDS if both > 99.0 else PARTLY,
        reading_en=f"In the six pilots {both:.0f}% of those who hold rights also owe "
        f"certificates: {tce:.0f} Mtce of fuel are regulated twice in {year}. This follows from "
        "the rules, not from the model.",
        reading_zh=f"六个试点省份中，持有用能权的主体有{both:.0f}%同时承担节能量目标，{year}年有"
        f"{tce:.0f}百万吨标准煤的燃料受双重管制。这一结论由规则本身决定。",
    )


def _accounts(markets: Markets) -> Claim:
    apart, once = markets.apart, markets.exclusive
    year = apart.solution.model.periods[-1]
    twice = apart.double_claims
    at = twice[twice["period"] == year]
    tce, worth = at["tce"].sum() * MTCE, at["worth"].sum() * BN
    saved = apart.solution.evaluate(1.0 * apart.solution.model.savings.tokens)
    total = float(saved.sel(period=year).sum()) * MTCE
    share = 100.0 * tce / total if total else 0.0
    dearer = percent(markets.policy_cost(once), markets.policy_cost(apart))
    return Claim(
        claim="same_savings",
        section="2.2",
        says_en="The same accounting of savings in two markets can lead to double trading.",
        says_zh="节能量与碳排放核算方法相近，同一核算方法用于两个市场可能造成重复交易。",
        indicator_en=f"savings claimed in two markets in {year}, share of all savings",
        indicator_zh=f"{year}年在两个市场重复使用的节能量占比",
        ours=share,
        unit="%",
        verdict=HOLDS if tce > 1e-3 else NOT,
        reading_en=f"Where nothing forbids it, {tce:.1f} of {total:.1f} Mtce saved count twice in "
        f"{year}; the second claim is worth {worth:.1f} bn CNY a year. Letting each tonne count "
        f"once changes the cost of policy by {dearer:.1f}%: double counting hides how little is "
        "asked for.",
        reading_zh=f"在未禁止重复使用的情况下，{year}年{total:.1f}百万吨标准煤节能量中有{tce:.1f}"
        f"百万吨被重复计算，第二次使用价值每年{worth * 10:.0f}亿元。若每吨只计一次，政策成本变化"
        f"{dearer:.1f}%：重复计算掩盖了实际要求偏低。",
    )


def _carbon_and_energy(markets: Markets) -> Claim:
    apart = markets.apart
    year = apart.solution.model.periods[-1]
    found = pairs(apart)
    at = found[found.index.get_level_values("period") == year]
    carbon = at[at.index.get_level_values("first") == "carbon"]
    tons = carbon.loc[("carbon", "white", year), "t_co2"] * MT
    in_pilots = carbon.loc[("carbon", "energy_use", year), "t_co2"] * MT
    worth = carbon["worth"].sum() * BN
    return Claim(
        claim="same_tons",
        section="2.2",
        says_en="Carbon and energy-use markets regulate one quantity seen from both ends, which "
        "can add to firms' burden.",
        says_zh="碳市场与用能权市场分属后端与前端治理，排放量与能耗可相互换算，重叠可能增加企业负担。",
        indicator_en=f"CO2 of users under carbon and energy markets at once, {year}",
        indicator_zh=f"{year}年同时受碳市场与能效市场约束的用户排放",
        ours=tons,
        unit="Mt",
        verdict=HOLDS if tons > 1.0 else NOT,
        reading_en=f"{tons:,.0f} Mt of users' emissions answer to the carbon market and to white "
        f"certificates, {in_pilots:,.0f} Mt also to energy-use rights. At the margin the second "
        f"market charges {worth:.0f} bn CNY a year for tons that already have a price.",
        reading_zh=f"有{tons:,.0f}百万吨用户排放同时受碳市场与节能量市场约束，其中{in_pilots:,.0f}"
        f"百万吨还受用能权约束。按边际价格计，第二重市场每年对已有价格的排放再收取约"
        f"{worth * 10:,.0f}亿元。",
    )
