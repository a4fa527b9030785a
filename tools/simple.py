"""Tables that are one input file with described columns."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import PIK, Column, Table, inputs, own
from tools.shapes import potentials as land


@cache
def build_limits(raw: Path) -> Table:
    """Build the largest national addition per year and carrier."""
    columns = (
        own("carrier"),
        Column("max_gw_per_year", "GW/year", "NEA, additions by year", "D", "see year"),
        own("year", "year"),
        own("source", "text"),
        own("grade"),
    )
    return Table("build_limits", inputs("build_limits")[[c.name for c in columns]], columns)


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
    typical = "CEC unit benchmarking by class, scaled to the official mean"
    columns = (
        own("carrier"),
        Column("net_gce_per_kwh", "gce/kWh", typical, "C", "2024", note="supply coal rate"),
        Column("gross_gce_per_kwh", "gce/kWh", typical, "C", "2024", note="generation coal rate"),
        Column("own_use", "1", "order of magnitude by class", "D", "2024"),
        Column("t_per_mwh_gross", "t/MWh", typical, "C", "2024", note="IPCC factor 94.6 kg/GJ"),
        Column("capacity_share", "1", f"GEM 2023 via {PIK}", "C", "2023", "CC BY 4.0"),
    )
    return Table("coal_rates", frame, columns)
