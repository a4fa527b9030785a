"""Parts of a completed power market: what each adds, and how the report says it."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from dualcarbon.common.tables import columns
from dualcarbon.experiments.context import EXPERIMENTS, wanted
from dualcarbon.experiments.theses import PARTS, part_table
from dualcarbon.experiments.theses.power import flexibility_claims
from dualcarbon.indicators.tables import joined
from dualcarbon.report.html import report_page
from dualcarbon.scenario.documents import load_scenario, shipped_names
from dualcarbon.scenario.model import Scenario
from dualcarbon.sweep.attribution.reforms import load_reforms
from dualcarbon.sweep.sessions import Sessions

COST = "discounted_system_cost"
SOME = ("merit_order", "real_time", "ancillary_services")
FREER = ("merit_order", "inter_provincial_spot", "spot", "real_time")


class Silent:
    """A context that hears what is being solved and keeps count."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def progress(self, message: str) -> None:
        self.heard.append(message)


@pytest.fixture(scope="module")
def context() -> Silent:
    return Silent()


@pytest.fixture(scope="module")
def parts(context: Silent) -> pd.DataFrame:
    """Three parts on the teaching world."""
    return found(SOME, context)


def found(names: tuple[str, ...], context: Silent) -> pd.DataFrame:
    """The experiment on the teaching world."""
    document = load_scenario("teaching").document
    base = Scenario.of(
        {
            **document,
            "system": {"flexible_demand": True, "years": [2030]},
            "instruments": {**document["instruments"], "retail": {"tariff": "flat"}},
        }
    )
    reforms = load_reforms(names, base.name)
    return part_table(Sessions(1).of(base), base, reforms, context)  # type: ignore[arg-type]


def change(parts: pd.DataFrame, order: str, indicator: str = COST) -> pd.Series:
    rows = parts[(parts["order"] == order) & (parts["indicator"] == indicator)]
    return rows.set_index("part")["value"]


def test_the_table_keeps_its_contract(parts: pd.DataFrame) -> None:
    table = joined([{"completion_parts": parts}])["completion_parts"]
    assert list(table.columns) == columns("completion_parts")
    assert set(table["order"]) == {"base", "alone", "cumulative"}
    assert list(change(parts, "alone").index) == list(SOME)
    assert table[["value", "unit", "part_en", "part_zh"]].notna().all().all()


def test_each_setting_is_announced(parts: pd.DataFrame, context: Silent) -> None:
    assert len(context.heard) == 2 * len(SOME)
    assert "6 of 6" in context.heard[-1]


def check_signs(parts: pd.DataFrame) -> None:
    """More freedom never costs, duties never pay, and only tariffs by the hour shift load."""
    level = change(parts, "base").iloc[0]
    for order in ("alone", "cumulative"):
        cost = change(parts, order)
        assert (cost[cost.index.isin(FREER)] <= 1e-6 * level).all()
        assert cost["ancillary_services"] >= -1e-4 * level
    shifted = change(parts, "alone", "shifted_2030")
    tariffs = shifted.index.isin(["time_of_use", "real_time"])
    assert shifted[tariffs].min() > 0.1
    assert shifted[~tariffs].abs().max() <= 1e-9


def test_signs_of_what_parts_add(parts: pd.DataFrame) -> None:
    check_signs(parts)
    first = [change(parts, order)["merit_order"] for order in ("alone", "cumulative")]
    assert first[0] == first[1]


@pytest.mark.slow
def test_signs_of_all_six_parts() -> None:
    table = found(PARTS, Silent())
    check_signs(table)
    read = {claim.claim: claim for claim in flexibility_claims(table, 2030)}
    assert read["demand_response"].ours == change(table, "alone")["real_time"]
    assert read["demand_response"].verdict == "holds"


def test_it_runs_with_its_scenario_only() -> None:
    shipped = shipped_names()
    assert "completion_parts" in EXPERIMENTS
    assert "completion_parts" in wanted(["complete_flexible"], shipped)
    assert "completion_parts" not in wanted(["today", "link", "integrate", "complete"], shipped)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_shows_parts_in_both_languages(parts: pd.DataFrame, lang: str) -> None:
    indicators = pd.DataFrame(
        [("teaching", y, "co2_mt", 1.0, "Mt") for y in (2030,)],
        columns=["scenario", "year", "indicator", "value", "unit"],
    )
    page = report_page({"completion_parts": parts, "indicators": indicators}, lang=lang)
    shown = {"en": ("Real-time tariff", "Peak load after wind and solar", "One after another"),
             "zh": ("实时电价", "最大净负荷", "依次实施")}[lang]  # fmt: skip
    for words in shown:
        assert words in page
    text = re.sub(r"<[^>]+>", " ", page)
    assert not re.search(r"completion_|_2030|\bnan\b", text)
