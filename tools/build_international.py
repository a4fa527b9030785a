"""Tables of linked markets, learning, climate finance, taxonomies and least developed countries."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import CC_BY, Column, Table, inputs, own

HELVESTON = "Helveston, He and Davidson 2022, Nature 612, doi 10.1038/s41586-022-05316-6"
POPULATION_YEAR = 2023
GRIFFITH = "Griffith Asia Institute and Green Finance and Development Center, BRI report 2023"
PRESS = "Griffith Asia Institute and GFDC, first half of 2025, via China Daily 2025-07-22"
BRI_SOURCES = {  # short forms of the collected table written out
    "blogs.griffith.edu.au BRI report 2023": GRIFFITH,
    "griffith": GRIFFITH,
    "greenfdc.org": "Green Finance and Development Center (greenfdc.org), BRI report 2021",
    "China Daily 2025-07-22": "China Daily 2025-07-22",
    "China Daily 2025-07-22; geovisioncraft.com": PRESS,
    "same": PRESS,
    "wri.org/initiatives/belt-and-road": "World Resources Institute (wri.org)",
    "climatechangenews 2023-06-07": "Climate Home News 2023-06-07",
    "argusmedia 2629634; reccessary": "Ding Xuexiang at COP29, via Argus Media 2629634",
    "argusmedia": "World Resources Institute, via Argus Media 2629634",
}


@cache
def pv_learning(raw: Path) -> Table:
    """Build photovoltaic capacity and prices by country and year."""
    columns = (
        own("country"),
        own("year", "year"),
        Column("world_mw", "MW", "IRENA capacity statistics 2016, 2021", "B", "2006-2020"),
        Column("addition_mw", "MW/year", f"SEIA, IRENA, CPIA via {HELVESTON}", "B", "2007-2020"),
        Column(
            "module_price_local_per_kw",
            "currency/kW",
            f"LBNL and NREL, Fraunhofer ISE, CPIA via {HELVESTON}",
            "B",
            "2006-2020",
            note="United States in USD of 2020",
        ),
        Column("silicon_usd_per_kg", "USD/kg", f"Nemet 2019 via {HELVESTON}", "B", "2006-2020"),
        own("currency"),
        Column("usd_per_currency", "USD", "Federal Reserve G.5A, yearly mean", "B", "2006-2020"),
    )
    return Table("pv_learning", inputs("pv_learning")[[c.name for c in columns]], columns)


@cache
def pv_targets(raw: Path) -> Table:
    """Build photovoltaic capacity in 2020 and 2030 by scenario and area."""
    columns = (
        own("scenario"),
        own("area"),
        Column("start_mw", "MW", HELVESTON, "B", "2020"),
        Column("end_mw", "MW", HELVESTON, "C", "2030"),
    )
    return Table("pv_targets", inputs("pv_targets"), columns)


@cache
def pv_published(raw: Path) -> Table:
    """Build the published results that ours are put beside."""
    columns = (
        own("figure"),
        own("country"),
        Column("value", "see unit", HELVESTON, "C", "2008-2030"),
        Column("low", "see unit", HELVESTON, "C", "2008-2030"),
        Column("high", "see unit", HELVESTON, "C", "2008-2030"),
        own("unit"),
    )
    return Table("pv_published", inputs("pv_published"), columns)


@cache
def climate_finance(raw: Path) -> Table:
    """Build need, supply and goal of climate finance by region and year."""
    columns = (
        *(own(n) for n in ("key", "region", "name_zh", "kind")),
        own("year", "year"),
        own("scope_en", "text"),
        own("scope_zh", "text"),
        Column("low", "bn USD/year", "see source", "D", "2021-2035"),
        Column("high", "bn USD/year", "see source", "D", "2021-2035"),
        own("source", "text"),
        own("grade"),
    )
    return Table("climate_finance", inputs("climate_finance"), columns)


@cache
def bri_finance(raw: Path) -> Table:
    """Build the Belt-and-Road examples: figures of the collected table under short keys."""
    found = pd.read_csv(raw / "industry" / "bri_climate_finance.csv").set_index("item")
    frame = inputs("bri_names")
    rows = found.loc[frame["item"]]
    frame["value"] = rows["value"].astype(float).to_numpy()
    frame["unit"] = rows["unit"].to_numpy()
    frame["source"] = [s.removeprefix("[S] ") for s in rows["status_source"]]
    frame["source"] = frame["source"].replace(BRI_SOURCES)
    frame["grade"] = "C"
    columns = (
        own("key"),
        own("name_en", "text"),
        own("name_zh", "text"),
        own("year", "year"),
        Column("value", "see unit", "see source", "C", "2013-2025"),
        own("unit"),
        own("source", "text"),
        own("grade"),
    )
    return Table("bri_finance", frame[[c.name for c in columns]], columns)


@cache
def taxonomy_criteria(raw: Path) -> Table:
    """Build an extract of the criteria of published taxonomies."""
    columns = (
        own("taxonomy"),
        own("activity"),
        own("name_zh", "text"),
        own("criterion", "text"),
        own("metric"),
        own("sense", "text", "always, never, below, at_most"),
        Column("threshold", "see unit", "see source", "D", "2021-2025"),
        own("unit"),
        own("grade"),
        own("source", "text"),
    )
    return Table("taxonomy_criteria", inputs("taxonomy_criteria"), columns)


@cache
def disclosure_items(raw: Path) -> Table:
    """Build what lenders, bond holders, lessors and insurers ask of a green project."""
    names = ("block", "item", "name_en", "name_zh", "standard", "products", "figure")
    columns = tuple(own(name, "text" if name != "item" else "key") for name in names)
    return Table("disclosure_items", inputs("disclosure_items"), columns)


@cache
def ldc_population(raw: Path) -> Table:
    """Build the population of the least developed countries."""
    table = pd.read_csv(raw / "mrio" / "national" / "population_owid.csv")
    last = table[table["Year"] == POPULATION_YEAR].set_index("Entity").iloc[:, -1]
    frame = inputs("ldc")
    frame["population"] = last.loc[frame["country"]].astype(int).to_numpy()
    source = "UN World Population Prospects 2024 via Our World in Data"
    columns = (
        own("country"),
        Column("population", "persons", source, "B", str(POPULATION_YEAR), CC_BY),
    )
    return Table("ldc_population", frame, columns)


@cache
def cooperation(raw: Path) -> Table:
    """Build the figures behind the payoffs of competing and cooperating."""
    columns = (
        own("key"),
        Column("value", "see unit", "see source", "D", "2011-2030"),
        own("unit"),
        own("year", "year"),
        own("source", "text"),
        own("grade"),
    )
    return Table("cooperation", inputs("cooperation"), columns)


@cache
def cost_of_capital(raw: Path) -> Table:
    """Build the cost of capital of wind and solar by country; rows seen in a published copy."""
    found = pd.read_csv(raw / "industry" / "wacc_wind_solar.csv")
    names = inputs("cost_of_capital_names")
    keys = ["region", "technology"]
    frame = names.merge(found, on=keys, how="left", validate="one_to_one")
    frame["source"] = [s.removeprefix("[S] ") for s in frame["status_source"]]
    frame["source"] = frame["source"].replace("same", "IRENA 2023 Cost of financing")
    frame["grade"] = "C"
    frame = frame.rename(columns={"percent": "rate_percent"})
    columns = (
        own("region"),
        own("name_zh", "text"),
        own("technology", "text"),
        own("period", "year"),
        Column("rate_percent", "%", "see source", "C", "2019-2022", note="nominal"),
        own("source", "text"),
        own("grade"),
    )
    return Table("cost_of_capital", frame[[c.name for c in columns]], columns)


JOBS = "Rutovitz, Dominish and Downes 2015, OECD average, as collected from memory"
JOBS_OF = {
    "coal": "coal",
    "gas": "gas",
    "nuclear": "nuclear",
    "biomass": "biomass",
    "hydro large": "hydro",
    "wind onshore": "onwind",
    "wind offshore": "offwind",
    "solar PV": "solar",
}


@cache
def jobs(raw: Path) -> Table:
    """Build jobs per MW by technology; what is built and run, without what makes the parts."""
    path = raw / "international" / "jobs_minerals_learning" / "jobs_per_mw_oecd_rutovitz2015.csv"
    table = pd.read_csv(path).set_index("technology")
    found = table.loc[list(JOBS_OF)]
    frame = pd.DataFrame(
        {
            "technology": list(JOBS_OF.values()),
            "construction": found["construction_job_years_per_mw"].to_numpy(float),
            "operation": found["operation_jobs_per_mw"].to_numpy(float),
        }
    )
    note = "OECD average, not checked against the report; China's labour productivity is lower"
    columns = (
        own("technology"),
        Column("construction", "job-years/MW", JOBS, "D", "2015", note=note),
        Column("operation", "jobs/MW", JOBS, "D", "2015", note=note),
    )
    return Table("jobs", frame, columns)


@cache
def ndc(raw: Path) -> Table:
    """Build China's contributions: what a run can test, and what it cannot."""
    columns = (
        own("item"),
        own("year", "year"),
        Column("low", "see unit", "see source", "D", "2030-2035"),
        Column("high", "see unit", "see source", "D", "2030-2035"),
        own("unit"),
        own("tested", "boolean"),
        own("source", "text"),
        own("grade"),
    )
    return Table("ndc_china", inputs("ndc_china"), columns)


@cache
def supply_chain(raw: Path) -> Table:
    """Build where clean technologies are made, with their learning rates."""
    made = "share of the world's output of the stage that the leader makes"
    learned = "fall of the cost with each doubling of cumulative capacity"
    columns = (
        own("technology"),
        own("stage"),
        own("leader"),
        *(Column(f"share_{e}", "%", "see source", "D", "2023", note=made) for e in ("low", "high")),
        own("year", "year"),
        *(
            Column(n, "% per doubling", "see learning_source", "D", "2017-2022", note=learned)
            for n in ("learning_low", "learning", "learning_high")
        ),
        own("source", "text"),
        own("learning_source", "text"),
        own("grade"),
    )
    return Table("supply_chain", inputs("supply_chain"), columns)


BUILDERS = (
    pv_learning,
    pv_targets,
    pv_published,
    climate_finance,
    bri_finance,
    taxonomy_criteria,
    disclosure_items,
    ldc_population,
    cooperation,
    cost_of_capital,
    jobs,
    ndc,
    supply_chain,
)
