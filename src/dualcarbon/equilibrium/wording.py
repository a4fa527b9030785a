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
        """What a row means; in English where it does not say it in Chinese."""
        return row.zh or row.meaning if self.lang == "zh" else row.meaning

    def unit(self, unit: str) -> tuple[str, str]:
        """Money and what it is paid for: the two halves of the unit of a dual."""
        money, _, per = unit.partition("/")
        per = per or "unit"
        if self.lang == "en":
            return money, per
        words = _catalogue()
        return words["money"].get(money, money), words["per"].get(per, per)


def physical_row(name: str) -> PolicyRow | None:
    """A block of rows of the power system or the energy users, where the catalogue has it."""
    found = _entry(_catalogue()["physical"], name)
    if found is None:
        return None
    return PolicyRow(SYSTEM, found["unit"], found["en"], found["zh"])


def _entry(table: Mapping[str, Any], name: str) -> Any | None:
    """Entry whose key is the name, or has ``{part}`` in places."""
    if name in table:
        return table[name]
    return next((value for key, value in table.items() if _pattern(key).fullmatch(name)), None)


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
