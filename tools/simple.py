"""Tables that are one input file with described columns."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import GEM, Column, Table, inputs, own
from tools.shapes import potentials as land


@cache
def build_limits(raw: Path) -> Table:
    """Build the largest national addition per year and carrier."""
    columns = (
        own("carrier"),
        Column("max_gw_per_year", "GW/year", "NEA, additions by year", "D", "see year"),
        own("year", "year"),
        Column("earliest_year", "year", "time to plan and build a thermal plant", "D"),
        Column("concentration", "1", "illustrative", "D", note="over share in fleet and demand"),
        own("source", "text"),
        own("grade"),
    )
    return Table("build_limits", inputs("build_limits")[[c.name for c in columns]], columns)


@cache
def build_tiers(raw: Path) -> Table:
    """Build the tiers of the pace of building: faster than ever before costs more."""
    columns = (
        own("tier"),
        Column("width", "1", "own tiers", "D", note="of the largest addition in a year"),
        Column("surcharge", "1", "illustrative", "D", note="on the investment"),
        own("source", "text"),
        own("grade"),
    )
    return Table("build_tiers", inputs("build_tiers"), columns)


@cache
def plant_operation(raw: Path) -> Table:
    """Build what keeps plants running, or from running, besides weather and prices."""
    frame = inputs("plant_operation")
    frame["least_output"] = frame["least_output"].fillna(0.0)
    empty = "empty: the setting plant_availability"
    columns = (
        own("carrier"),
        Column("least_output", "1", "hours of 2024, heat, contracts", "D", "2024"),
        Column("available", "1", "hours of 2024", "D", "2024", note=empty),
        Column("storage_hours", "h", "illustrative", "D", note="empty: see technologies"),
        own("source", "text"),
        own("grade"),
    )
    return Table("plant_operation", frame, columns)


@cache
def storage_plan(raw: Path) -> Table:
    """Build the national capacity of storage that plans foresee."""
    columns = (
        own("carrier"),
        own("year", "year"),
        Column(
            "capacity_gw", "GW", "NDRC and NEA plans, plants under construction", "D", "see year"
        ),
        own("source", "text"),
        own("grade"),
    )
    return Table("storage_plan", inputs("storage_plan"), columns)


@cache
def potentials(raw: Path) -> Table:
    """Build the land potential of wind and solar by province."""
    frame = land(raw).round(0).rename_axis("province")
    frame.columns = [f"{c}_p_nom_max_mw" for c in frame.columns]
    source = "land availability and ERA5 grid, via PyPSA-China (Rick10119)"
    columns = (
        own("province"),
        *(
            Column(c, "MW", source, "C", "2020", "CC0", "empty: no coast" if "off" in c else "")
            for c in frame.columns
        ),
    )
    return Table("potentials", frame.reset_index(), columns)


@cache
def nuclear_pipeline(raw: Path) -> Table:
    """Build reactors under construction or approved by province and first year."""
    columns = (
        own("province"),
        own("year", "year"),
        Column("added_mw", "MW", "reactors under construction or approved", "D", "2025-2030"),
    )
    return Table("nuclear_pipeline", inputs("nuclear_pipeline"), columns)


@cache
def ccer_supply(raw: Path) -> Table:
    """Build the steps of offset supply from outside the model."""
    note = "annual, by 2030"
    columns = (
        own("step"),
        own("name_zh", "text"),
        Column("potential_mt_low", "Mt/year", "own range", "D", "2030", note=note),
        Column("potential_mt", "Mt/year", "own central value", "D", "2030", note=note),
        Column("potential_mt_high", "Mt/year", "own range", "D", "2030", note=note),
        Column("cost_cny_per_t", "CNY/t", "order of magnitude, with issuing cost", "D", "2024"),
        Column("available_from", "year", "MEE methodologies of 2023 and 2025", "C"),
        own("source", "text"),
        own("grade"),
    )
    return Table("ccer_supply", inputs("ccer_supply")[[c.name for c in columns]], columns)


@cache
def coal_rates(raw: Path) -> Table:
    """Build the calibrated rates of the coal classes."""
    from tools import coal

    table = coal.rates(raw)
    frame = pd.DataFrame(
        {
            "carrier": table.index,
            "net_gce_per_kwh": table["net"].round(2).to_numpy(),
            "gross_gce_per_kwh": table["gross"].round(2).to_numpy(),
            "own_use": table["own_use"].to_numpy(),
            "t_per_mwh_gross": table["t_per_mwh"].round(5).to_numpy(),
            "capacity_share": table["share"].round(5).to_numpy(),
        }
    )
    typical = "GEM rates by unit, scaled to the official mean (CEC)"
    columns = (
        own("carrier"),
        Column("net_gce_per_kwh", "gce/kWh", typical, "C", "2024", note="supply coal rate"),
        Column("gross_gce_per_kwh", "gce/kWh", typical, "C", "2024", note="generation coal rate"),
        Column("own_use", "1", "order of magnitude by class", "D", "2024"),
        Column("t_per_mwh_gross", "t/MWh", typical, "C", "2024", note="IPCC factor 94.6 kg/GJ"),
        Column("capacity_share", "1", GEM, "C", "2024", "CC BY 4.0"),
    )
    return Table("coal_rates", frame, columns)


@cache
def heat(raw: Path) -> Table:
    """Build space heating by province and month, relative to the coldest month."""
    table = pd.read_csv(raw / "power2" / "chp_heat_monthly.csv")
    frame = table[["province", "month", "space_heat_relative_to_coldest_month"]]
    frame = frame.set_axis(["province", "month", "space_heat"], axis=1)
    columns = (
        own("province"),
        own("month", "month"),
        Column("space_heat", "1", "heating degrees of 2020, PyPSA-China (Rick10119)", "C", "2020",
               "CC0", "of the coldest month; zero where there is no district heating"),
    )  # fmt: skip
    return Table("heat", frame, columns)


@cache
def coal_operation(raw: Path) -> Table:
    """Build how far and how fast coal plants turn down, by year."""
    columns = (
        own("item"),
        own("year", "year"),
        Column("value", "see unit", "see source of each row", "C"),
        own("unit", "text"),
        own("source", "text"),
        own("grade"),
    )
    return Table("coal_operation", inputs("coal_operation"), columns)


@cache
def utilisation(raw: Path) -> Table:
    """Build the share of available wind and sun that was taken, by province, mean of the months."""
    from tools.common import province_names
    from tools.hours import utilisation as taken

    rows = [
        {"province": p, "carrier": kind, "year": year, "used": round(float(used), 4)}
        for kind in ("wind", "solar")
        for p, by_year in taken(raw, kind).loc[province_names()].iterrows()
        for year, used in by_year.items()
    ]
    columns = (
        own("province"),
        own("carrier"),
        own("year", "year"),
        Column("used", "1", "national monitoring centre for new energy, via CREA", "A", "2021-2024",
               note="2021 from May; Inner Mongolia: west and east, two to one"),
    )  # fmt: skip
    return Table("utilisation", pd.DataFrame(rows), columns)


@cache
def user_outlook(raw: Path) -> Table:
    """Build the activity of sectors relative to 2024."""
    columns = (
        own("sector"),
        own("year", "year"),
        Column("factor", "1", "NBS for 2025; own path beyond, see source of each row", "D",
               note="output, fuel and direct emissions relative to 2024"),
        own("source", "text"),
        own("grade"),
    )  # fmt: skip
    return Table("user_outlook", inputs("user_outlook"), columns)


@cache
def gwp(raw: Path) -> Table:
    """Build the global warming potentials of the assessment reports."""
    columns = (
        own("assessment"),
        own("gas"),
        Column("gwp100", "t CO2e per t", "IPCC, see source of each row", "B"),
        own("source", "text"),
        own("grade"),
    )
    return Table("gwp100", inputs("gwp100"), columns)


@cache
def ndc(raw: Path) -> Table:
    """Build the targets of parties as levels of a path, from the collection of submissions."""
    known = pd.read_csv(raw / "international" / "ndc" / "ndc_targets.csv")
    frame = inputs("ndc_paths")
    missing = {2030, 2035} - set(known["target_year"])
    if missing or len(known) < 30:
        raise ValueError("ndc_targets.csv is not the collection that ndc_paths.csv was keyed from")
    for column in ("target_year", "net_zero"):
        frame[column] = frame[column].astype("Int64")
    left = "share of the base year's emissions that is left"
    columns = (
        own("region"),
        Column("target_year", "year", "UNFCCC registry of NDCs", "D"),
        Column("base", "text", "UNFCCC registry of NDCs", "D", note="a year, or peak"),
        Column("left_low", "1", "UNFCCC registry of NDCs", "D", note=left),
        Column("left_high", "1", "UNFCCC registry of NDCs", "D", note=left),
        Column("net_zero", "year", "long-term strategies", "D", note="ROW assumed"),
        own("scope", "text"),
        own("submitted", "text"),
        own("status", "text"),
        own("grade"),
        own("note", "text"),
    )
    return Table("ndc_paths", frame, columns)
