"""Section 4.1: certificates in place of subsidies, and contracts against the risk of the market."""

from __future__ import annotations

import pandas as pd

from dualcarbon.experiments.theses.claim import HOLDS, NOT, PARTLY, Claim

NOT_NEEDED, REPLACED = "not needed", "replaced"
CALMER = 0.9


def claims(finance: pd.DataFrame, replacement: pd.DataFrame) -> list[Claim]:
    """Claims read off the appraisal of a given project in every province.

    Args:
        finance: table ``project_finance``; replacement: table ``subsidy_replacement``.
    """
    return [_subsidies(replacement), _contracts(finance)]


def _subsidies(table: pd.DataFrame) -> Claim:
    verdicts = table["verdict"]
    alone, helped = (verdicts == NOT_NEEDED).mean() * 100, (verdicts == REPLACED).mean() * 100
    short = table[~verdicts.isin((NOT_NEEDED, REPLACED))]
    needed = float(short["certificate_price_needed"].median()) if len(short) else 0.0
    cleared = float(table["certificate_price"].median())
    enough = alone + helped
    return Claim(
        claim="certificates_for_subsidies",
        section="4.1",
        says_en="Certificates should take the place of all renewable subsidies and secure what "
        "new projects earn.",
        says_zh="应尽快推进用绿证代替全部可再生能源补贴，保障新能源增长过程中的收益。",
        indicator_en="projects (province and technology) that earn their cost of capital without "
        "subsidy",
        indicator_zh="无补贴即可覆盖资本成本的项目占比（分省、分技术）",
        ours=enough,
        unit="%",
        verdict=HOLDS if enough > 99.0 else PARTLY if enough > 50.0 else NOT,
        reading_en=f"{alone:.0f}% of projects need no certificate, for the market price pays; in "
        f"{helped:.0f}% the certificate makes the difference. The others need {needed:.0f} CNY/MWh "
        f"in the median, and certificates clear at {cleared:.1f}: subsidies can end in most "
        "provinces, but it is not certificates that replace them.",
        reading_zh=f"{alone:.0f}%的项目仅凭市场电价即可收回资本成本，{helped:.0f}%依靠绿证达到；其余"
        f"项目需要的绿证价格中位数为{needed:.0f}元/兆瓦时，而出清价为{cleared:.1f}元/兆瓦时。多数省份"
        "可以取消补贴，但替代补贴的并不是绿证。",
    )


def _contracts(table: pd.DataFrame) -> Claim:
    median = table.groupby("regime")[["revenue_sd", "wacc", "irr"]].median()
    market, hedged, mechanism = (median.loc[r] for r in ("market", "hedged", "mechanism"))
    calmer = 100.0 * (hedged["revenue_sd"] / market["revenue_sd"] - 1.0)
    cheaper = 100.0 * (hedged["wacc"] - market["wacc"])
    return Claim(
        claim="contracts_against_risk",
        section="4.1",
        says_en="Medium-term contracts with banks strengthen the risk management of renewable "
        "generators.",
        says_zh="允许发电商与金融机构签订中长期金融合同，增强可再生能源发电企业的风险管理能力。",
        indicator_en="standard deviation of yearly revenue with a bank's swap, against the market",
        indicator_zh="签订银行互换合约后年收入标准差的变化（相对市场）",
        ours=calmer,
        unit="%",
        verdict=HOLDS if hedged["revenue_sd"] < CALMER * market["revenue_sd"] else NOT,
        reading_en=f"The swap takes {-calmer:.0f}% off the spread of revenue and "
        f"{-cheaper:.2f} points off the cost of capital; the mechanism price (two-way contract) "
        f"takes off {100 * (1 - mechanism['revenue_sd'] / market['revenue_sd']):.0f}%. A fair swap "
        "moves no revenue on average, so all it adds is cheaper debt.",
        reading_zh=f"互换合约使收入波动减少{-calmer:.0f}%，资本成本降低{-cheaper:.2f}个百分点；机制电价"
        f"（双向差价）使波动减少{100 * (1 - mechanism['revenue_sd'] / market['revenue_sd']):.0f}%。"
        "公允的互换不改变平均收入，其收益仅来自更便宜的债务。",
    )
