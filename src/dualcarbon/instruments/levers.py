"""What a reader sees of an instrument's fields: label, sentence, unit, range, guidance, equation.

The words stand in ``levers.yaml`` under ``instrument.field``; the kind and the bounds of a field
are those of the field itself. The scenario schema and the lab read both here, so they say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from dualcarbon.common import documents
from dualcarbon.common.words import Entries, checked_entries
from dualcarbon.instruments import REGISTRY

FILE = Path(__file__).with_name("levers.yaml")
MARKETS = ("electricity", "carbon", "green", "efficiency", "links")
SENTENCES = ("says", "guide")
SPAN = 20
"""Steps of a slider whose range nobody has said."""


@dataclass(frozen=True)
class Lever:
    """A field of an instrument that can be moved.

    Attributes:
        path: ``instrument.field``.
        kind: ``number``, ``switch``, ``choice``.
        label, says, guide: in both languages; says and guide may be empty.
        unit: key of its unit; factor: what a value is multiplied by to be in that unit.
        low, high, step: range of a slider, in the field's own unit.
        start: value with which a field that is not given begins; None where it is always given.
        around: range as a share of the present value instead, where given.
        choices: words of each choice.
        yearly: whether it takes a number by year.
        optional: whether it may be left out.
    """

    path: str
    kind: Literal["number", "switch", "choice"]
    label: Mapping[str, str]
    says: Mapping[str, str]
    guide: Mapping[str, str]
    unit: str = ""
    factor: float = 1.0
    low: float = 0.0
    high: float = 1.0
    step: float = 0.05
    start: float | None = None
    around: float | None = None
    choices: Mapping[str, Mapping[str, str]] | None = None
    yearly: bool = False
    optional: bool = False


@cache
def words() -> Entries:
    """All entries, each with both languages.

    Raises:
        ValueError: an entry, or one of its sentences or choices, lacks a language.
    """
    entries = checked_entries(documents.read(FILE), FILE.name)
    for path, entry in entries.items():
        inner = {f"{path}.{k}": entry[k] for k in SENTENCES if k in entry}
        inner |= {f"{path}.{k}": v for k, v in entry.get("choices", {}).items()}
        checked_entries(inner, FILE.name)
    return entries


def levers_of(key: str) -> list[Lever]:
    """Levers of an instrument in the order of its fields; lists, names and tables are none.

    Args:
        key: of the instrument.
    """
    found = (_lever(key, name, field) for name, field in REGISTRY[key].model_fields.items())
    return [lever for lever in found if lever is not None]


def about(key: str) -> Mapping[str, Any]:
    """Label, market, page, equation and ``start`` of an instrument.

    One that the catalogue does not know goes by its key, with the last market.
    """
    return words().get(key, {"en": key, "zh": key, "market": MARKETS[-1]})


def _lever(key: str, name: str, field: Any) -> Lever | None:
    kinds = _alternatives(field.annotation)
    numbers = {float, int} & set(kinds)
    chosen = [k for k in kinds if get_origin(k) is Literal]
    path = f"{key}.{name}"
    entry = words().get(path, {"en": name.replace("_", " "), "zh": name})
    common: dict[str, Any] = {
        "path": path,
        "label": {lang: str(entry[lang]) for lang in ("en", "zh")},
        "says": entry.get("says", {"en": "", "zh": ""}),
        "guide": entry.get("guide", {"en": "", "zh": ""}),
        "optional": NoneType in kinds,
    }
    if bool in kinds:
        return Lever(kind="switch", **common)
    if chosen and not numbers:
        every = get_args(chosen[0])
        named = entry.get("choices", {})
        shown = {str(c): named.get(c, {"en": str(c), "zh": str(c)}) for c in every}
        return Lever(kind="choice", choices=shown, **common)
    if not numbers:
        return None
    low, high = _bounds(field, entry)
    return Lever(
        kind="number",
        unit=str(entry.get("unit", "")),
        factor=float(entry.get("factor", 1.0)),
        low=low,
        high=high,
        step=_raw(entry, "step", (high - low) / SPAN),
        start=entry.get("start"),
        around=entry.get("around"),
        yearly=any(get_origin(k) is dict and get_args(k)[0] is int for k in kinds),
        **common,
    )


def _raw(entry: Mapping[str, Any], name: str, default: float) -> float:
    """A number of the catalogue, which is in the unit shown, in the field's own."""
    return float(entry[name]) / float(entry.get("factor", 1.0)) if name in entry else default


def _bounds(field: Any, entry: Mapping[str, Any]) -> tuple[float, float]:
    """Range of the slider: that of the catalogue inside what the field allows."""
    limits = {kind: getattr(m, kind) for m in field.metadata for kind in ("ge", "gt", "le", "lt")
              if getattr(m, kind, None) is not None}  # fmt: skip
    least = limits.get("ge", limits.get("gt", 0.0))
    most = limits.get("le", limits.get("lt", max(10.0 * least, 1.0)))
    low, high = _raw(entry, "low", least), _raw(entry, "high", most)
    return max(low, least), min(high, most) if {"le", "lt"} & limits.keys() else high


def _alternatives(annotation: Any) -> list[Any]:
    """What a field may hold, unions and annotations opened."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return [one for part in get_args(annotation) for one in _alternatives(part)]
    if hasattr(annotation, "__metadata__"):
        return _alternatives(annotation.__origin__)
    return [annotation]
