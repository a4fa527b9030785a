"""Results in the format of the Integrated Assessment Modeling Consortium.

One row per model, scenario, region, variable and unit, one column per year. The names follow the
consortium's common definitions; ``iamc_codelist.yaml`` beside this file describes each of them in
the format of the nomenclature package. Electricity is gross generation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from dualcarbon import datasets
from dualcarbon.version import __version__

EJ_PER_TWH = 3.6e-3
NATION, INVENTED = "China", "Teaching world"
INDEX = ["model", "scenario", "region", "variable", "unit"]

SOURCES = {
    "gas": ("Gas",),
    "nuclear": ("Nuclear",),
    "hydro": ("Hydro",),
    "onwind": ("Wind", "Wind|Onshore"),
    "offwind": ("Wind", "Wind|Offshore"),
    "wind": ("Wind",),
    "solar": ("Solar", "Solar|PV"),
    "solar_dist": ("Solar", "Solar|PV"),
    "biomass": ("Biomass",),
    "other_thermal": ("Other",),
}
STORAGE = {"phs": ("Storage", "Storage|Pumped Hydro"), "battery": ("Storage", "Storage|Battery")}
SECTORS = {
    "steel": "Steel",
    "cement": "Cement",
    "aluminium": "Non-Ferrous Metals",
    "chemicals": "Chemicals",
}
BUILDINGS = "Emissions|CO2|Energy|Demand|Residential and Commercial"
DEMAND = {
    "services": [BUILDINGS, f"{BUILDINGS}|Commercial"],
    "households": [BUILDINGS, f"{BUILDINGS}|Residential"],
    "transport": ["Emissions|CO2|Energy|Demand|Transportation"],
}
INDICATORS = {
    "cea_cny_per_t": ("Price|Carbon", "CNY_2024/t CO2"),
    "ccer_cny_per_t": ("Price|Carbon|Offset", "CNY_2024/t CO2"),
    "gec_cny_per_mwh": ("Price|Green Certificate", "CNY_2024/MWh"),
    "power_price_cny_per_mwh": ("Price|Secondary Energy|Electricity", "CNY_2024/MWh"),
    "system_cost_bn_cny": ("Total Energy System Cost", "billion CNY_2024/yr"),
}


def iamc_table(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Results by model, scenario, region, variable and unit (rows) and year (columns).

    Args:
        tables: tables of a run; those that are missing are left out.
    """
    parts = [
        _mix(tables.get("generation"), "twh", "Secondary Energy|Electricity", "EJ/yr", EJ_PER_TWH),
        _mix(tables.get("capacity"), "gw", "Capacity|Electricity", "GW", 1.0),
        _emissions(tables.get("emissions")),
        _power_prices(tables.get("prices")),
        _trade(tables.get("flows")),
        _indicators(tables.get("indicators"), nation(tables)),
    ]
    filled = [part for part in parts if part is not None and not part.empty]
    if not filled:
        return pd.DataFrame(columns=INDEX)
    long = pd.concat(filled).assign(model=f"dualcarbon {__version__}")
    wide = long.pivot_table(index=INDEX, columns="year", values="value", aggfunc="sum")
    wide.columns = [int(year) for year in wide.columns]
    return wide.reset_index()


def nation(tables: Mapping[str, pd.DataFrame]) -> str:
    """Name of the whole: China where the regions are its provinces."""
    for table in tables.values():
        if "province" in table.columns:
            known = set(datasets.provinces()) | set(datasets.load("regions")["grid"])
            return NATION if set(table["province"]) <= known else INVENTED
    return NATION


def _mix(
    table: pd.DataFrame | None, value: str, head: str, unit: str, factor: float
) -> pd.DataFrame | None:
    """Totals and parts by source; storage adds to capacity, never to generation."""
    if table is None or table.empty:
        return None
    stores = table["carrier"].isin(list(STORAGE))
    if value == "twh":
        table = table[~stores]
    names = table["carrier"].astype(str).map(lambda c: _variables(c, head))
    rows = table.assign(variable=names, value=table[value] * factor, unit=unit)
    return _with_nation(rows.explode("variable"))


def _variables(carrier: str, head: str) -> list[str]:
    if carrier in STORAGE:
        return [f"{head}|{name}" for name in STORAGE[carrier]]
    sources = ("Coal",) if carrier.startswith("coal") else SOURCES.get(carrier, ("Other",))
    return [head, *(f"{head}|{name}" for name in sources)]


def _emissions(table: pd.DataFrame | None) -> pd.DataFrame | None:
    if table is None or table.empty:
        return None
    names = table["sector"].astype(str).map(_emission_variables)
    rows = table.assign(variable=names, value=table["mt"], unit="Mt CO2/yr")
    return _with_nation(rows.explode("variable"))


def _emission_variables(sector: str) -> list[str]:
    if sector == "power":
        return ["Emissions|CO2|Energy|Supply|Electricity"]
    if sector in DEMAND:
        return DEMAND[sector]
    head = "Emissions|CO2|Energy and Industrial Processes|Industry"
    return [head, f"{head}|{SECTORS.get(sector, 'Other')}"]


def _power_prices(table: pd.DataFrame | None) -> pd.DataFrame | None:
    if table is None or table.empty:
        return None
    chosen = table[(table["instrument"] == "electricity") & (table["item"] == "electricity")]
    variable, unit = INDICATORS["power_price_cny_per_mwh"]
    return chosen.rename(columns={"price": "value"}).assign(variable=variable, unit=unit)


def _trade(table: pd.DataFrame | None) -> pd.DataFrame | None:
    """Net exports of each region."""
    if table is None or table.empty:
        return None
    out = table.rename(columns={"from": "region"}).assign(value=table["twh"] * EJ_PER_TWH)
    back = table.rename(columns={"to": "region"}).assign(value=-table["twh"] * EJ_PER_TWH)
    both = pd.concat([out, back])
    return both.assign(variable="Trade|Secondary Energy|Electricity|Volume", unit="EJ/yr")


def _indicators(table: pd.DataFrame | None, region: str) -> pd.DataFrame | None:
    if table is None or table.empty:
        return None
    chosen = table[table["indicator"].isin(list(INDICATORS))]
    return chosen.assign(
        region=region,
        variable=[INDICATORS[name][0] for name in chosen["indicator"]],
        unit=[INDICATORS[name][1] for name in chosen["indicator"]],
    )


def _with_nation(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the regions and of their sum."""
    whole = nation({"rows": rows})
    columns: Iterable[str] = ["scenario", "year", "region", "variable", "unit", "value"]
    regions = rows.rename(columns={"province": "region"})
    return pd.concat([regions, regions.assign(region=whole)])[list(columns)]
