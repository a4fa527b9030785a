"""Two languages: catalogues of words in YAML, each entry with English beside Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from dualcarbon.common import documents
from dualcarbon.errors import unknown_name

LANGUAGES = ("en", "zh")
FIELD = re.compile(r"\{(\w+)")

UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
                     "\ud800-\udfff\ufffe\uffff]")  # fmt: skip

Entries = Mapping[str, Mapping[str, Any]]


def printable(text: object) -> str:
    """A text without what would steer a terminal, turn the direction of writing, or be no letter.

    Each such character becomes a mark.
    """
    return UNSHOWN.sub("\ufffd", str(text))


def checked_language(lang: str) -> str:
    """The language given.

    Raises:
        InputError: it is neither ``en`` nor ``zh``.
    """
    if lang not in LANGUAGES:
        raise unknown_name("language", lang, LANGUAGES, where="lang")
    return lang


@cache
def catalogue(*paths: Path) -> Entries:
    """Entries of catalogues, each with ``en`` and ``zh`` and whatever else its file gives it.

    Args:
        paths: YAML files; no key may stand in two of them.

    Raises:
        ValueError: an entry lacks a language, its texts have different fields, or a key is
            there twice.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for path in paths:
        entries = checked_entries(documents.read(path), path.name)
        twice = found.keys() & entries.keys()
        if twice:
            raise ValueError(f"{path.name}: '{min(twice)}' stands in another catalogue too")
        found |= entries
    return found


def checked_entries(entries: Entries, where: str) -> Entries:
    """The entries, of which each has both languages; see :func:`catalogue`."""
    for key, entry in entries.items():
        texts = [str(entry[lang]) for lang in LANGUAGES if entry.get(lang) is not None]
        if len(texts) < len(LANGUAGES):
            raise ValueError(f"{where}: '{key}' lacks {' or '.join(LANGUAGES)}")
        fields = [set(FIELD.findall(text)) for text in texts]
        if fields[0] != fields[1]:
            odd = ", ".join(sorted(fields[0] ^ fields[1]))
            raise ValueError(f"{where}: '{key}' has {odd} in one language only")
    return entries


@dataclass(frozen=True)
class Words:
    """A catalogue seen from one language.

    Attributes:
        lang: ``en`` or ``zh``.
        entries: the catalogue.

    Raises:
        InputError: no such language.
    """

    lang: str
    entries: Entries = field(repr=False)

    def __post_init__(self) -> None:
        checked_language(self.lang)

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values filled in."""
        return str(self.entries[key][self.lang]).format(**values)

    def get(self, key: str) -> str:
        """The text of a key as it stands; a key that the catalogue does not have is its own."""
        entry = self.entries.get(key)
        return key if entry is None else str(entry[self.lang])
