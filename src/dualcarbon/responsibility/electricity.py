"""Whose carbon is the electricity: provinces of China, traced over the flows between them.

The observed year 2024 rests on generation by province and kind and on flows between provinces that
meet the provinces' net exports; scenarios on the flows that their markets solve. Both by
:mod:`dualcarbon.common.tracing`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.tables import conformed
from dualcarbon.common.tracing import Traced, of_tables, tabled, traced
from dualcarbon.errors import InputError, unknown_name

OBSERVED = "observed"
YEAR = 2024
THERMAL = 0.83
"""t CO2 per MWh of thermal generation; CEC gives 0.82 for 2023 and 2024 (grade B)."""
KINDS = ("thermal_twh", "hydro_twh", "nuclear_twh", "wind_twh", "solar_twh")
TABLE = "electricity_carbon"
PARTS = ("generation", "emissions", "flows")


def observed(factor: float = THERMAL) -> Traced:
    """Carbon of electricity by province in 2024, TWh and Mt.

    Args:
        factor: t CO2 per MWh of thermal generation, the same everywhere.

    Raises:
        InputError: a factor below zero.
    """
    if not factor >= 0:
        raise InputError(f"{factor} is below zero", where="factor", allowed="t CO2 per MWh")
    balance = datasets.load("province_balance_2024").set_index("province")
    links = datasets.load("links")
    forth = links.rename(columns={"planned_twh_2024": "value"})[["from", "to", "value"]]
    back = forth.rename(columns={"from": "to", "to": "from"})
    back["value"] = -back["value"]
    flows = pd.concat([forth, back], ignore_index=True)
    return traced(
        balance[list(KINDS)].sum(axis=1), factor * balance["thermal_twh"], flows[flows["value"] > 0]
    )


def observed_table(factor: float = THERMAL) -> pd.DataFrame:
    """:func:`observed` in the columns of ``electricity_carbon``, as scenario ``observed``."""
    return conformed(TABLE, tabled(observed(factor)).assign(scenario=OBSERVED, year=YEAR))


def of_run(tables: Mapping[str, pd.DataFrame], scenario: str, year: int) -> Traced:
    """Carbon of electricity by province from the tables of a run, TWh and Mt.

    Args:
        tables: ``generation``, ``emissions`` and ``flows`` of a run.
        scenario, year: which.

    Raises:
        InputError: a table is missing, or the run has no such scenario or year.
    """
    chosen = []
    for name in PARTS:
        if name not in tables:
            raise InputError(f"the run has no table '{name}'", allowed=PARTS)
        table = tables[name]
        if name == PARTS[0]:
            _known("scenario", scenario, table["scenario"])
            _known("year", year, table.loc[table["scenario"] == scenario, "year"])
        chosen.append(table[(table["scenario"] == scenario) & (table["year"] == year)])
    return of_tables(*chosen)


def _known(kind: str, value: object, values: pd.Series) -> None:
    if value not in set(values):
        raise unknown_name(kind, str(value), map(str, dict.fromkeys(values)))
