"""Why a price is what it is: the row that it is the dual of, its terms, and what would move.

The last is measured: the right-hand side is moved by a ten-thousandth of the row's size, the
program is solved again from the same basis, and the terms that changed most are named.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dualcarbon.charts.numbers import number
from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.prices import price_intervals
from dualcarbon.equilibrium.rows import Row, SolvedRows
from dualcarbon.errors import InputError, SolveError
from dualcarbon.instruments.base import EVERYONE
from dualcarbon.instruments.levers import about
from dualcarbon.lab.answer import words
from dualcarbon.report.text import slug, strings

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.instruments.base import Price
    from dualcarbon.report.text import Text

STEP, MOST_TERMS, MOST_MOVES = 1e-4, 5, 3
ZERO = 1e-6
NODAL = "nodal_balance"
PARTS = re.compile(r"(?P<block>[^\[]+)\[(?P<at>.*)\]")
ITEMS = {
    "cea_cny_per_t": ("carbon", "allowance"),
    "gec_cny_per_mwh": ("green", "certificate, total"),
    "power_price_cny_per_mwh": ("electricity", "electricity"),
}
"""Price behind each number of the headline strip."""


@dataclass(frozen=True)
class Asked:
    """The price that is asked about: an indicator, or instrument, item and region; and the year."""

    instrument: str
    item: str
    region: str
    year: int


def asked(given: dict[str, Any], equilibrium: Equilibrium) -> Asked:
    """What a page asks about.

    Raises:
        InputError: there is no such price.
    """
    instrument, item = ITEMS.get(str(given.get("key")), ("", ""))
    region, year = str(given.get("region") or EVERYONE), given.get("year")
    table = equilibrium.prices
    found = table[(table["instrument"] == instrument) & (table["item"] == item)]
    if found.empty:
        raise InputError("no such price in this package", where="explain", allowed=list(ITEMS))
    if region not in set(found["region"]):
        region = str(found["region"].iloc[0])
    years = [int(y) for y in dict.fromkeys(found["period"])]
    return Asked(instrument, item, region, int(year) if year in years else years[-1])


def why(equilibrium: Equilibrium, about_: Asked, text: Text) -> dict[str, Any]:
    """The card of a price.

    Args:
        equilibrium: solved, by the session that holds it now.
        about_: which price; text: the catalogue.
    """
    package, say = equilibrium.package, words(text.lang)
    instrument = package.instruments[about_.instrument]
    price = next(
        p for p in instrument.price(equilibrium.solution)
        if p.item == about_.item and p.region in (about_.region, EVERYONE)
    )  # fmt: skip
    value, unit = float(price.values[about_.year]), text.unit(price.unit)
    known = about(about_.instrument)
    source = inspect.getsourcefile(type(instrument)) or ""
    card: dict[str, Any] = {
        "title": f"{text.name('item', about_.item)} · {about_.year}",
        "value": f"{number(value * unit.factor, 4)} {unit.label}",
        "region": "" if price.region == EVERYONE else text.province(price.region),
        "equation": str(known.get("equation", "")),
        "page": str(known.get("page", "")),
        "code": "/".join(Path(source).parts[-3:]),
        "test": str(known.get("test", "")),
        "terms": [],
        "moves": [],
    }
    if price.row == NODAL:
        return {**card, "sentence": say("why.nodal", value=card["value"]), "binds": True}
    rows, row = SolvedRows(equilibrium.solution), None
    meaning = rows.meanings[price.row]
    shown, _ = rows.of(price.row)
    row = next((r for r in shown if str(about_.year) in r.place.split(", ")), shown[0])
    binds = abs(row.dual) > ZERO
    trades = instrument.trades[text.lang == "zh"] or text.name("item", about_.item)
    key = "why.binds" if binds else "why.slack"
    card |= {
        "sentence": say(key, value=card["value"], unit=unit.label, what=trades),
        "binding": meaning.zh if text.lang == "zh" else meaning.en,
        "row": price.row,
        "binds": binds,
        "terms": [_term(term, text) for term in row.terms[:MOST_TERMS]],
        "more": row.more + max(len(row.terms) - MOST_TERMS, 0),
        "interval": _interval(equilibrium, about_, unit),
    }
    if binds:
        card["moves"] = _moves(equilibrium, price, about_.year, text)
    else:
        card["room"] = _room(row)
    return card


def _term(term: tuple[str, float, float], text: Text) -> dict[str, str]:
    name, coefficient, value = term
    return {"name": named(name, text), "amount": number(coefficient * value / 1e6, 3)}


def _room(row: Row) -> str:
    """How far a slack row is from its bound, in millions of its unit."""
    bound = row.upper if np.isfinite(row.upper) else row.lower
    return number(abs(bound - row.activity) / 1e6, 3)


def _interval(equilibrium: Equilibrium, about_: Asked, unit: Any) -> str:
    """Lowest and highest price that the same optimum allows."""
    solution, key = equilibrium.solution, about_.instrument
    alone = Package({key: equilibrium.package.instruments[key]})
    solver = equilibrium.session.solver
    solver.update(solution.program)
    table = price_intervals(solution, alone, solver, 1e-5)
    of = table[(table["item"] == about_.item) & (table["period"] == about_.year)]
    if of.empty:
        return ""
    low, high = (float(of[end].iloc[0]) * unit.factor for end in ("low", "high"))
    return f"{number(low, 4)} – {number(high, 4)}"


def _moves(equilibrium: Equilibrium, price: Price, year: int, text: Text) -> list[dict[str, str]]:
    """Terms of the row that change most when its right-hand side does, in shares of that change."""
    solution, solver = equilibrium.solution, equilibrium.session.solver
    model, program = solution.model, solution.program
    labels = model.linopy.constraints[model.row_blocks.block(price.row)].labels
    if tuple(labels.dims) != ("period",):
        return []
    label = int(labels.sel(period=year))
    at = int(np.flatnonzero(program.row_label == label)[0])
    moved, delta = program.moved(at, STEP, solution.raw.x)
    solver.update(moved)
    solver.start_from(solution.raw.basis)
    try:
        x = solver.solve().x
    except SolveError:
        return []
    finally:
        solver.update(program)
    where = slice(program.A.indptr[at], program.A.indptr[at + 1])
    columns = program.A.indices[where]
    change = program.A.data[where] * (x - solution.raw.x)[columns] / delta
    rows = SolvedRows(solution)
    top = [i for i in np.argsort(-np.abs(change))[:MOST_MOVES] if abs(change[i]) > 0.01]
    return [
        {
            "name": named(rows.variable(int(program.column_label[columns[i]])), text),
            "share": f"{100 * change[i]:+.0f}%",
        }
        for i in top
    ]


def named(variable: str, text: Text) -> str:
    """A variable of the program in words: plants and users by province, else as it stands."""
    found = PARTS.fullmatch(variable)
    if found is None:
        return variable
    first, _, rest = found["at"].partition(" ")
    if found["block"] == "annual-energy":
        carrier, _, year = rest.rpartition(", ")
        about_, *build = carrier.split(" ")
        return " ".join([text.province(first), text.carrier(about_), *build, year]).strip()
    if found["block"] == "users-activity":
        step, _, year = rest.rpartition(", ")
        sector, _, measure = step.partition(" ")
        route, _, inner = measure.partition(" ")
        parts = [text.province(first), text.name("sector", sector)]
        if inner and f"route.{slug(route)}" in strings():
            parts.append(text.name("route", route))
            measure = inner
        return " · ".join([*parts, text.name("step", measure)]) + f" {year}"
    block = found["block"]
    kind = "tokens" if block.startswith("tokens") else block.replace("-", "_")
    name = words(text.lang).get(f"term.{kind}").removeprefix("term.")
    return f"{name} {found['at']}"
