"""Words about rows in English and Chinese, from ``explain.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dualcarbon.common import documents
from dualcarbon.common.words import checked_entries, checked_language
from dualcarbon.system.model import SYSTEM, PolicyRow

CATALOGUE = Path(__file__).with_name("explain.yaml")


@dataclass(frozen=True)
class Wording:
    """The catalogue seen from one language.

    Attributes:
        lang: ``en`` or ``zh``.

    Raises:
        InputError: no such language.
    """

    lang: str

    def __post_init__(self) -> None:
        checked_language(self.lang)

    def say(self, key: str, **values: object) -> str:
        """A sentence with its values filled in."""
        return str(_catalogue()["sentence"][key][self.lang]).format(**values)

    def meaning(self, name: str, row: PolicyRow) -> str:
        """What a row means; in English where the catalogue does not know it."""
        if self.lang == "en":
            return row.meaning
        return chinese_meaning(name) or row.meaning

    def unit(self, unit: str) -> tuple[str, str]:
        """Money and what it is paid for: the two halves of the unit of a dual."""
        money, _, per = unit.partition("/")
        per = per or "unit"
        if self.lang == "en":
            return money, per
        words = _catalogue()
        return words["money"].get(money, money), words["per"].get(per, per)


def chinese_meaning(name: str) -> str | None:
    """Chinese meaning of a block of rows, or None where the catalogue has none."""
    found = _entry(_catalogue()["meaning"], name)
    if found is not None:
        text, parts = found
        names = _catalogue()["part"]
        return str(text).format(**{key: names.get(part, part) for key, part in parts.items()})
    physical = _entry(_catalogue()["physical"], name)
    return None if physical is None else str(physical[0]["zh"])


def physical_row(name: str) -> PolicyRow | None:
    """A block of rows of the power system or the energy users, where the catalogue has it."""
    found = _entry(_catalogue()["physical"], name)
    return None if found is None else PolicyRow(SYSTEM, found[0]["unit"], found[0]["en"])


def _entry(table: Mapping[str, Any], name: str) -> tuple[Any, dict[str, str]] | None:
    """Entry whose key is the name, or has ``{part}`` in places; with those parts."""
    if name in table:
        return table[name], {}
    for key, value in table.items():
        found = _pattern(key).fullmatch(name)
        if found:
            return value, found.groupdict()
    return None


@cache
def _pattern(key: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", key)
    return re.compile(
        "".join(f"(?P<{p}>.*?)" if i % 2 else re.escape(p) for i, p in enumerate(pieces))
    )


@cache
def _catalogue() -> dict[str, Any]:
    words = documents.read(CATALOGUE)
    for section in ("sentence", "physical"):
        checked_entries(words[section], CATALOGUE.name)
    return words
