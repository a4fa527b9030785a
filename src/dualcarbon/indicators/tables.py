"""The tables of a run: their columns, and how a solved equilibrium fills them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.common.tables import apart, columns, conformed, contract
from dualcarbon.indicators import headline, money, physical
from dualcarbon.indicators.all_in import all_in_prices
from dualcarbon.indicators.users import user_steps

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium

SCENARIO = "scenario"

OF_EQUILIBRIUM: dict[str, Callable[[Equilibrium], pd.DataFrame]] = {
    "generation": lambda eq: physical.generation(eq.solution),
    "capacity": lambda eq: physical.capacity(eq.solution),
    "emissions": lambda eq: physical.emissions(eq.solution),
    "prices": money.prices,
    "all_in_prices": all_in_prices,
    "settlement": money.settlement,
    "indicators": headline.indicators,
    "tokens": money.tokens,
    "double_claims": money.double_claims,
    "savings": money.savings,
    "regulated": money.regulated,
    "overlap_pairs": money.overlap_pairs,
    "marginal_spread": money.marginal_spread,
    "burden": money.burden,
    "flows": lambda eq: physical.flows(eq.solution),
    "electricity_carbon": lambda eq: physical.electricity_carbon(eq.solution),
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
        tables[name] = conformed(name, table[columns(name)])
    return tables


def joined(parts: Iterable[Mapping[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Stack the tables of several scenarios and experiments, in the order of the contract."""
    every = list(parts)
    tables = {}
    for name in contract():
        held = [part[name] for part in every if name in part]
        filled = [table for table in held if len(table)]
        if held:
            stacked = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
            tables[name] = conformed(name, apart(name, stacked))
    return tables
