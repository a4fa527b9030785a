"""Inputs of the climate-club game: the regions of C-DICE and what they import from each other."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import Column, Table, inputs, own

NORDHAUS = "Nordhaus (2015), American Economic Review 105(4), inputs of C-DICE"
KEPT = "figures as kept in github.com/qstaudinger/Climate-Clubs (no licence file); facts"
OSSA = "optimal-tariff response fitted by Nordhaus (2015) to Ossa (2014)"
HIGH, MIDDLE = 25.0, 8.0  # 1000 USD of GDP per head (2011, PPP)
DIGITS = 9


@cache
def _raw(raw: Path) -> pd.DataFrame:
    """Return inputs and tariff parameters by region."""
    folder = raw / "international" / "cdice"
    table = pd.read_csv(folder / "input_original.csv")
    tariff = pd.read_csv(folder / "params.csv")[["region", "alpha_tot", "beta_dwl"]]
    names = inputs("club_regions")
    merged = table.merge(tariff, left_on="Country", right_on="region").drop(columns="Country")
    return merged.merge(names, on="region", validate="one_to_one")


def _income(gdp_bn: pd.Series, people_m: pd.Series) -> list[str]:
    """Sort regions by GDP per head: 75, 50 and 25 USD/t in graduated floors."""
    head = gdp_bn / people_m
    return ["high" if h > HIGH else "middle" if h > MIDDLE else "low" for h in head]


@cache
def regions(raw: Path) -> Table:
    """Build the table of regions: size, emissions, abatement cost, response to tariffs."""
    table = _raw(raw)
    frame = pd.DataFrame(
        {
            "region": table["region"],
            "name_en": table["name_en"],
            "name_zh": table["name_zh"],
            "gdp_bn_usd": table["GDP"].round(DIGITS),
            "co2_mt": table["CO2"].round(DIGITS),
            "population_m": table["Population"].round(6),
            "abatement_share": table["McKinsey_alpha"],
            "tariff_gain": table["alpha_tot"],
            "tariff_deadweight": table["beta_dwl"],
            "income": _income(table["GDP"], table["Population"]),
        }
    )
    groups = f"high above {HIGH:g}, middle above {MIDDLE:g} thousand USD of GDP per head"
    full = "share of GDP lost at full abatement; C-DICE multiplies it by 0.837"
    columns = (
        own("region"),
        own("name_en", "text"),
        own("name_zh", "text"),
        Column("gdp_bn_usd", "bn USD (2011, PPP)", NORDHAUS, "B", "2011", KEPT),
        Column("co2_mt", "Mt CO2", NORDHAUS, "B", "2011", KEPT),
        Column("population_m", "million", NORDHAUS, "B", "2011", KEPT),
        Column("abatement_share", "1", f"{NORDHAUS}, after McKinsey", "C", "2011", KEPT, full),
        Column("tariff_gain", "1", OSSA, "C", "2011", KEPT, "terms-of-trade gain per unit tariff"),
        Column("tariff_deadweight", "1", OSSA, "C", "2011", KEPT, "loss per squared tariff"),
        Column("income", "key", "this package, from GDP per head", "D", "2011", note=groups),
    )
    return Table("cdice_regions", frame, columns)


@cache
def imports(raw: Path) -> Table:
    """Build the matrix of imports: one row per exporter, one column per importer."""
    table = _raw(raw)
    keys = list(table["region"])
    frame = table[[f"Import_{k}" for k in keys]].round(DIGITS).set_axis(keys, axis=1)
    frame.insert(0, "exporter", keys)
    columns = (
        own("exporter"),
        *(
            Column(k, "bn USD", NORDHAUS, "B", "2011", KEPT, "imports of this region by exporter")
            for k in keys
        ),
    )
    return Table("cdice_imports", frame, columns)
