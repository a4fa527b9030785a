"""Carbon prices, origins and trade for the border: looked-up figures and one aggregate of WIOD."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tools.common import FACT, Column, Table, inputs, own

EU = {
    *("AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HUN"),
    *("IRL", "ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROM", "SVK", "SVN", "SWE"),
}
INDUSTRIES = {"c9": "chemicals", "c11": "minerals", "c12": "metals"}
YEAR = 2011
WIOD = (
    "WIOD, release 2013 (Timmer et al. 2015); CO2 accounts of the European Commission's JRC (2019)"
)
ROWS = "see source of each row"
ECB = "European Central Bank, reference rates, mean of the days of the year"
PRICES = Path("international") / "carbon_prices_2026"


def origins(raw: Path) -> Table:
    """Build the list of countries with their place in the CBAM tables."""
    frame = inputs("cbam_origins").fillna("")
    law = "Implementing Regulation (EU) 2025/2621, Annex I; Regulation (EU) 2023/956, Annex III"
    columns = (
        own("code", note="ISO 3166-1 alpha-2 in small letters"),
        Column("name", "text", law, "B", "2025"),
        Column("status", "key", law, "B", "2025"),
        own("alias", "text"),
    )
    return Table("cbam_origins", frame, columns)


def eu_ets_quarterly(raw: Path) -> Table:
    """Build the price of EU allowances by quarter: ICAP to 2025, then the Commission's own."""
    frame = pd.read_csv(raw / PRICES / "eu_ets_quarterly_2005_2026.csv")
    frame = frame.rename(columns={"quarter": "period"}).sort_values("period", ignore_index=True)
    source = "European Commission, price of CBAM certificates (2026); ICAP, secondary market before"
    columns = (
        own("period", "quarter"),
        Column("eur_per_t", "EUR/tCO2e", source, "B", "2005-2026"),
        own("series", "text"),
    )
    return Table("eu_ets_quarterly", frame, columns)


def carbon_prices(raw: Path) -> Table:
    """Build the carbon prices by jurisdiction."""
    columns = (
        own("jurisdiction", note="ISO 3166-1 alpha-2, a part of a country, EU or WORLD"),
        own("scheme", "text"),
        own("kind", note="ets, tax, or mean over all emissions"),
        Column("price", "see currency and per", ROWS, "C", "2024-2026"),
        own("currency"),
        own("price_year", "year", "year of the prices in which it is given"),
        own("per", "unit"),
        own("date", "period"),
        Column("coverage", "share of emissions", ROWS, "C"),
        Column("free_share", "share of allowances", ROWS, "C"),
        own("source", "text"),
        own("grade"),
    )
    return Table("carbon_prices", inputs("carbon_prices"), columns)


def fuel_excise(raw: Path) -> Table:
    """Build the excise on motor fuel."""
    columns = (
        own("jurisdiction"),
        own("fuel"),
        Column("excise", "currency per litre", ROWS, "C"),
        own("currency"),
        own("since", "year"),
        Column("emission_share", "share of national CO2", "order of magnitude", "D"),
        own("source", "text"),
        own("grade"),
    )
    return Table("fuel_excise", inputs("fuel_excise"), columns)


def exchange_rates(raw: Path) -> Table:
    """Build the yearly exchange rates per euro: means of the daily reference rates."""
    frame = pd.read_csv(raw / PRICES / "exchange_rates_ecb_annual.csv")
    frame = frame.rename(columns={"units_per_eur_annual_mean": "per_euro"}).fillna({"note": ""})
    columns = (
        own("currency"),
        own("year", "year"),
        Column("per_euro", "units per EUR", ECB, "B", "2005-2026"),
        own("days", "days", "days of the mean"),
        own("note", "text"),
    )
    frame = frame[[column.name for column in columns]].sort_values(["currency", "year"])
    return Table("exchange_rates", frame.reset_index(drop=True), columns)


def border_trade(raw: Path) -> Table:
    """Build the looked-up exports to the EU."""
    columns = (
        own("origin"),
        own("sector"),
        own("cn", note="representative code for the default value"),
        own("year", "year"),
        Column("tonnes", "t", ROWS, "C", "2021, 2023"),
        Column("value", "see currency", ROWS, "C", "2023"),
        own("currency"),
        Column("share_of_exports", "share of mass", ROWS, "C", "2023"),
        own("scope", "text"),
        own("source", "text"),
        own("grade"),
    )
    return Table("border_trade", inputs("border_trade"), columns)


def export_intensity(raw: Path) -> Table:
    """Build exports to the EU and carbon per dollar, by country and industry, of 2011."""
    folder = raw / "mrio" / "wiod2013"
    table = np.load(folder / f"wiot2013_{YEAR}.npz", allow_pickle=True)
    emitted = np.load(folder / f"co2_mt_{YEAR}.npz", allow_pickle=True)["F"]
    countries, industries = list(table["countries"]), list(table["industries"])
    output, flows = table["x"].astype(float), table["Z"].astype(float)
    to_country = flows.reshape(len(output), len(countries), -1).sum(axis=2)
    to_country += table["Y"].astype(float).reshape(len(output), len(countries), -1).sum(axis=2)
    direct = np.divide(emitted * 1e3, output, out=np.zeros_like(output), where=output > 0)
    inputs_ = np.divide(flows, output, out=np.zeros_like(flows), where=output > 0)
    embodied = np.linalg.solve(np.eye(len(output)) - inputs_.T, direct)
    rows = [
        _export_row(countries, to_country, direct, embodied, o, o * len(industries) + i, name)
        for o, _ in enumerate(countries)
        for i, code in enumerate(industries)
        if (name := INDUSTRIES.get(str(code)))
    ]
    columns = (
        own("origin", note="ISO 3166-1 alpha-3, ROW for the rest of the world"),
        own("industry", note="chemicals 24, minerals 26, metals 27-28 of ISIC 3"),
        own("in_eu", note="member of the EU today"),
        Column("exports_musd", "M US$", WIOD, "C", str(YEAR), FACT),
        Column("exports_eu_musd", "M US$", WIOD, "C", str(YEAR), FACT, "EU of 26, no Croatia"),
        Column("direct_kg_per_usd", "kg CO2/US$", WIOD, "C", str(YEAR), FACT),
        Column("embodied_kg_per_usd", "kg CO2/US$", WIOD, "C", str(YEAR), FACT, "all upstream"),
    )
    return Table("export_intensity", pd.DataFrame(rows, columns=[c.name for c in columns]), columns)


def _export_row(
    countries: list[str],
    to_country: np.ndarray,
    direct: np.ndarray,
    embodied: np.ndarray,
    origin: int,
    row: int,
    name: str,
) -> tuple[object, ...]:
    name_of = str(countries[origin])
    abroad = [j for j, _ in enumerate(countries) if j != origin]
    to_eu = [j for j in abroad if str(countries[j]) in EU]
    return (
        name_of,
        name,
        name_of in EU,
        round(float(to_country[row, abroad].sum()), 1),
        round(float(to_country[row, to_eu].sum()), 1),
        round(float(direct[row]), 4),
        round(float(embodied[row]), 4),
    )


BUILDERS = (
    origins,
    eu_ets_quarterly,
    carbon_prices,
    fuel_excise,
    exchange_rates,
    border_trade,
    export_intensity,
)
