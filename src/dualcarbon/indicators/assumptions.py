"""What a run assumes: settings and policy values, each with its grade and source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from dualcarbon.scenario.defaults import MARK, SOURCES

if TYPE_CHECKING:
    from dualcarbon.scenario.model import Scenario

COLUMNS = ["name", "value", "unit", "year", "grade", "source", "note_en", "note_zh"]
CHOSEN = "D"

SETTINGS: dict[str, tuple[str, str, str]] = {
    "years": ("", "milestone years", "模型年份"),
    "days": ("1", "typical days per year", "每年典型日数"),
    "segments": ("1", "slices per typical day", "每个典型日时段数"),
    "regions": ("", "spatial resolution", "空间分辨率"),
    "discount_rate": ("1/a", "social discount rate, real", "社会折现率（实际）"),
    "wacc": ("1/a", "cost of capital of new plants, real", "新建项目资本成本（实际）"),
    "coal_price_factor": ("1", "factor on coal prices of 2024", "煤价系数（相对2024年）"),
    "gas_price_factor": ("1", "factor on gas prices of 2024", "气价系数（相对2024年）"),
    "demand_factor": ("1", "factor on projected demand", "预测用电量系数"),
    "build_pace": ("1", "factor on national build limits", "年新增装机上限系数"),
    "efficiency_hurdle": ("CNY/t", "least cost of an abatement step", "减排措施最低成本"),
    "abatement_case": ("", "potential of steps and response of output", "减排潜力与产量弹性情景"),
    "users": ("", "energy users in the model", "纳入模型的用能主体"),
    "energy_accounting": ("", "what a MWh counts in energy use", "电力折标方法"),
    "plant_availability": ("1", "share of capacity not in outage", "机组可用率"),
    "storage": ("", "growth of batteries: planned or optimised", "新型储能：按规划或由模型优化"),
    "minimum_load": ("1", "least output of coal plants on line", "在线煤电最小出力"),
    "start_cost": ("CNY/MW/d", "cost of keeping a coal plant on line", "煤电在线成本"),
    "connection_cost": (
        "CNY/kW",
        "grid connection and storage of new wind and solar",
        "新建风光的并网与配储成本",
    ),
}


def assumptions(scenarios: Iterable[Scenario]) -> pd.DataFrame:
    """List assumptions: name, value, unit, year, grade, source, note_en, note_zh."""
    given = list(scenarios)
    rows = [*_settings(given), *_policies(given), *_unofficial(given)]
    return pd.DataFrame(rows, columns=COLUMNS).astype(str)


def _settings(scenarios: list[Scenario]) -> Iterator[tuple[Any, ...]]:
    seen = set()
    for scenario in scenarios:
        for name, value in scenario.system.model_dump().items():
            unit, en, zh = SETTINGS.get(name, ("", name, name))
            text = _text(value)
            if (name, text) not in seen:
                seen.add((name, text))
                yield (name, text, unit, "", CHOSEN, "scenario setting", en, zh)


def _policies(scenarios: list[Scenario]) -> Iterator[tuple[Any, ...]]:
    """One row per policy value and the scenarios that share it."""
    used: dict[tuple[str, str], list[str]] = {}
    marked: dict[tuple[str, str], Any] = {}
    for scenario in scenarios:
        for key, fields in (scenario.document.get("instruments") or {}).items():
            for name, value in (fields or {}).items():
                at = (f"{key}.{name}", _text(value))
                used.setdefault(at, []).append(scenario.name)
                marked[at] = value
    for (name, text), names in used.items():
        value = marked[name, text]
        note = ", ".join(names)
        if isinstance(value, Mapping) and value.get(MARK) in SOURCES:
            source = SOURCES[str(value[MARK])]
            about = _column(source.table, source.column)
            year = value.get("year", about["year"])
            yield (name, text, source.unit, year, about["grade"], about["source"], note, note)
        else:
            yield (name, text, "", "", CHOSEN, "scenario", note, note)


def _unofficial(scenarios: list[Scenario]) -> Iterator[tuple[Any, ...]]:
    """What the allocation rule of 2025 leaves open: said wherever the rule is used."""
    slopes = {
        s.instruments["carbon"].intensity.slope  # type: ignore[attr-defined]
        for s in scenarios
        if getattr(s.instruments.get("carbon"), "allocation_of_users", "") == "intensity"
    }
    source = "allocation plan of November 2025: form and bound, no slope"
    note = "surplus per relative distance from the balance value; the slope is not official"
    zh = "强度偏离平衡值时的配额盈缺斜率；官方未公布"
    for slope in sorted(slopes):
        yield ("carbon.intensity.slope", f"{slope:g}", "1", 2025, CHOSEN, source, note, zh)


def _column(table: str, column: str) -> dict[str, str]:
    from dualcarbon import datasets

    catalogue = datasets.catalogue()
    found = catalogue[(catalogue["table"] == table) & (catalogue["column"] == column)]
    return dict(found.iloc[0])


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {_text(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_text(v) for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
