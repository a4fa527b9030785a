"""Tile maps: one square per province, no boundaries."""

from __future__ import annotations

from dualcarbon.charts.colour import DIVERGING, SEQUENTIAL, ink_on, ramp
from dualcarbon.charts.numbers import decimals_of, fixed
from dualcarbon.charts.specs import Map, Tile, Tiles
from dualcarbon.charts.svg.element import Drawing, element, lines_of_text, text, title, wrap

GAP = 2.0
HEAD, FOOT = 26.0, 40.0
STEPS = 7


def draw(chart: Tiles, width: float) -> Drawing:
    """Draw tile maps on a paper of some width, pixels."""
    panels = chart.panels
    columns = 2 if width > 500 and len(panels) > 1 else 1
    space = 28.0
    room = min((width - space * (columns - 1)) / columns, 380.0)
    drawn = [_panel(panel, room) for panel in panels]
    height = max(d.height for d in drawn) + 14
    start = 0.0 if columns > 1 or width < 500 else (width - room) / 2
    parts = [
        element(
            "g",
            d.markup,
            transform=f"translate({start + (i % columns) * (room + space):.1f} "
            f"{(i // columns) * height:.1f})",
        )
        for i, d in enumerate(drawn)
    ]
    return Drawing("".join(parts), -(-len(panels) // columns) * height - 8)


def _panel(panel: Map, width: float) -> Drawing:
    rows = max(t.row for t in panel.tiles) + 1
    columns = max(t.column for t in panel.tiles) + 1
    size = width / columns
    lines = wrap(panel.label, width, 13, most=2)
    head = HEAD + 16 * (len(lines) - 1)
    parts = [lines_of_text(0, head / 2 - 4, lines, 13, class_="st")]
    parts += [_tile(tile, panel, size, head) for tile in panel.tiles]
    bottom = head + rows * size
    return Drawing("".join(parts) + _key(panel, width, bottom + 6), bottom + FOOT)


def _tile(tile: Tile, panel: Map, size: float, top: float) -> str:
    x, y = tile.column * size, top + tile.row * size
    box = {"x": x, "y": y, "width": size - GAP, "height": size - GAP, "rx": 4}
    middle = x + (size - GAP) / 2
    value = tile.value
    if value is None:
        shape = element("rect", title(tile.name), class_="no", **box)
        return shape + text(middle, y + size / 2 + 3, tile.code, class_="mu", **CENTRE)
    colour = colour_of(value, panel)
    shown = _shown(value, panel)
    ink = ink_on(colour)
    return (
        element("rect", title(f"{tile.name}: {shown} {panel.unit}"), fill=colour, **box)
        + text(middle, y + size * 0.42, tile.code, style=f"fill:{ink}", font_size=11, **CENTRE)
        + text(middle, y + size * 0.74, shown, style=f"fill:{ink};font-weight:600", **CENTRE)
    )


CENTRE = {"text_anchor": "middle", "pointer_events": "none"}


def colour_of(value: float, panel: Map) -> str:
    """Colour of a value: along the ramp, or away from zero to either side."""
    if panel.diverging:
        reach = max(abs(panel.low), abs(panel.high)) or 1.0
        side = -0.5 if panel.less_is_good else 0.5
        return ramp(0.5 + side * value / reach, DIVERGING)
    extent = (panel.high - panel.low) or 1.0
    return ramp((value - panel.low) / extent, SEQUENTIAL)


def _shown(value: float, panel: Map) -> str:
    shown = fixed(value, decimals_of([panel.low, panel.high]))
    return f"+{shown}" if panel.diverging and value > 0 and shown.strip("0.,") else shown


def _key(panel: Map, width: float, y: float) -> str:
    """The scale under a map: its colours, both ends, the unit."""
    low, high = panel.low, panel.high
    if panel.diverging:
        high = max(abs(low), abs(high)) or 1.0
        low = -high
    step = min(width * 0.5, 168.0) / STEPS
    parts = []
    for i in range(STEPS):
        value = low + (high - low) * i / (STEPS - 1)
        parts.append(
            element("rect", x=i * step, y=y, width=step, height=9.0, fill=colour_of(value, panel))
        )
    ends = f"{_shown(low, panel)} … {_shown(high, panel)} {panel.unit}"
    parts.append(text(0, y + 23, ends, class_="mu"))
    return "".join(parts)
