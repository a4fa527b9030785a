"""Single SVG elements, and text measured without a browser."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import escape

from dualcarbon.charts.colour import twin

NARROW = set("iljtfI.,:;'|!()[] ")
WIDE = set("mwMW%@")


@dataclass(frozen=True)
class Drawing:
    """Markup of a figure and the height that it takes, in pixels of its own width."""

    markup: str
    height: float


def element(name: str, *content: str, **attributes: object) -> str:
    """One element; ``class_`` stands for class, underscores for hyphens."""
    parts = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(content)
    return f"<{name}{parts}>{inner}</{name}>" if inner else f"<{name}{parts}/>"


def text(x: float, y: float, words: str, **attributes: object) -> str:
    """A line of text with its baseline at y."""
    return element("text", escape(words), x=x, y=y, **attributes)


def title(words: str) -> str:
    """The tooltip of the element around it."""
    return element("title", escape(words))


def paint(colour: str) -> str:
    """Style that gives an element its colour on light and on dark paper."""
    return f"--c:{colour};--d:{twin(colour)}"


def lines_of_text(x: float, middle: float, lines: list[str], size: float, **kw: object) -> str:
    """Several lines centred on a height."""
    first = middle - (len(lines) - 1) * size * 0.6 + size * 0.36
    return "".join(text(x, first + i * size * 1.2, line, **kw) for i, line in enumerate(lines))


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return escape(str(value), quote=True)


def width_of(words: str, size: float = 12.0) -> float:
    """Pixels that a text takes in a common sans-serif face."""
    return size * sum(_em(c) for c in words)


def wrap(words: str, room: float, size: float = 12.0, most: int = 3) -> list[str]:
    """Break a text into at most ``most`` lines; what does not fit ends in an ellipsis."""
    lines: list[str] = [""]
    for piece in _pieces(words):
        if width_of(lines[-1] + piece.rstrip(), size) <= room or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece)
    lines = [line.strip() for line in lines]
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [_cut(line, room, size) for line in lines]


def _cut(line: str, room: float, size: float) -> str:
    if width_of(line, size) <= room + 1:
        return line
    while line and width_of(line + "…", size) > room:
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
