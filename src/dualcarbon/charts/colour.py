"""Colours: twins for dark paper, blends for heat scales, ink that can be read on them."""

from __future__ import annotations

SEQUENTIAL = ("#f1f5ee", "#c4ded3", "#86bdb8", "#3f8f9c", "#1d5f7a", "#123a57")
DIVERGING = ("#8c4a09", "#cf8a3e", "#f0d2a6", "#f3f2ee", "#b7d3e6", "#5b96c4", "#1f5a94")
SERIES = ("#5b636d", "#2f6fb3", "#d1873c", "#2f9a94", "#b9478f", "#7a8c3a", "#8f6bb8", "#b3543c")

DARK_PAPER = "#171b20"


def channels(colour: str) -> tuple[float, float, float]:
    """Red, green and blue of a ``#rrggbb`` colour, 0 to 1."""
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))  # type: ignore[return-value]


def mix(first: str, second: str, share: float) -> str:
    """The colour at ``share`` of the way from the first to the second."""
    pairs = zip(channels(first), channels(second), strict=True)
    return "#" + "".join(f"{round(255 * (a + (b - a) * share)):02x}" for a, b in pairs)


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of WCAG 2, 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def twin(colour: str) -> str:
    """The same colour, lightened until it stands out from dark paper."""
    share = 0.0
    while contrast(mix(colour, "#ffffff", share), DARK_PAPER) < 3.0 and share < 1.0:
        share += 0.05
    return mix(colour, "#ffffff", share)


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on a colour."""
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(colour, ink))


def ramp(position: float, stops: tuple[str, ...] = SEQUENTIAL) -> str:
    """The colour at a position 0 to 1 along evenly spaced stops."""
    place = min(max(position, 0.0), 1.0) * (len(stops) - 1)
    index = min(int(place), len(stops) - 2)
    return mix(stops[index], stops[index + 1], place - index)
