"""Markup of single SVG elements."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from dualcarbon.charts.svg.colour import twin


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
