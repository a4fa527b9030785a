"""A run in figures, its invariants, its assumptions with their grades, and how to repeat it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.numbers import DASH, Unit, decimals_of, fixed, signed, tiny, with_unit
from dualcarbon.report.figure import caption
from dualcarbon.report.page import Badge, Block, Cells, Code, Column, Note, Section, Table
from dualcarbon.report.section import note_of, section
from dualcarbon.report.view import FOLDED, View
from dualcarbon.version import __version__

INDICATORS = {
    "renewable_share": "share",
    "nonhydro_share": "share",
    "co2_mt": "Mt",
    "co2_power_mt": "Mt",
    "co2_intensity_t_per_mwh": "t/MWh",
    "system_cost_bn_cny": "bn CNY",
    "curtailment_share": "share",
    "cea_cny_per_t": "CNY/t",
    "ccer_cny_per_t": "CNY/t",
    "gec_cny_per_mwh": "CNY/MWh",
    "power_price_cny_per_mwh": "CNY/MWh",
}
APART = {
    *("command", "datasets", FOLDED, "footer", "scenarios", "versions"),
    *("title", "title_en", "title_zh", "world"),
}
"""What is known of a run and stands elsewhere on the page."""


def build_indicators(view: View) -> Section | None:
    """One wide table."""
    found = {n: t for n in INDICATORS if (t := view.indicator(n)) is not None}
    if not found:
        return None
    text = view.text
    units = {
        n: Unit("%", 100.0) if INDICATORS[n] == "share" else text.unit(INDICATORS[n]) for n in found
    }
    scaled = {n: t * units[n].factor for n, t in found.items()}
    places = {n: decimals_of(t.to_numpy().ravel().tolist()) for n, t in scaled.items()}
    columns = [Column(text("label.year"))]
    columns += [Column(text.name("indicator", n), numeric=True, unit=units[n].label) for n in found]
    rows: list[Cells] = []
    for scenario in view.scenarios:
        rows.append([text.scenario(scenario)])
        for year in view.years:
            cells = [
                fixed(t.at[scenario, year], places[n])
                if scenario in t.index and year in t.columns
                else DASH
                for n, t in scaled.items()
            ]
            rows.append([str(year), *cells])
    note = note_of(text, caption(view, view.period, ("demand", "technologies", "abatement_steps")))
    table = Table(text("table.indicators"), columns, rows, note, reading=_changes(view))
    return section(view, "indicators", [table])


def build_checks(view: View) -> Section | None:
    """A row per invariant, a column per scenario with its violation."""
    table = view.table("checks", "scenario", "invariant", "violation", "holds")
    if table is None:
        return None
    text = view.text
    names = list(dict.fromkeys(table["scenario"].astype(str)))
    columns = [Column(text("label.invariant")), *(Column(text.scenario(s)) for s in names)]
    found = table.drop_duplicates(["invariant", "scenario"]).set_index(["invariant", "scenario"])
    rows: list[Cells] = []
    for invariant in dict.fromkeys(table["invariant"]):
        cells: Cells = []
        for scenario in names:
            if (invariant, scenario) not in found.index:
                cells.append(DASH)
                continue
            row = found.loc[(invariant, scenario)]
            words = tiny(float(row["violation"]))
            cells.append(Badge(words, "good" if row["holds"] else "bad"))
        rows.append([text.name("invariant", invariant), *cells])
    held = int(table["holds"].astype(bool).sum())
    reading = text("reading.checks", held=held, all=len(table))
    return section(
        view,
        "checks",
        [Table(text("table.checks"), columns, rows, text("note.checks"), reading=reading)],
    )


def build_reproduce(view: View) -> Section | None:
    """The command, then all that fixes the result."""
    text = view.text
    blocks: list[Block] = []
    if view.meta.get("command"):
        blocks.append(Code(str(view.meta["command"])))
    rows: list[Cells] = [[name, value] for name, value in _facts(view)]
    columns = [Column(text("label.fact")), Column(text("label.value"))]
    blocks.append(Table(text("table.reproduce"), columns, rows))
    return section(view, "reproduce", blocks)


def _changes(view: View) -> str:
    """What each reform changes in the last year against the base: cost, carbon, renewables."""
    text, last = view.text, view.last
    names = ("renewable_share", "co2_mt", "system_cost_bn_cny")
    tables = [t for n in names if (t := view.indicator(n)) is not None and last in t.columns]
    if len(view.scenarios) < 2 or len(tables) < len(names):
        return ""
    share, carbon, cost = (t[last] for t in tables)
    money = text.unit("bn CNY")
    items = [
        text(
            "reading.indicator_item",
            scenario=text.scenario(s),
            points=signed(100 * (share[s] - share[view.base]), 2),
            carbon=signed(100 * (carbon[s] / carbon[view.base] - 1), 2),
            cost=signed((cost[s] - cost[view.base]) * money.factor),
            percent=signed(100 * (cost[s] / cost[view.base] - 1), 2),
            unit=money.label,
        )
        for s in view.scenarios[1:]
        if s in share.index
    ]
    return text(
        "reading.indicators",
        year=last,
        base=text.scenario(view.base),
        items=text("sentence.semicolon").join(items),
    )


def _data_hash() -> str:
    """One sha256 over those of all embedded data files."""
    files = datasets.catalogue().drop_duplicates("file").sort_values("file")
    return hashlib.sha256("".join(files["sha256"]).encode()).hexdigest()


def _facts(view: View) -> list[tuple[str, str]]:
    text, meta = view.text, view.meta
    facts = [
        ("dualcarbon", __version__),
        *((str(n), str(v)) for n, v in dict(meta.get("versions") or {}).items()),
    ]
    facts = list(dict(facts).items())
    if not any("hash" in k or "sha256" in k for k in meta):
        facts.append((text("meta.data_sha256"), _data_hash()))
    facts += [(text.name("meta", k), _shown(v)) for k, v in meta.items() if k not in APART]
    return [(name, value) for name, value in facts if value]


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{k} = {_shown(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_shown(v) for v in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)


WEAK = ("C", "D")
WORDY = ("source", "note")


def build_assumptions(view: View) -> Section | None:
    """What the run assumes, then the embedded data of the two weaker grades."""
    blocks: list[Block] = [Note(view.text("note.grades"))]
    table = view.table("assumptions", "name", "value", "grade")
    if table is not None:
        blocks.append(_assumptions(view, table))
    if not view.illustrative:
        blocks.append(_data(view))
    return section(view, "assumptions", blocks) if len(blocks) > 1 else None


def _grade(grade: object) -> Badge:
    """A grade on its colour."""
    return Badge(str(grade), f"grade-{str(grade).lower()}")


def _assumptions(view: View, table: pd.DataFrame) -> Table:
    text = view.text
    heads = ("assumption", "value", "year", "grade", "source", "note")
    columns = [Column(text(f"label.{h}"), wide=h in WORDY) for h in heads]
    rows: list[Cells] = []
    for _, row in table.iterrows():
        rows.append(
            [
                _name(view, row),
                _value(view, row),
                _plain(row.get("year")),
                _grade(row["grade"]),
                text.name("source", _plain(row.get("source"))),
                _note(view, row),
            ]
        )
    weak = table["grade"].isin(WEAK)
    reading = text("reading.assumptions", weak=int(weak.sum()), all=len(table))
    return Table(text("table.assumptions"), columns, rows, reading=reading)


def _data(view: View) -> Table:
    text = view.text
    described = datasets.catalogue()
    if view.meta.get("datasets"):
        described = described[described["table"].isin(list(view.meta["datasets"]))]
    weak = described[described["grade"].isin(WEAK)].sort_values(
        ["grade", "table"], ascending=[False, True], kind="stable"
    )
    columns = [Column(text(f"label.{h}")) for h in ("grade", "table", "column", "unit")]
    columns.append(Column(text("label.source"), wide=True))
    rows: list[Cells] = [
        [
            _grade(r.grade),
            text.name("dataset", r.table),
            str(r.column),
            text.unit(str(r.unit)).label,
            text.name("source", r.source),
        ]
        for r in weak.itertuples()
    ]
    title = text("table.weak_data", count=len(weak), all=len(described))
    return Table(title, columns, rows, folded=True)


def _name(view: View, row: pd.Series) -> str:
    """Name of an assumption; a field of an instrument is named after it."""
    instrument, dot, field = str(row["name"]).partition(".")
    if not dot:
        return view.text.own(row, "name", "assumption")
    return f"{view.text.name('instrument', instrument)} · {field}"


def _note(view: View, row: pd.Series) -> str:
    """The note; where it lists scenarios, their titles."""
    note = view.text.own(row, "note")
    parts = note.split(", ")
    if not set(parts) <= set(view.scenarios):
        return note
    if len(parts) == len(view.scenarios):
        return view.text("label.all_scenarios")
    return view.text.listed([view.text.scenario(part) for part in parts])


def _value(view: View, row: pd.Series) -> str:
    """Value with its unit; what is no single number keeps the unit of the table."""
    unit = _plain(row.get("unit"))
    written = view.text.unit(unit)
    try:
        return with_unit(float(row["value"]), written, 4)
    except ValueError:
        label = written.label if written.factor == 1.0 else unit
        return f"{row['value']}, {label}" if label not in ("", "1", "×") else str(row["value"])


def _plain(value: object) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)
