"""What a run assumes: settings and policy values, each with its grade and source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from dualcarbon.common.tables import columns
from dualcarbon.common.words import catalogue
from dualcarbon.scenario.defaults import MARK, SOURCES

if TYPE_CHECKING:
    from dualcarbon.scenario.model import Scenario

CHOSEN = "D"
SETTINGS = Path(__file__).with_suffix(".yaml")


def assumptions(scenarios: Iterable[Scenario]) -> pd.DataFrame:
    """List assumptions: name, value, unit, year, grade, source, note_en, note_zh."""
    given = list(scenarios)
    rows = [*_settings(given), *_policies(given), *_unofficial(given)]
    return pd.DataFrame(rows, columns=columns("assumptions")).astype(str)


def _settings(scenarios: list[Scenario]) -> Iterator[tuple[Any, ...]]:
    described, seen = catalogue(SETTINGS), set()
    for scenario in scenarios:
        for name, value in scenario.system.model_dump().items():
            about = described.get(name, {"unit": "", "en": name, "zh": name})
            text = _text(value)
            if (name, text) not in seen:
                seen.add((name, text))
                yield (
                    name,
                    text,
                    about["unit"],
                    "",
                    CHOSEN,
                    "scenario setting",
                    about["en"],
                    about["zh"],
                )


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
