"""Parts of a page: sections hold figures, tables, cards and notes."""

from __future__ import annotations

from dataclasses import dataclass, field

from dualcarbon.charts.specs import Chart


@dataclass(frozen=True)
class Badge:
    """A short word on a coloured ground; ``tone`` is good, warn, bad, or a grade."""

    words: str
    tone: str


Cells = list[str | Badge]
"""Cells of a row of a table."""


@dataclass(frozen=True)
class Caption:
    """Where the numbers of a figure or a table come from.

    Attributes:
        years: years shown; may be empty.
        source: who published or computed them.
        grade: A measured, B reported, C estimated, D illustrative; the worst among them.
        licence: of the numbers, where it is stated.
        leans: a sentence that names the weakest inputs.
    """

    years: str
    source: str
    grade: str
    licence: str = ""
    leans: str = ""


@dataclass(frozen=True)
class Column:
    """Head of a column; numbers are set flush right.

    Attributes:
        label: the words of the head; unit: smaller below them.
        numeric: whether the column holds numbers.
        tight: whether its cells stay on one line; wide: whether they hold sentences.
    """

    label: str
    numeric: bool = False
    unit: str = ""
    tight: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of text or badges under columns.

    Attributes:
        title: what the table shows.
        columns: heads.
        rows: cells, text or :class:`Badge`; a row of one cell is the heading of those below it.
        note: unit, years, source and grade.
        folded: whether it is shut at first.
        reading: one sentence in plain words.
    """

    title: str
    columns: list[Column]
    rows: list[Cells]
    note: str = ""
    folded: bool = False
    reading: str = ""
    kind: str = field(default="table", init=False)


@dataclass(frozen=True)
class Figure:
    """A chart, where its numbers come from, and the table of the figures behind it."""

    chart: Chart
    caption: Caption
    data: Table | None = None
    kind: str = field(default="figure", init=False)


@dataclass(frozen=True)
class Result:
    """One comparison on a card: our figure for one base, beside the published one."""

    base: str
    ours: str
    ours_note: str
    published: str
    chart: Chart


@dataclass(frozen=True)
class Card:
    """The answer to one question: whether its direction holds, and its size."""

    title: str
    question: str
    verdict: Badge | None
    results: list[Result]
    reading: str
    note: str = ""
    size: Badge | None = None


@dataclass(frozen=True)
class Cards:
    """Cards side by side."""

    cards: list[Card]
    kind: str = field(default="cards", init=False)


@dataclass(frozen=True)
class Note:
    """A paragraph."""

    words: str
    kind: str = field(default="note", init=False)


@dataclass(frozen=True)
class Code:
    """Lines to type."""

    words: str
    kind: str = field(default="code", init=False)


@dataclass(frozen=True)
class Headline:
    """One number of the first screen.

    Attributes:
        key: of the indicator; label: its name; value: as written; unit: behind it.
        note: its change, and against what.
    """

    key: str
    label: str
    value: str
    unit: str
    note: str


@dataclass(frozen=True)
class Answer:
    """What the page says in short: sentences, then numbers."""

    sentences: list[str]
    numbers: list[Headline]
    kind: str = field(default="answer", init=False)


Block = Figure | Table | Cards | Note | Code | Answer


@dataclass(frozen=True)
class Section:
    """A section of the page under its heading."""

    key: str
    title: str
    lead: str
    blocks: list[Block]
