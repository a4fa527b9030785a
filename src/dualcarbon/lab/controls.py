"""The levers of a scenario as the page draws them, by market; read off the instruments' fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dualcarbon.instruments import REGISTRY
from dualcarbon.instruments.levers import MARKETS, Lever, about, levers_of
from dualcarbon.report.text import Text
from dualcarbon.scenario.model import Scenario


def controls(scenario: Scenario, text: Text) -> list[dict[str, Any]]:
    """Instruments by market: whether each holds, and its levers with their present values.

    What follows from the scenario's base has no lever.

    Args:
        scenario: what is set now.
        text: the catalogue in the reader's language.
    """
    lang = text.lang
    found = []
    for key in sorted(REGISTRY, key=lambda k: MARKETS.index(about(k)["market"])):
        known, instrument = about(key), scenario.instruments.get(key)
        start = known.get("start")
        found.append(
            {
                "key": key,
                "market": known["market"],
                "label": str(known[lang]),
                "equation": str(known.get("equation", "")),
                "page": str(known.get("page", "")),
                "on": instrument is not None,
                "start": start if isinstance(start, Mapping) else None,
                "levers": [
                    one
                    for lever in levers_of(key)
                    if instrument is not None
                    if (key, _field(lever)) not in scenario.from_base
                    for one in _shown(lever, getattr(instrument, _field(lever)), scenario, text)
                ],
            }
        )
    return found


def structural(path: str, value: Any) -> bool:
    """Whether a change alters what the program is made of, so that a reader asks for the solve."""
    key, _, field = path.partition(".")
    if key not in REGISTRY or not field or value is None:
        return True
    name = field.partition(".")[0]
    lever = next((lever for lever in levers_of(key) if _field(lever) == name), None)
    return lever is None or lever.kind != "number"


def _field(lever: Lever) -> str:
    return lever.path.partition(".")[2]


def _shown(lever: Lever, value: Any, scenario: Scenario, text: Text) -> Iterable[dict[str, Any]]:
    """A lever; one a year where it is given by year; none where it is given by region."""
    lang = text.lang
    common = {
        "kind": lever.kind,
        "says": lever.says[lang],
        "guide": lever.guide[lang],
        "optional": lever.optional,
        "start": lever.start,
    }
    label = lever.label[lang]
    if lever.kind != "number":
        if not isinstance(value, str | bool):
            return
        choices = [{"value": k, "label": v[lang]} for k, v in (lever.choices or {}).items()]
        yield {**common, "path": lever.path, "label": label, "value": value, "choices": choices}
        return
    if isinstance(value, Mapping):
        if not all(isinstance(k, int) for k in value):
            return
        for year in sorted(set(value)):
            shown = text("label.dated", name=label, year=year)
            yield {**common, **_range(lever, value[year], text), "label": shown,
                   "path": f"{lever.path}.{year}"}  # fmt: skip
        return
    if value is None and lever.start is None:
        return
    yield {**common, **_range(lever, value, text), "label": label, "path": lever.path}


def _range(lever: Lever, value: float | None, text: Text) -> dict[str, Any]:
    """Value and range in the unit that is shown, and the factor into it."""
    unit = text.unit(lever.unit)
    factor = lever.factor * unit.factor
    low, high, step = lever.low, lever.high, lever.step
    if lever.around is not None and value:
        low, high = value * (1 - lever.around), value * (1 + lever.around)
        low, high = (round(end / step) * step for end in (low, high))
    if value is not None:
        low, high = min(low, value), max(high, value)
    shown = {"low": low, "high": high, "step": step, "value": value}
    return {
        **{k: None if v is None else float(f"{v * factor:.12g}") for k, v in shown.items()},
        "unit": unit.label,
        "factor": factor,
    }
