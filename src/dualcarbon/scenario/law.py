"""Laws: what the rules of a year make of the instruments of a scenario.

The table ``law_rules`` has a row for each rule and law, with document, date, status and grade, and
the fields of instruments that it sets. ``law: 2022`` in a scenario, or ``--set law=2022``, lays
them over what the scenario has by then; what stands beside or behind it changes them again. A rule
of an instrument that the scenario lacks is left out, unless it brings the instrument with it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dualcarbon.common import documents as yaml_io
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

LAW = "law"
TABLE = "law_rules"
TITLE = {"en": "{title}, law of {law}", "zh": "{title}（{law}年规则）"}


@dataclass(frozen=True)
class Rule:
    """A rule of a law.

    Attributes:
        name: its key; switch: that of the rules it is switched with; title: theirs in English and
            Chinese.
        instruments: fields by instrument; None drops an instrument.
        adds: instruments that it brings with it.
        en, zh: what it says.
    """

    name: str
    switch: str
    title: tuple[str, str]
    instruments: Mapping[str, Any]
    adds: tuple[str, ...]
    en: str
    zh: str

    def patch(self, present: Iterable[str]) -> dict[str, Any]:
        """Its fields for a scenario with some instruments."""
        known = {*present, *self.adds}
        return {key: fields for key, fields in self.instruments.items() if key in known}


def laws() -> list[int]:
    """Years whose law is known."""
    return sorted({int(year) for year in _table()["law"]})


def rules(law: Any, where: str = LAW) -> list[Rule]:
    """The rules of a law, in the order of the table.

    Args:
        law: its year; where: where it was given, for messages.

    Raises:
        InputError: there is no law of that year.
    """
    known = laws()
    if isinstance(law, bool) or law not in known:
        raise InputError(
            f"there is no law of {law}", where=where, allowed=[str(year) for year in known]
        )
    table = _table()
    return [
        Rule(
            str(row.rule),
            str(row.switch),
            (str(row.switch_en), str(row.switch_zh)),
            yaml_io.parse(str(row.instruments), f"{TABLE}, {row.rule} of {law}") or {},
            tuple(str(row.adds).split()),
            str(row.text_en),
            str(row.text_zh),
        )
        for row in table[table["law"] == law].itertuples()
    ]


def enacted(document: Mapping[str, Any], law: Any, where: str = LAW) -> dict[str, Any]:
    """A scenario under a law: its rules laid over the instruments that it has.

    Where the scenario is laid over a base whose figures it asks for, the law holds in the base, and
    what the scenario changes of it stays changed.

    Raises:
        InputError: there is no law of that year, or the scenario is not of China.
    """
    found = rules(law, where)
    if document.get("world", "china") != "china":
        raise InputError(
            f"the law of {law} is China's, and the scenario is of another world",
            where=where,
            allowed="a scenario of the world china",
        )
    result = copy.deepcopy(dict(document))
    instruments = {k: v for k, v in (result.get("instruments") or {}).items() if v is not None}
    for rule in found:
        instruments = laid_over(instruments, rule.patch(instruments))
    base = result.get("base")
    if base:
        result["base"] = enacted(base, law, where)
        before = base.get("instruments") or {}
        instruments = laid_over(instruments, _own(result.get("instruments") or {}, before))
        instruments = {k: v for k, v in instruments.items() if v is not None}
    result["instruments"] = instruments
    for language, form in TITLE.items():
        title = result.get(f"title_{language}")
        if title:
            result[f"title_{language}"] = form.format(title=_untitled(title, language), law=law)
    result.pop(LAW, None)
    return result


def _own(instruments: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """What a document changes of the instruments of its base: fields, new ones, dropped ones."""
    found: dict[str, Any] = {key: None for key in base if instruments.get(key) is None}
    for key, fields in instruments.items():
        if isinstance(fields, Mapping) and isinstance(base.get(key), Mapping):
            known = base[key]
            changed = {f: v for f, v in fields.items() if f not in known or known[f] != v}
            found |= {key: changed} if changed else {}
        else:
            found[key] = fields
    return found


def laid_over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Instruments of one document over those of another, field by field; null drops one."""
    result = dict(base)
    for key, fields in own.items():
        if isinstance(fields, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = {**result[key], **fields}
        else:
            result[key] = fields
    return result


def _untitled(title: str, language: str) -> str:
    """A title without the law that an earlier change has added to it."""
    for law in laws():
        title = title.removesuffix(TITLE[language].format(title="", law=law))
    return title


def _table() -> pd.DataFrame:
    from dualcarbon import datasets

    return datasets.load(TABLE).fillna("")
