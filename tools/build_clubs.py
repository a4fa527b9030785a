"""Inputs of the climate-club game: regions and their trade, of C-DICE and of 2023; elasticities."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import CC_BY, Column, Table, inputs, own

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


WDI = "World Bank WDI, 1 July 2025"
GCB = "Global Carbon Budget 2025"
BACI = "CEPII BACI V202501 (Etalab Open Licence 2.0)"
BACI_KEPT = "Etalab Open Licence 2.0, as kept with Ignatenko et al. (2025)"
DICE = "Barrage and Nordhaus (2024), DICE-2023, PNAS 121(13)"
DEFLATOR = 1.3546  # US GDP deflator, 2011 to 2023


@cache
def _world(raw: Path) -> pd.DataFrame:
    folder = raw / "international" / "world_2023"
    table = pd.read_csv(folder / "regions.csv")
    return table.merge(inputs("club_regions_2023"), on="region", validate="one_to_one")


@cache
def regions_2023(raw: Path) -> Table:
    """Build the 20 regions of 2023: money in USD of 2023, GDP at market prices."""
    table = _world(raw)
    frame = pd.DataFrame(
        {
            "region": table["key"],
            "name_en": table["region"],
            "name_zh": table["name_zh"],
            "gdp_bn_usd": table["gdp_busd_2023"],
            "co2_mt": table["co2_mt_2023"],
            "population_m": table["population_m_2023"],
            "abatement_cdice": table["quadratic_a_2023"],
            "abatement_dice2023": table["dice2023_theta1_2023"],
            "tariff_gain": table["cdice_alpha"],
            "tariff_deadweight": table["cdice_beta"],
            "income": _income(table["gdp_ppp_bintl_2023"] / DEFLATOR, table["population_m_2023"]),
            "parent": table["cdice_parent_region"],
        }
    )
    priced = "price at full abatement of the parent region of C-DICE, in USD of 2023, times "
    quadratic = f"{priced}intensity over 2; share of GDP lost at full abatement, exponent 2"
    backstop = "804 USD of 2023 times intensity over 2.6; share of GDP, exponent 2.6"
    kept = "of the parent region of C-DICE, per unit of imports"
    groups = f"as in cdice_regions, on GDP per head (PPP) in USD of 2011 by the factor {DEFLATOR}"
    columns = (
        own("region"),
        own("name_en", "text"),
        own("name_zh", "text"),
        Column("gdp_bn_usd", "bn USD (2023, market prices)", WDI, "B", "2023", CC_BY),
        Column("co2_mt", "Mt CO2", GCB, "B", "2023", CC_BY),
        Column("population_m", "million", WDI, "B", "2023", CC_BY),
        Column("abatement_cdice", "1", NORDHAUS, "C", "2023", KEPT, quadratic),
        Column("abatement_dice2023", "1", DICE, "C", "2023", note=backstop),
        Column("tariff_gain", "1", OSSA, "C", "2011", KEPT, kept),
        Column("tariff_deadweight", "1", OSSA, "C", "2011", KEPT, kept),
        Column("income", "key", "this package, from GDP per head", "D", "2023", note=groups),
        Column("parent", "key", "this package: region of C-DICE that stands for it", "D"),
    )
    return Table("club_regions_2023", frame, columns)


@cache
def imports_2023(raw: Path) -> Table:
    """Build the trade in goods of 2023: one row per exporter, one column per importer."""
    path = raw / "international" / "world_2023" / "trade_goods_2023_baci_20x20_busd.csv"
    trade = pd.read_csv(path, index_col=0)
    names = _world(raw).set_index("region")["key"]
    frame = trade.loc[names.index, names.index].set_axis(list(names), axis=1)
    frame.insert(0, "exporter", list(names))
    columns = (
        own("exporter"),
        *(
            Column(k, "bn USD", BACI, "B", "2023", BACI_KEPT, "goods; the diagonal is inside")
            for k in names
        ),
    )
    return Table("club_imports_2023", frame.reset_index(drop=True), columns)


SECTOR_OF = {"steel": "C24A", "aluminium": "C24B", "cement": "C23", "chemicals": "C20"}
TARIFF_PACKAGE = "as kept in the tariff package of Ignatenko, Lashkaripour et al. (2025); figures"


@cache
def elasticities(raw: Path) -> Table:
    """Build trade elasticities of the goods at the border from six published sets."""
    path = raw / "international" / "world_2023" / "trade_elasticities_by_sector.csv"
    table = pd.read_csv(path).set_index("sector")
    rows = [
        (sector, code, name, float(table.at[code, name]))
        for sector, code in SECTOR_OF.items()
        for name in table.columns
    ]
    frame = pd.DataFrame(rows, columns=["sector", "industry", "published", "elasticity"])
    note = "fall of the trade flow in per cent for a cost one per cent higher"
    columns = (
        own("sector"),
        own("industry", note="OECD ICIO"),
        own("published", "text"),
        Column("elasticity", "1", "as named in column published", "C", "", TARIFF_PACKAGE, note),
    )
    return Table("trade_elasticities", frame, columns)
