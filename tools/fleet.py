"""Capacity by province and carrier, GW: the parts from which the fleet table is put together."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.coal import CLASSES, SIZES, cells, constant, gem_capacity
from tools.common import balance_margins, by_province, inputs, province_names, scaled

MOST_AT_SEA = 0.9  # of a province's wind power: some stands on land everywhere
TOP = 10  # provinces whose wind NEA gives as one sum
STORAGE_REGION = {"Southwest": "Central"}  # NEA counts Chongqing, Sichuan, Tibet as Central
KINDS = ["thermal", "hydro", "nuclear", "wind", "solar"]


def official(raw: Path, kind: str, year: int) -> pd.Series:
    """Return a provincial capacity series of NEA/CEC in GW; gaps stay empty."""
    table = pd.read_csv(raw / "policy" / "provincial_capacity_GW_crea_wind.csv")
    values = table[table["year"] == year].set_index("province")[kind]
    return values.reindex(province_names()).astype(float)


def filled(values: pd.Series, total: float, guess: dict[str, float]) -> pd.Series:
    """Fill gaps of a provincial series so that it sums to ``total``; ``guess`` sets the shares."""
    gaps = pd.Series(guess)
    rest = max(total - values.drop(gaps.index).sum(), 0.0)
    result = values.fillna(0.0)
    result[gaps.index] = scaled(gaps, rest)
    return result


@cache
def thermal(raw: Path) -> pd.DataFrame:
    """Split provincial thermal capacity by carrier so that provinces and nation both add up."""
    gas = pd.read_csv(raw / "policy" / "gas_by_province_technology_GEM2023.csv")
    gas_gw = by_province(gas.groupby(gas.columns[0])["MW"].sum()) / 1000
    other = inputs("thermal_other").set_index("province").reindex(province_names())
    coal = gem_capacity(raw)
    seed = pd.DataFrame(
        {
            "coal": coal.sum(axis=1) * constant("coal_end2024") / coal.to_numpy().sum(),
            "gas": scaled(gas_gw, constant("gas_end2024")),
            "biomass": other["biomass_gw"],
            "other_thermal": other["other_gw"],
        }
    )
    rows = scaled(official(raw, "thermal", 2024), constant("thermal_end2024"))
    fossil = constant("coal_end2024") + constant("gas_end2024")
    columns = pd.Series(
        {
            "coal": constant("coal_end2024"),
            "gas": constant("gas_end2024"),
            "biomass": constant("biomass_end2024"),
            "other_thermal": rows.sum() - fossil - constant("biomass_end2024"),
        }
    )
    split = balance_margins(seed, rows, columns)
    shares = coal.div(coal.sum(axis=1), axis=0).fillna(0.0)
    classes = shares.mul(split["coal"], axis=0)[CLASSES]
    return pd.concat([classes, split[["gas", "biomass", "other_thermal"]]], axis=1)


@cache
def water(raw: Path) -> pd.DataFrame:
    """Split provincial hydropower into conventional plants and pumped storage."""
    guess = {"Tibet": 1.0, "Tianjin": 0.003, "Shanghai": 0.0}
    total = filled(official(raw, "hydro", 2024), constant("hydro_end2024"), guess)
    plants = by_province(inputs("phs").set_index("province")["phs_gw"])
    phs = scaled(plants, constant("phs_end2024")).clip(upper=total)
    return pd.DataFrame({"hydro": total - phs, "phs": phs})


@cache
def nuclear(raw: Path) -> pd.Series:
    """Return nuclear capacity; the rest to the national total is Hainan (1.3 GW) and Shandong."""
    listed = official(raw, "nuclear", 2024).fillna(0.0)
    listed["Hainan"] = 1.3
    listed["Shandong"] = constant("nuclear_end2024") - listed.sum()
    return listed


@cache
def wind(raw: Path) -> pd.DataFrame:
    """Return onshore and offshore wind at the end of 2024.

    What was added by November is reported by province; the ten largest provinces and the nation at
    the end of the year are too, and the additions are scaled to them.
    """
    offshore = inputs("wind").set_index("province")["offshore_end2024_gw"]
    before = official(raw, "wind", 2023)
    months = pd.read_csv(raw / "power2" / "capacity_provincial_2023_2024.csv")
    months = months[(months["carrier"] == "wind") & (months["month"] == "2024-11")]
    november = by_province(months.set_index("province")["gw"])
    added = (november - before).clip(lower=0.01)
    largest = constant("wind_top10_end2024")
    for _ in range(TOP):  # until the ten that are scaled are the ten largest
        top = (before + added).nlargest(TOP).index
        small = before.index.difference(top)
        added[top] = scaled(added[top], largest - before[top].sum())
        rest = constant("wind_end2024") - largest - before[small].sum()
        added[small] = scaled(added[small], rest)
    total = before + added
    sea = scaled(by_province(offshore), constant("offwind_end2024")).clip(upper=MOST_AT_SEA * total)
    room = (MOST_AT_SEA * total - sea).where(sea > 0, 0.0)
    sea += scaled(room, constant("offwind_end2024") - sea.sum())
    return pd.DataFrame({"onwind": total - sea, "offwind": sea})


@cache
def sun(raw: Path, year: int = 2024) -> pd.DataFrame:
    """Return utility and distributed solar at the end of a year, as NEA reports them."""
    table = pd.read_csv(raw / "power2" / "solar_capacity_provincial_quarterly.csv")
    table = table[table["month"] == f"{year}-12"]
    table = table.pivot(index="province", columns="kind", values="gw").reindex(province_names())
    total = scaled(table["total"], constant(f"solar_end{year}"))
    distributed = total * (table["distributed"] / table["total"])
    return pd.DataFrame({"solar": total - distributed, "solar_dist": distributed})


@cache
def battery() -> pd.DataFrame:
    """Return new-type storage in GW and GWh.

    Reported provinces stay as they are; the others share what is left of their region.
    """
    table = inputs("battery").set_index("province").reindex(province_names())
    known = table["grade"] == "B"
    power, energy = table["battery_gw"].astype(float), table["battery_gwh"].astype(float)
    region = inputs("regions").set_index("province")["grid"].replace(STORAGE_REGION)
    region = region.reindex(province_names())
    for name, share in inputs("battery_regions").set_index("region")["share"].items():
        rest = share * constant("battery_end2024") - power[known & (region == name)].sum()
        power[~known & (region == name)] = scaled(power[~known & (region == name)], rest)
    rest = constant("battery_energy_end2024") - energy[known].sum()
    energy[~known] = scaled(power[~known], rest)
    return pd.DataFrame({"battery": power, "energy": energy})


@cache
def end_2024(raw: Path) -> pd.DataFrame:
    """Return capacity at the end of 2024, GW, provinces by carriers."""
    parts = [thermal(raw), water(raw), nuclear(raw).rename("nuclear"), wind(raw), sun(raw)]
    return pd.concat([*parts, battery()["battery"]], axis=1)


@cache
def end_2025(raw: Path) -> pd.DataFrame:
    """Return capacity at the end of 2025, GW, provinces by carriers.

    Sun by province is reported; coal grows by the units under construction that were to start by
    2025; wind by each province's additions of 2024; water, gas, biomass and storage in proportion.
    All national totals are those of 2025.
    """
    then = end_2024(raw).copy()
    starts = cells(raw).pivot_table(
        index="province", columns="carrier", values=SIZES[1], aggfunc="sum"
    )
    starts = starts.reindex(index=then.index, columns=CLASSES).fillna(0.0)
    added = constant("coal_end2025") - constant("coal_end2024")
    then[CLASSES] += starts * (added / starts.to_numpy().sum())
    other = then["other_thermal"].sum()
    then["biomass"] = scaled(then["biomass"], constant("biomass_end2025"))
    fossil_gas = constant("thermal_end2025") - constant("coal_end2025") - other
    then["gas"] = scaled(then["gas"], fossil_gas - constant("biomass_end2025"))
    new_wind = (wind(raw).sum(axis=1) - official(raw, "wind", 2023)).clip(lower=0.0)
    new_wind = scaled(new_wind, constant("wind_end2025") - constant("wind_end2024"))
    at_sea = wind(raw)["offwind"] / wind(raw).sum(axis=1).where(lambda gw: gw > 0)
    then["offwind"] += new_wind * at_sea.fillna(0.0)
    then["onwind"] += new_wind * (1 - at_sea.fillna(0.0))
    then[["solar", "solar_dist"]] = sun(raw, 2025)
    then["phs"] = scaled(then["phs"], constant("phs_end2025"))
    then["hydro"] = scaled(then["hydro"], constant("hydro_end2025") - constant("phs_end2025"))
    reactors = (
        inputs("nuclear_pipeline").query("year == 2025").groupby("province")["added_mw"].sum()
    )
    new = scaled(by_province(reactors), constant("nuclear_end2025") - constant("nuclear_end2024"))
    then["nuclear"] += new
    then["battery"] = scaled(then["battery"], constant("battery_end2025"))
    return then


@cache
def growth(raw: Path) -> pd.DataFrame:
    """Return capacity at the end of 2023 over that of 2024, provinces by kind of plant."""
    now, before = end_2024(raw), {}
    groups = {
        "thermal": [*CLASSES, "gas", "biomass", "other_thermal"],
        "hydro": ["hydro", "phs"],
        "nuclear": ["nuclear"],
        "wind": ["onwind", "offwind"],
        "solar": ["solar", "solar_dist"],
    }
    for kind, carriers in groups.items():
        total = now[carriers].sum(axis=1)
        past = official(raw, kind, 2023).fillna(total)
        past = scaled(past, constant(f"{kind}_end2023"))
        for carrier in carriers:
            before[carrier] = (past / total).where(total > 0, 1.0)
    before["battery"] = pd.Series(
        constant("battery_end2023") / constant("battery_end2024"), index=now.index
    )
    return pd.DataFrame(before)[now.columns]
