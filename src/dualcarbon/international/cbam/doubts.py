"""Values that can be but hardly are: what a reader should look at before he believes a bill."""

from __future__ import annotations

from collections.abc import Mapping

from dualcarbon.errors import InputError
from dualcarbon.international.cbam.allocation import benchmark
from dualcarbon.international.cbam.defaults import default_value
from dualcarbon.international.cbam.goods import ELECTRICITY, good, origin
from dualcarbon.international.cbam.rules import Assessment

MANY_TONNES = 10_000.0
"""Mass of one shipment above which kilograms may be meant: a truck of 24 t is 24,000 kg."""
LOW, HIGH = 0.2, 2.0
"""Times the default value without mark-up between which verified emissions are plausible."""
LAST_STEP = 0.5
"""Share of the benchmark of the whole chain below which column A covers a last step only."""
PRICES = (20.0, 250.0)


def suspicious(assessed: Mapping[int, Assessment]) -> list[tuple[int, str, str]]:
    """Row, column, and what is doubtful about the shipments assessed.

    Args:
        assessed: assessments by row of the file.
    """
    found: list[tuple[int, str, str]] = []
    for row, one in assessed.items():
        found += [(row, column, text) for column, text in doubts_of(one)]
    return found


def doubts_of(one: Assessment) -> list[tuple[str, str]]:
    """Column, and what is doubtful about it, of one shipment."""
    made, found = one.shipment, []
    if (made.tonnes or 0) > MANY_TONNES:
        found.append(("tonnes", f"{made.tonnes:,.0f} t in one shipment: are kilograms meant?"))
    if not PRICES[0] <= one.price_eur <= PRICES[1]:
        found.append(("price", f"{one.price_eur:g} EUR per certificate is unusual"))
    if made.actual and one.sector != ELECTRICITY and one.quantity:
        found += _of_actual(one)
    return found


def _of_actual(one: Assessment) -> list[tuple[str, str]]:
    made, found = one.shipment, []
    mass = one.quantity * (made.clinker_share or 1)
    intensity = one.embedded_t / mass
    try:
        kind = good(made.cn)
        usual = float(default_value(kind, origin(made.origin), one.year, law=one.law).base)
        own, whole = (float(benchmark(kind, c, one.year, made.route).value) for c in ("A", "B"))
    except InputError:
        return []
    if usual and not LOW * usual <= intensity <= HIGH * usual:
        why = ": are kilograms meant?" if intensity > 100 * usual else ""
        if made.precursors and intensity > HIGH * usual:
            why = ": do the emissions hold those of the precursors already?"
        range_ = f"outside {LOW:g} to {HIGH:g} times the default {usual:g}"
        found.append(("direct", f"{intensity:g} tCO2e/t is {range_}{why}"))
    bare = not made.precursors and not made.one_process
    if bare and own < LAST_STEP * whole and intensity > 2 * own:
        text = (
            f"without precursors only the last step has free allocation, {own:g} of {whole:g} "
            "tCO2e/t: list them, or declare all steps as one process (one_process)"
        )
        found.append(("precursors", text))
    return found
