"""The seven kinds of figure, each a frozen specification that says all there is to draw.

A specification knows no table and no page: its numbers are in the unit that is written, its words
in the language of the reader. :func:`dualcarbon.charts.svg.render` turns any of them into SVG.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Titled:
    """What every kind of figure says of itself.

    Attributes:
        title: what the figure shows.
        unit: unit of its numbers as written; of a figure in panels, a phrase for all of them.
        reading: one sentence that reads the figure out.
    """

    title: str
    unit: str
    reading: str = ""


@dataclass(frozen=True)
class Series:
    """A thing that recurs in a figure, with its name in the legend and its colour.

    Attributes:
        key: by which the parts, lines and links of the figure refer to it.
        name: as written; empty for a single series that needs no legend.
        colour: ``#rrggbb`` on light paper.
        base: whether others are compared with it; its line is dashed.
    """

    key: str
    name: str
    colour: str
    base: bool = False


@dataclass(frozen=True)
class Bar:
    """A bar of parts laid end to end, negative ones to the left of zero.

    Attributes:
        label: words in front of it.
        parts: value by key of the series, drawn in this order.
        mark: value of a diamond on the bar, such as its net; stands at its end as a number.
        end: words at its end in place of the sum of the parts, or of the mark.
    """

    label: str
    parts: Mapping[str, float]
    mark: float | None = None
    end: str | None = None


@dataclass(frozen=True)
class Group:
    """Bars under one heading; an empty label draws none."""

    label: str
    bars: Sequence[Bar]


@dataclass(frozen=True, kw_only=True)
class Stacked(Titled):
    """Horizontal stacked bars in groups.

    Attributes:
        series: what the bars are made of, in the order of the legend.
        groups: the bars.
    """

    series: Sequence[Series]
    groups: Sequence[Group]


@dataclass(frozen=True)
class Line:
    """The points of one series, ``(x, y)`` along x."""

    series: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """One of several plots side by side.

    Attributes:
        label: heading; unit: behind it in brackets.
        lines: points by year, or by another whole number.
        zero: whether the axis must hold zero.
        marks: whether points have dots.
    """

    label: str
    unit: str
    lines: Sequence[Line]
    zero: bool = True
    marks: bool = True


@dataclass(frozen=True, kw_only=True)
class Lines(Titled):
    """Lines over years, in panels side by side that share their series."""

    series: Sequence[Series]
    panels: Sequence[Panel]


@dataclass(frozen=True)
class Level:
    """A horizontal line to compare curves with."""

    value: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Curves(Titled):
    """Curves over a continuous horizontal axis; ``across`` is its name with the unit.

    Attributes:
        dots: whether points stand by themselves instead of on a line.
    """

    series: Sequence[Series]
    lines: Sequence[Line]
    across: str
    level: Level | None = None
    dots: bool = False


@dataclass(frozen=True)
class Tile:
    """A cell of a tile map; ``value`` is None where nothing is known."""

    row: int
    column: int
    code: str
    name: str
    value: float | None


@dataclass(frozen=True)
class Map:
    """A tile map with its scale of colours.

    Attributes:
        label: heading; unit: of the values.
        tiles: the cells.
        low, high: ends of the scale.
        diverging: whether colours go away from zero to either side.
        less_is_good: whether negative values have the colour of gains.
    """

    label: str
    unit: str
    tiles: Sequence[Tile]
    low: float
    high: float
    diverging: bool = False
    less_is_good: bool = False


@dataclass(frozen=True, kw_only=True)
class Tiles(Titled):
    """Tile maps side by side: one square per province, no boundaries."""

    panels: Sequence[Map]


@dataclass(frozen=True)
class Point:
    """A dot of a row; ``label`` is written over it, ``name`` only in the table behind."""

    value: float
    colour: str
    label: str = ""
    name: str = ""


@dataclass(frozen=True)
class Row:
    """Dots on the common scale.

    Attributes:
        label: words in front of them.
        points: the dots.
        low, high: ends of a bar behind them, such as a tolerance.
        end: words at the end of the row; None writes the range of the dots.
    """

    label: str
    points: Sequence[Point]
    low: float | None = None
    high: float | None = None
    end: str | None = None


@dataclass(frozen=True)
class Band:
    """A published range, shaded over all rows; ``label`` says whose it is."""

    low: float
    high: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Dots(Titled):
    """Rows of dots on a common scale.

    Attributes:
        rows: the dots.
        legend: name and colour of what dots stand for.
        band: shaded range.
        reference: value of a vertical line.
    """

    rows: Sequence[Row]
    legend: Sequence[tuple[str, str]] = ()
    band: Band | None = None
    reference: float | None = None


@dataclass(frozen=True)
class Link:
    """A flow of one size from a node on the left to a node on the right."""

    source: str
    target: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Flow(Titled):
    """Flows between two columns of nodes, as ribbons as wide as they are large."""

    left_title: str
    right_title: str
    left: Sequence[Series]
    right: Sequence[Series]
    links: Sequence[Link]


@dataclass(frozen=True)
class Cell:
    """A cell of a grid.

    Attributes:
        value: decides its colour; None leaves it blank.
        label: written in it; name: said when it is pointed at.
        marked: whether it has the frame of special cells.
    """

    value: float | None
    label: str
    name: str = ""
    marked: bool = False


@dataclass(frozen=True, kw_only=True)
class Grid(Titled):
    """A table of coloured cells over two quantities.

    Attributes:
        rows, columns: values of the two quantities as written.
        row_title, column_title: their names with units.
        cells: by row, then by column.
        low, high: ends of the scale of colours.
        mark: what marked cells are.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    row_title: str
    column_title: str
    cells: Sequence[Sequence[Cell]]
    low: float
    high: float
    mark: str


Chart = Stacked | Lines | Curves | Tiles | Dots | Flow | Grid
"""Any of the seven kinds."""
