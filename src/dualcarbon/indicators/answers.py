"""Two answers on a figure beside a published one: whether its direction holds, and its size."""

from __future__ import annotations

from collections.abc import Iterable

HOLDS, ONLY_IF, NOT, UNTESTED = "holds", "holds only if", "does not hold", "not tested"
INSIDE, SMALLER, LARGER, DIFFERS = "inside the range", "smaller", "larger", "differs by variant"
NO_SIZE = ""
NEAR = 0.05


def direction(signs: Iterable[bool | None]) -> str:
    """Answer over the variants that were tested: holds in all, in some, or in none."""
    tested = [sign for sign in signs if sign is not None]
    if not tested:
        return UNTESTED
    return HOLDS if all(tested) else ONLY_IF if any(tested) else NOT


def size(ours: float, low: float, high: float) -> str:
    """Whether the size of a figure is inside a published range, smaller or larger.

    A range of one figure counts as met within a twentieth of it.
    """
    ends = sorted((abs(low), abs(high)))
    margin = NEAR * ends[0] if low == high else 0.0
    if abs(ours) < ends[0] - margin:
        return SMALLER
    return LARGER if abs(ours) > ends[1] + margin else INSIDE


def size_of_all(sizes: Iterable[str]) -> str:
    """Answer over the variants whose size can be compared; empty where none can."""
    known = {size for size in sizes if size != NO_SIZE}
    if not known:
        return NO_SIZE
    return known.pop() if len(known) == 1 else DIFFERS
