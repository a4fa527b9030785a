"""Constraints in words and numbers: the equation, its activity, its dual and what it means."""

from __future__ import annotations

import numpy as np

from dualcarbon.charts.numbers import precise
from dualcarbon.equilibrium.rows import Meaning, Row, Rows
from dualcarbon.equilibrium.wording import Wording
from dualcarbon.errors import unknown_name


def explanation(rows: Rows, row: str | None, lang: str = "en") -> str:
    """Explain one block of rows, or list those that can be explained.

    Args:
        rows: of a solution, or kept with a run; see :mod:`dualcarbon.equilibrium.rows`.
        row: name of the block, or None.
        lang: ``en`` or ``zh``.

    Raises:
        InputError: there is no such block, or no such language.
    """
    words, known = Wording(lang), rows.meanings
    if row is None:
        return "\n".join(_head(words, name, meaning) for name, meaning in known.items())
    if row not in known:
        raise unknown_name("constraint", row, known)
    shown, count = rows.of(row)
    parts = [_head(words, row, known[row])]
    parts += [_row_text(found, known[row].unit, words) for found in shown]
    if count > len(shown):
        parts.append("  " + words.say("rows", count=count - len(shown)))
    return "\n".join(parts)


def _head(words: Wording, name: str, meaning: Meaning) -> str:
    return words.say("head", row=name, meaning=getattr(meaning, words.lang))


def _row_text(row: Row, unit: str, words: Wording) -> str:
    terms = [f"{factor:+.4g} {name} ({value:,.4g})" for name, factor, value in row.terms]
    if row.more:
        terms.append(words.say("terms", count=row.more))
    if row.hourly and unit.endswith("/MW"):
        unit += "h"
    return (
        f"  [{row.place}] {' '.join(terms)}\n      = {precise(row.activity, row.size)} "
        f"{_sense(row, words)}\n      {_meaning(row.dual, unit, words)}"
    )


def _sense(row: Row, words: Wording) -> str:
    if row.lower == row.upper:
        return words.say("equal", bound=precise(row.lower))
    if np.isfinite(row.upper):
        return words.say("most", bound=precise(row.upper))
    return words.say("least", bound=precise(row.lower))


def _meaning(dual: float, unit: str, words: Wording) -> str:
    if abs(dual) < 1e-6:
        return words.say("slack")
    money, per = words.unit(unit)
    amount = f"{abs(dual):,.2f}"
    return words.say("saves" if dual < 0 else "costs", per=per, amount=amount, money=money)
