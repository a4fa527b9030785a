"""Section 2.3: prices that move, demand that answers, flexibility that is paid."""

from __future__ import annotations

import pandas as pd

from dualcarbon.experiments.theses.claim import HOLDS, NOT, PARTLY, Claim

ALONE = "alone"


def claims(parts: pd.DataFrame, year: int) -> list[Claim]:
    """Claims that the parts of a completed power market answer.

    Args:
        parts: table of :mod:`dualcarbon.experiments.completion_parts`.
        year: last year of the run.
    """
    alone = parts[parts["order"] == ALONE].pivot_table(
        index="part", columns="indicator", values="value"
    )
    return [_response(alone, year), _payment(alone, year)]


def _response(alone: pd.DataFrame, year: int) -> Claim:
    real, fixed = alone.loc["real_time"], alone.loc["time_of_use"]
    cost, set_hours = real["discounted_system_cost"], fixed["discounted_system_cost"]
    moved, co2 = real[f"shifted_{year}"], real[f"co2_mt_{year}"]
    spread = real[f"price_spread_{year}"]
    return Claim(
        claim="demand_response",
        section="2.3",
        says_en="With flexible prices large users and vehicle owners shift load, which a renewable "
        "system needs; prices set by a regulator will not be that flexible.",
        says_zh="在灵活的价格机制下，大型工业用户与电动车主将调整用电，需求响应是应对可再生能源波动的关键；"
        "政府定价难以做到如此灵活。",
        indicator_en="discounted system cost, real-time tariff alone against a flat one",
        indicator_zh="仅实施实时电价时贴现系统成本的变化（相对单一电价）",
        ours=float(cost),
        unit="bn CNY",
        verdict=HOLDS if cost < 0 and cost < set_hours else NOT,
        reading_en=f"Prices of the hour move {moved:.0f} TWh in {year} and change the gap of the "
        f"day's prices by {spread:.0f} CNY/MWh and CO2 by {co2:.0f} Mt. Fixed peak and "
        f"valley hours change the cost by {set_hours:+.0f} bn CNY instead. Size and cost of what "
        "can shift are illustrative.",
        reading_zh=f"{year}年实时电价促使{moved * 10:,.0f}亿千瓦时用电转移，日内价差变化"
        f"{spread:.0f}元/兆瓦时，二氧化碳排放变化{co2:.0f}百万吨；固定峰谷时段则使成本变化"
        f"{set_hours * 10:+,.0f}亿元。"
        "可转移负荷的规模与成本为示意值。",
    )


def _payment(alone: pd.DataFrame, year: int) -> Claim:
    services = alone.loc["ancillary_services"]
    paid, cost = services[f"service_payments_{year}"], services["discounted_system_cost"]
    return Claim(
        claim="pay_flexibility",
        section="2.3",
        says_en="Fixed on-grid tariffs give plants that balance the system no reason to do so; "
        "prices have to pay for reserve and flexibility.",
        says_zh="固定的上网电价不能为灵活的调峰电站提供经济激励，需要准确的价格信号来提高备用容量与系统灵活性。",
        indicator_en=f"paid for regulation and peak shaving in {year}",
        indicator_zh=f"{year}年调频、调峰的付费",
        ours=float(paid),
        unit="bn CNY",
        verdict=HOLDS if paid > 1.0 else PARTLY if paid > 0 else NOT,
        reading_en=f"Once required, both services earn storage, reservoirs and plants on line "
        f"{paid:.1f} bn CNY in {year} and change the discounted cost by {cost:.0f} bn CNY. "
        "Where storage and reservoirs have room to spare, flexibility has no price.",
        reading_zh=f"明确需求后，{year}年储能、水库与在线机组由此获得{paid * 10:,.0f}亿元，"
        f"贴现系统成本变化{cost * 10:,.0f}亿元；储能与水库尚有余量时，灵活性没有稀缺价格。",
    )
