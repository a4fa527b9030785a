"""Invented tables of the five markets for the tests of the report."""

from __future__ import annotations

import pandas as pd

SECTORS = ("power", "steel", "services")
YEARS = (2025, 2035)


def five_market_tables(scenarios: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Tables of overlaps, claims, the path of reforms and the loop."""
    keys = [(s, y) for s in scenarios for y in YEARS]
    regulated = [
        (s, y, "plant" if sector == "power" else "user", sector, "Shandong", "carbon+white",
         100.0 * (i + 1), 10.0 * i, 40.0 + 30.0 * i)
        for s, y in keys for i, sector in enumerate(SECTORS)
    ]  # fmt: skip
    burden = [
        (s, y, "user", "steel", "Shandong", instrument, amount)
        for s, y in keys
        for instrument, amount in (("carbon", -1.5), ("white", 2.5), ("energy_use", 0.25))
    ]
    claim = (
        "same_tons", "2.2", "Two markets regulate one quantity.", "两个市场管制同一数量。",
        "CO2 under both", "双重约束排放", 2579.0, "Mt", "holds in part", "So it is.", "确实如此。",
    )  # fmt: skip
    border = [
        (s, 2030, "aluminium", allocation, 53.1, 238.7, saved, saved)
        for s in scenarios
        for allocation, saved in (("free", 0.0), ("auctioned", 26.6))
    ]
    return {
        "regulated": pd.DataFrame(
            regulated,
            columns=["scenario", "year", "kind", "sector", "province", "instruments", "mt",
                     "mtce", "cny_per_t"],
        ),
        "marginal_spread": pd.DataFrame(
            [(s, y, 70.0, 25.0, 40.0, 100.0, 600.0) for s, y in keys],
            columns=["scenario", "year", "mean", "deviation", "lowest", "highest", "mt"],
        ),
        "overlap_pairs": pd.DataFrame(
            [(s, y, "carbon", "white", 200.0, 80.0, 12.5) for s, y in keys],
            columns=["scenario", "year", "first", "second", "mt", "mtce", "worth_bn_cny"],
        ),
        "burden": pd.DataFrame(
            burden,
            columns=["scenario", "year", "kind", "sector", "province", "instrument", "bn_cny"],
        ),
        "paper_claims": pd.DataFrame(
            [claim],
            columns=["claim", "section", "says_en", "says_zh", "indicator_en", "indicator_zh",
                     "ours", "unit", "verdict", "reading_en", "reading_zh"],
        ),
        "reform_path": pd.DataFrame(
            [(stage, 2035, 11_000.0, 2_800.0, 4_000.0, 60.0) for stage in ("apart", "unified")],
            columns=["stage", "year", "mt", "bn_cny", "mtce", "spread_cny_per_t"],
        ),
        "switched_off": pd.DataFrame(
            [("white", 2035, 78.4, -8.4, 32.5)],
            columns=["market", "year", "mt", "bn_cny", "mtce"],
        ),
        "chain_border": pd.DataFrame(
            border,
            columns=["scenario", "year", "good", "allocation", "cny_per_t", "bill_eur_per_t",
                     "saved_eur_per_t", "home_eur_per_t"],
        ),
        "chain_budget": pd.DataFrame(
            [(s, *rule, 2025, 2035, 121.0, budget, 121.0 / budget)
             for s in scenarios
             for rule, budget in ((("grandfathering", "Grandfathering", "祖父法则"), 76.0),
                                  (("equal_per_capita", "Equal per head", "人均均等"), 44.4))],
            columns=["scenario", "rule", "rule_en", "rule_zh", "first_year", "last_year",
                     "used_gt", "budget_gt", "share"],
        ),
    }  # fmt: skip
