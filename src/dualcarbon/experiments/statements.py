"""Sentences about what was measured: each is printed only where its condition was tested.

``words.yaml`` holds two kinds of entry. A text is ``{en, zh}``. A topic is a list of statements by
key, each with the conditions under which it is true:

* ``when``: names of properties of the topic's :class:`Findings` that must be true;
* ``up``, ``down``: names of figures that must be above or below zero, so that a sentence which
  says "rises" or "falls" cannot stand beside a figure of the other sign.

A statement that fills in a figure which was not measured (not a number) is not printed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any, ClassVar

from dualcarbon.common import documents
from dualcarbon.common.words import LANGUAGES

WORDS = Path(__file__).parent / "words.yaml"
JOINED = {"en": ("; ", " "), "zh": ("；", "")}
NOT_ZERO = re.compile("[1-9]")
CHINESE = {"_yi": ("_bn", 10.0), "_yi_kw": ("_gw", 0.01), "_yi_kwh": ("_twh", 10.0)}
"""Chinese counts money, capacity and energy in hundred millions; suffix, what from, factor."""

Words = tuple[str, str]
"""One text in English and Chinese."""


class Findings:
    """What an experiment measured, and the conditions that its sentences ask for.

    Subclasses are frozen dataclasses: fields hold figures, not a number where none was measured,
    or names in both languages; properties are figures derived from them, or conditions.

    Attributes:
        topic: key of the sentences in ``words.yaml``.
    """

    topic: ClassVar[str]


@dataclass(frozen=True)
class Statement:
    """A sentence in both languages and what must have been measured for it to be true."""

    key: str
    en: str
    zh: str
    when: tuple[str, ...] = ()
    up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()

    def holds(self, found: Findings) -> bool:
        """Whether every condition was tested and is met, and every figure was measured.

        A change that is printed as zero is no change.
        """
        return (
            all(bool(getattr(found, name)) for name in self.when)
            and all(getattr(found, name) > 0 for name in self.up)
            and all(getattr(found, name) < 0 for name in self.down)
            and all(_known(_Values(found, "en")[name]) for name, _ in self.figures)
            and all(NOT_ZERO.search(format(abs(getattr(found, n)), s)) for n, s in self._changes)
        )

    @property
    def figures(self) -> set[tuple[str, str]]:
        """Names that the sentence fills in, and how they are written."""
        parsed = [*Formatter().parse(self.en), *Formatter().parse(self.zh)]
        return {(name, form or "") for _, name, form, _ in parsed if name}

    @property
    def _changes(self) -> list[tuple[str, str]]:
        """Figures whose sign the sentence speaks of, as the English sentence writes them."""
        written = [
            (name.removesuffix("_abs"), form or "")
            for _, name, form, _ in Formatter().parse(self.en)
            if name
        ]
        return [(name, form) for name, form in written if name in (*self.up, *self.down)]


class _Values:
    """Figures of findings by the names that sentences use: ``x``, ``x_abs``, ``x_yi``."""

    def __init__(self, found: Findings, lang: str) -> None:
        self._found, self._lang = found, lang

    def __getitem__(self, name: str) -> Any:
        if name.endswith("_abs"):
            return abs(self[name.removesuffix("_abs")])
        for suffix, (given, factor) in CHINESE.items():
            if name.endswith(suffix):
                return factor * self[name.removesuffix(suffix) + given]
        value = getattr(self._found, name)
        if not isinstance(value, tuple) or not value:
            return value
        place = LANGUAGES.index(self._lang)
        if isinstance(value[0], str):
            return value[place]
        return JOINED[self._lang][0].join(words[place] for words in value)


def _known(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def printed(found: Findings) -> list[Statement]:
    """Statements of the topic that hold for what was found."""
    return [s for s in statements(found.topic) if s.holds(found)]


def reading(found: Findings) -> Words:
    """The sentences that hold, one after another, in both languages."""
    en, zh = (
        JOINED[lang][1].join(
            getattr(s, lang).format_map(_Values(found, lang)) for s in printed(found)
        )
        for lang in LANGUAGES
    )
    return en, zh


def text(key: str, values: Findings | Mapping[str, Any] | None = None) -> Words:
    """A text of the catalogue in both languages, with values filled in."""
    entry = catalogue()[key]
    en, zh = (
        entry[lang].format_map(
            _Values(values, lang) if isinstance(values, Findings) else values or {}
        )
        for lang in LANGUAGES
    )
    return en, zh


@cache
def statements(topic: str) -> tuple[Statement, ...]:
    """Statements of a topic in the order in which they are printed."""
    found = []
    for key, entry in catalogue()[topic].items():
        names = {name: tuple(entry.get(name, ())) for name in ("when", "up", "down")}
        found.append(Statement(key, entry["en"], entry["zh"], **names))
    return tuple(found)


@cache
def catalogue() -> Mapping[str, Any]:
    """All texts and topics of ``words.yaml``."""
    return MappingProxyType(documents.read(WORDS))
