"""What the command line refuses, in the language of who asked."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from dualcarbon.common import documents
from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import InputError

FILE = Path(__file__).with_name("refusals.yaml")
VARIABLE, OPTION = "DUALCARBON_LANG", "--lang"


def language(arguments: Sequence[str]) -> str:
    """Language in which a command was asked, also where the command itself is wrong."""
    asked = os.environ.get(VARIABLE, "")
    for word, following in zip(arguments, [*arguments[1:], ""], strict=False):
        name, equals, value = word.partition("=")
        if name == OPTION:
            asked = value if equals else following
    return asked if asked in LANGUAGES else LANGUAGES[0]


def frame(key: str, lang: str, *values: object) -> str:
    """A part of every message: ``error``, ``near``, ``allowed``, ``interrupted``."""
    return str(_catalogue()["frame"][key][lang]).format(*values)


def said(error: Exception | str, lang: str) -> str:
    """The message of an error; place, names and values stand as they were given."""
    if lang == LANGUAGES[0]:
        return frame("error", lang) + str(error)
    if not isinstance(error, InputError):
        return frame("error", lang) + sentence(str(error))
    text = f"{error.where}：" if error.where else ""
    text += sentence(error.what)
    if error.nearest:
        text += frame("near", lang, error.nearest)
    if error.allowed:
        text += frame("allowed", lang, error.allowed)
    return frame("error", lang) + text


def sentence(text: str) -> str:
    """A sentence in Chinese; as it is where the catalogue has none."""
    things: dict[str, str] = _catalogue()["things"]
    for pattern, chinese in _patterns():
        found = pattern.fullmatch(text)
        if found:
            parts = [things.get(part or "", part or "") for part in found.groups()]
            return chinese.format(text, *parts)
    return text


@cache
def _catalogue() -> dict[str, Any]:
    return documents.read(FILE)


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    pairs = _catalogue()["sentences"]
    return [(re.compile(pattern, re.DOTALL), chinese) for pattern, chinese in pairs]
