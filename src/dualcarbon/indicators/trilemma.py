"""Cost, security, emissions and jobs of every scenario by province, on one sheet.

Read off the tables of a run: what the trilemma of energy policy and a just transition ask for.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.tables import columns, conformed

NATION = "national"
COAL = "coal"
FOSSIL = (COAL, "gas")
BASE_YEAR = 2024
MW = 1e3  # per GW
KEYS = ["scenario", "year", "province"]


def trilemma(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Cost, security, emissions and jobs by scenario, year and province, and for the nation.

    Jobs are those of building and running plants, ``built a year x job-years/MW`` and ``MW x
    jobs/MW``, by factors of the OECD (grade D): China's are higher, so read the change and not the
    level. What makes the parts, mines and carries fuel is not counted.

    Args:
        tables: of a run: ``all_in_prices``, ``generation``, ``flows``, ``emissions``, ``capacity``.

    Returns:
        scenario, year, province (``national`` for all), cost_cny_per_mwh (what consumers pay, all
        in), outside_share (of what a province uses, from other provinces; missing for the nation),
        fossil_share (of generation), mt (direct CO2), operation_jobs, construction_job_years (a
        year), coal_jobs (of the operation jobs).
    """
    parts = [_cost(tables["all_in_prices"]), _security(tables["generation"], tables["flows"])]
    mt = tables["emissions"].groupby(KEYS)["mt"].sum()
    parts += [mt.to_frame(), _jobs(tables["capacity"])]
    by_province = pd.concat(parts, axis=1)
    every = by_province.reset_index()
    nation = every.groupby(["scenario", "year"], sort=False, as_index=False).sum(numeric_only=True)
    table = pd.concat([nation.assign(province=NATION), every], ignore_index=True)
    table["cost_cny_per_mwh"] = table["paid"] / table["used"].where(table["used"] > 0)
    supplied = table["generated"] + table["inward"] - table["outward"]
    share = table["inward"] / supplied.where(supplied > 0)
    table["outside_share"] = share.where(table["province"] != NATION)
    table["fossil_share"] = table["fossil"] / table["generated"].where(table["generated"] > 0)
    table = table.sort_values(["scenario", "year"], kind="stable", key=_order(table))
    return conformed("trilemma", table[columns("trilemma")].reset_index(drop=True))


def _order(table: pd.DataFrame) -> object:
    """Scenarios as they come."""
    place = {name: i for i, name in enumerate(dict.fromkeys(table["scenario"]))}
    return lambda column: column.map(place) if column.name == "scenario" else column


def _cost(prices: pd.DataFrame) -> pd.DataFrame:
    """What consumers pay, M CNY, and the TWh they pay for."""
    table = prices.assign(paid=prices["twh"] * prices["all_in"].fillna(0.0), used=prices["twh"])
    return table.groupby(KEYS)[["paid", "used"]].sum()


def _security(generation: pd.DataFrame, flows: pd.DataFrame) -> pd.DataFrame:
    """TWh generated, of it from fossil fuel, received from and sent to other provinces."""
    made = generation.assign(
        generated=generation["twh"],
        fossil=generation["twh"].where(generation["carrier"].map(kind_of).isin(FOSSIL), 0.0),
    )
    parts = [made.groupby(KEYS)[["generated", "fossil"]].sum()]
    for end, name in (("to", "inward"), ("from", "outward")):
        moved = flows.rename(columns={end: "province"}).groupby(KEYS)["twh"].sum()
        parts.append(moved.rename(name).to_frame())
    return pd.concat(parts, axis=1).fillna(0.0)


def _jobs(capacity: pd.DataFrame) -> pd.DataFrame:
    """Jobs of running plants, job-years of building them a year, and those at coal plants."""
    factor = datasets.load("jobs").set_index("technology")
    kind = capacity["carrier"].map(kind_of)
    years = sorted(set(capacity["year"]))
    before = [BASE_YEAR, *years[:-1]]
    span = {year: max(year - last, 1) for last, year in zip(before, years, strict=True)}
    running = capacity["gw"] * MW * kind.map(factor["operation"]).fillna(0.0)
    built = capacity["new_gw"] * MW * kind.map(factor["construction"]).fillna(0.0)
    table = capacity.assign(
        operation_jobs=running,
        construction_job_years=built / capacity["year"].map(span),
        coal_jobs=running.where(kind == COAL, 0.0),
    )
    names = ["operation_jobs", "construction_job_years", "coal_jobs"]
    return table.groupby(KEYS)[names].sum()


def kind_of(carrier: str) -> str:
    """Technology of the table of jobs that a carrier is of; coal in all its classes is one."""
    if carrier.startswith(COAL):
        return COAL
    return "solar" if carrier.startswith("solar") else carrier


MEETS, SHORT, UNTESTED = "meets", "falls_short", "not tested"
VARIABLE = ("onwind", "offwind", "solar")


def ndc_check(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Scenarios of China beside the contributions that it has submitted.

    ``wind_solar_gw`` is capacity in operation; ``below_peak`` is ``100 (1 - E(y) / max E)`` of the
    scenario's CO2, which stands for net greenhouse gases, with the highest year of the run up to
    the target as the peak: the contribution names neither year nor level. What a run has no figure
    for is ``not tested``, and so is a year that it does not solve.

    Args:
        tables: ``capacity`` and ``indicators`` of a run.

    Returns:
        scenario, year, item, ours, low and high (promised), unit, verdict (``meets``,
        ``falls_short`` or ``not tested``), source, grade.
    """
    capacity = tables["capacity"]
    variable = capacity[capacity["carrier"].map(kind_of).isin(VARIABLE)]
    gw = variable.groupby(["scenario", "year"])["gw"].sum()
    emitted = tables["indicators"].query("indicator == 'co2_mt'")
    co2 = emitted.set_index(["scenario", "year"])["value"]
    rows = []
    for scenario in dict.fromkeys(emitted["scenario"]):
        for promise in datasets.load("ndc_china").to_dict("records"):
            year = int(promise["year"])
            ours = float("nan")
            if promise["item"] == "wind_solar_gw":
                ours = float(gw.get((scenario, year), float("nan")))
            elif promise["item"] == "below_peak" and (scenario, year) in co2.index:
                path = co2.loc[scenario]
                ours = 100.0 * (1.0 - float(path[year]) / float(path[path.index <= year].max()))
            verdict = UNTESTED if ours != ours else MEETS if ours >= promise["low"] else SHORT
            rows.append({"scenario": scenario, "ours": ours, "verdict": verdict, **promise})
    table = pd.DataFrame(rows, columns=["scenario", "ours", "verdict", *datasets.load("ndc_china")])
    return conformed("ndc_check", table[columns("ndc_check")])
