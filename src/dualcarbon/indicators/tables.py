"""The tables of a run: their columns, and how a solved equilibrium fills them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.indicators import headline, money, overlaps, physical
from dualcarbon.indicators.user_steps import user_steps

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium

SCENARIO = "scenario"

COLUMNS: dict[str, tuple[str, ...]] = {
    "generation": ("scenario", "year", "province", "carrier", "twh"),
    "capacity": ("scenario", "year", "province", "carrier", "gw", "new_gw"),
    "emissions": ("scenario", "year", "province", "sector", "mt"),
    "prices": ("scenario", "year", "instrument", "item", "region", "price", "unit"),
    "settlement": (
        "scenario",
        "year",
        "instrument",
        "payer",
        "payee",
        "bn_cny",
        "payer_kind",
        "payer_what",
        "payer_province",
        "payee_kind",
        "payee_what",
        "payee_province",
    ),
    "indicators": ("scenario", "year", "indicator", "value", "unit"),
    "tokens": ("scenario", "year", "group", "use", "twh"),
    "double_claims": (
        "scenario",
        "year",
        "first",
        "second",
        "group",
        "twh",
        "mtce",
        "mt",
        "worth_bn_cny",
    ),
    "savings": ("scenario", "year", "use", "mtce"),
    "regulated": (
        "scenario",
        "year",
        "kind",
        "sector",
        "province",
        "instruments",
        "mt",
        "mtce",
        "cny_per_t",
    ),
    "overlap_pairs": ("scenario", "year", "first", "second", "mt", "mtce", "worth_bn_cny"),
    "marginal_spread": ("scenario", "year", "mean", "deviation", "lowest", "highest", "mt"),
    "burden": ("scenario", "year", "kind", "sector", "province", "instrument", "bn_cny"),
    "flows": ("scenario", "year", "from", "to", "twh"),
    "returns": (
        "regime",
        "province",
        "technology",
        "irr",
        "npv_per_cny",
        "revenue_cny_per_mwh",
        "full_load_hours",
    ),
    "attribution": (
        "indicator",
        "unit",
        "reform",
        "reform_en",
        "reform_zh",
        "without_reforms",
        "alone",
        "last",
        "shapley",
        "total",
        "solves",
        "seconds",
    ),
    "completion_parts": (
        "part",
        "part_en",
        "part_zh",
        "order",
        "indicator",
        "value",
        "unit",
    ),
    "macc": (
        "share",
        "year",
        "sector",
        "abatement_mt",
        "marginal_cost_cny_per_t",
        "discounted_cost_bn_cny",
    ),
    "project_finance": (
        "regime",
        "province",
        "technology",
        "revenue_cny_per_mwh",
        "revenue_sd",
        "gearing",
        "wacc",
        "irr",
        "npv_per_cny",
    ),
    "subsidy_replacement": (
        "province",
        "technology",
        "subsidy_cny_per_mwh",
        "certificate_price_needed",
        "certificate_price",
        "covered",
        "verdict",
        "reading_en",
        "reading_zh",
    ),
    "experiments": (
        "experiment",
        "variant_en",
        "variant_zh",
        "indicator",
        "base",
        "ours",
        "unit",
        "published_low",
        "published_high",
        "published_base",
        "sign_holds",
        "size",
        "reading_en",
        "reading_zh",
    ),
    "paper_claims": (
        "claim",
        "section",
        "says_en",
        "says_zh",
        "indicator_en",
        "indicator_zh",
        "ours",
        "unit",
        "verdict",
        "reading_en",
        "reading_zh",
    ),
    "chain_border": (
        "scenario",
        "year",
        "good",
        "allocation",
        "cny_per_t",
        "bill_eur_per_t",
        "saved_eur_per_t",
        "home_eur_per_t",
    ),
    "chain_budget": (
        "scenario",
        "rule",
        "first_year",
        "last_year",
        "used_gt",
        "budget_gt",
        "share",
    ),
    "switched_off": ("market", "year", "mt", "bn_cny", "mtce"),
    "reform_path": ("stage", "year", "mt", "bn_cny", "mtce", "spread_cny_per_t"),
    "verdicts": ("experiment", "verdict", "size", "reading_en", "reading_zh"),
    "sensitivity": ("experiment", "assumption", "value", "unit", "ours"),
    "backcast": (
        "item",
        "region",
        "ours",
        "observed",
        "unit",
        "error_pct",
        "tolerance_pct",
        "source",
    ),
    "assumptions": ("name", "value", "unit", "year", "grade", "source", "note_en", "note_zh"),
    "user_steps": (
        "scenario",
        "year",
        "sector",
        "route",
        "measure",
        "kind",
        "taken",
        "potential",
        "unit",
        "co2_mt",
        "electricity_twh",
        "fuel_mtce",
        "cost",
    ),
    "user_balance": (
        "sector",
        "item",
        "ours",
        "statistics",
        "unit",
        "year",
        "source",
        "grade",
    ),
    "checks": ("scenario", "invariant", "violation", "holds"),
}
"""Columns of every table that a run can hold; units are part of the names."""

OF_EQUILIBRIUM: dict[str, Callable[[Equilibrium], pd.DataFrame]] = {
    "generation": lambda eq: physical.generation(eq.solution),
    "capacity": lambda eq: physical.capacity(eq.solution),
    "emissions": lambda eq: physical.emissions(eq.solution),
    "prices": money.prices,
    "settlement": money.settlement,
    "indicators": headline.indicators,
    "tokens": money.tokens,
    "double_claims": money.double_claims,
    "savings": overlaps.savings,
    "regulated": overlaps.regulated,
    "overlap_pairs": overlaps.overlap_pairs,
    "marginal_spread": overlaps.marginal_spread,
    "burden": overlaps.burden,
    "flows": lambda eq: physical.flows(eq.solution),
    "user_steps": lambda eq: user_steps(eq.solution),
    "checks": money.checks,
}
"""Tables that are read off one equilibrium."""


def equilibrium_tables(scenario: str, equilibrium: Equilibrium) -> dict[str, pd.DataFrame]:
    """Every table of one solved scenario, with its name in the first column."""
    tables = {}
    for name, build in OF_EQUILIBRIUM.items():
        table = build(equilibrium)
        table.insert(0, SCENARIO, scenario)
        tables[name] = table[list(COLUMNS[name])]
    return tables


def joined(parts: Iterable[Mapping[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Stack the tables of several scenarios and experiments, in the order of the contract."""
    every = list(parts)
    tables = {}
    for name, columns in COLUMNS.items():
        filled = [part[name] for part in every if name in part and len(part[name])]
        if filled:
            tables[name] = pd.concat(filled, ignore_index=True)[list(columns)]
        elif any(name in part for part in every):
            tables[name] = pd.DataFrame(columns=list(columns))
    return tables
