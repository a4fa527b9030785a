"""Widths of text, estimated: figures are laid out without a browser."""

from __future__ import annotations

import re
import unicodedata

NARROW = set("iljtfI.,:;'|!()[] ")
WIDE = set("mwMW%@")


def width(words: str, size: float = 12.0) -> float:
    """Pixels that a text takes in a common sans-serif face."""
    return size * sum(_em(c) for c in words)


def wrap(words: str, room: float, size: float = 12.0, most: int = 3) -> list[str]:
    """Break a text into at most ``most`` lines; what does not fit ends in an ellipsis."""
    lines: list[str] = [""]
    for piece in _pieces(words):
        if width(lines[-1] + piece.rstrip(), size) <= room or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece)
    lines = [line.strip() for line in lines]
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [_cut(line, room, size) for line in lines]


def _cut(line: str, room: float, size: float) -> str:
    if width(line, size) <= room + 1:
        return line
    while line and width(line + "…", size) > room:
        line = line[:-1]
    return line.rstrip() + "…"


def _pieces(words: str) -> list[str]:
    """Words with the blank after them; every Chinese character may end a line, save punctuation."""
    return re.findall(r"[⺀-鿿＀-￯][、。，；：）》]*|[^\s⺀-鿿＀-￯]+\s*|\s+", words)


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in NARROW:
        return 0.32
    if character in WIDE:
        return 0.86
    return 0.64 if character.isupper() else 0.56
