"""Who pays whom, and what a given new project returns."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import aligned, fixed, number, signed
from dualcarbon.charts.specs import Bar, Group, Series, Stacked
from dualcarbon.report.figure import POLICY, caption, map_or_rows
from dualcarbon.report.page import Block, Caption, Cells, Column, Figure, Section, Table
from dualcarbon.report.parties import KINDS, MARKET, NEEDED, net_receipts
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.view import View, colour

ROUNDING = 5e-4


def build(view: View) -> Section | None:
    """The figure, then one matrix per scenario with its column sums."""
    table = view.table("settlement", *NEEDED)
    if table is None:
        return None
    net = net_receipts(table[table["year"] == view.last])
    blocks: list[Block] = [*with_data(payments(view), view.text)]
    blocks += with_data(payments(view, contracts=True), view.text)
    for i, scenario in enumerate(view.scenarios):
        of_scenario = net[net["scenario"] == scenario]
        if not of_scenario.empty:
            blocks.append(_matrix(view, scenario, of_scenario, folded=i > 0))
    return section(view, "payments", blocks)


def build_returns(view: View) -> Section | None:
    """Maps for each technology, then all figures as a table."""
    table = view.table("returns", "regime", "province", "technology", "irr")
    if table is None:
        return None
    blocks: list[Block] = []
    for technology in dict.fromkeys(table["technology"].astype(str)):
        for figure in return_maps(view, technology):
            blocks += with_data(figure, view.text)
    return section(view, "returns", [*blocks, _returns(view, table)])


def _matrix(view: View, scenario: str, net: pd.DataFrame, *, folded: bool) -> Table:
    text, unit = view.text, view.text.unit("bn CNY")
    wide = net.pivot_table(index="kind", columns="instrument", values="bn_cny", aggfunc="sum")
    wide = wide[list(dict.fromkeys(net["instrument"]))] * unit.factor
    wide = wide.reindex([k for k in KINDS if k in wide.index])
    columns = [Column(text("label.party"))]
    columns += [Column(text.name("instrument", i), numeric=True) for i in wide.columns]
    columns.append(Column(text("label.net"), numeric=True))
    wide = wide.assign(net=wide.sum(axis=1))
    cells = [_cells(wide[c]) for c in wide.columns]
    names = [text.name("party", kind) for kind in wide.index]
    rows: list[Cells] = [list(row) for row in zip(names, *cells, strict=True)]
    rows.append([text("label.sum"), *(_zero(total) for total in wide.sum())])
    shown = text("unit_phrase.a_year", unit=unit.label)
    note = note_of(text, caption(view, str(view.last), POLICY), shown)
    title = text("table.payments", scenario=text.scenario(scenario), year=view.last)
    return Table(title, columns, rows, note, folded=folded)


def _cells(values: pd.Series) -> list[str]:
    """A column of money; what is below the rounding is left blank."""
    return aligned(v if abs(v) >= ROUNDING else float("nan") for v in values.fillna(0.0))


def _zero(total: float) -> str:
    return "0" if abs(total) < ROUNDING else number(total)


def _returns(view: View, table: pd.DataFrame) -> Table:
    text = view.text
    price = text.unit("CNY/MWh")
    columns = [Column(text(f"label.{n}")) for n in ("technology", "province", "regime")]
    shown = [
        (column, label, unit)
        for column, label, unit in (
            ("irr", text("label.irr"), "%"),
            ("npv_per_cny", text("label.npv"), text("unit_phrase.per_yuan")),
            ("revenue_cny_per_mwh", text("label.revenue"), price.label),
            ("full_load_hours", text("label.hours"), text("unit_phrase.hours")),
        )
        if column in table.columns
    ]
    columns += [Column(label, numeric=True, unit=unit) for _, label, unit in shown]
    rows: list[Cells] = [
        [
            text.carrier(row["technology"]),
            text.province(row["province"]),
            text.name("regime", row["regime"]),
            *(_return_cell(column, row[column], price.factor) for column, _, _ in shown),
        ]
        for _, row in table.sort_values(["technology", "province"], kind="stable").iterrows()
    ]
    note = note_of(text, returns_caption(view))
    return Table(text("table.returns"), columns, rows, note, folded=True)


def _return_cell(column: str, value: float, factor: float) -> str:
    if column == "irr":
        return fixed(100 * value, 2)
    if column == "npv_per_cny":
        return fixed(value, 3)
    return number(value * factor if column == "revenue_cny_per_mwh" else value, 4)


POWER = ("electricity", "retail")
CONTRACTS = (
    *("reserve", "frequency", "peak_shaving", "capacity", "capacity_payment"),
    *("medium_term", "cfd"),
)
NEGLIGIBLE = 0.05
INPUTS = ("technologies", "tariffs", "spot_prices", "fuel_prices")


def payments(view: View, *, contracts: bool = False) -> Figure | None:
    """Bars to the left are paid, bars to the right received; a diamond marks the net.

    Args:
        view: the run.
        contracts: capacity and contracts on electricity, instead of carbon and certificates.
    """
    table = view.table("settlement", *NEEDED)
    if table is None:
        return None
    beside = table["instrument"].isin(CONTRACTS) == contracts
    beside &= ~table["instrument"].isin(POWER)
    net = net_receipts(table[(table["year"] == view.last) & beside])
    net = net[net["kind"] != MARKET]
    if net.empty or net["bn_cny"].abs().max() < NEGLIGIBLE:
        return None
    text, unit = view.text, view.text.unit("bn CNY")
    instruments = list(dict.fromkeys(net["instrument"]))
    chart = Stacked(
        title=text("figure.contracts" if contracts else "figure.payments"),
        unit=text("unit_phrase.a_year", unit=unit.label),
        reading=_payments_reading(view, net, unit.factor, unit.label),
        series=[
            Series(i, text.name("instrument", i), colour(n + 1)) for n, i in enumerate(instruments)
        ],
        groups=_groups(view, net.assign(bn_cny=net["bn_cny"] * unit.factor)),
    )
    return Figure(chart, caption(view, str(view.last), POLICY))


def returns_caption(view: View) -> Caption:
    """Caption of the return of a project built in the year of the run that is asked for."""
    years = str(view.meta.get("returns_year", view.years[0] if view.years else ""))
    return caption(view, years, INPUTS)


def return_maps(view: View, technology: str) -> list[Figure]:
    """Two figures for a technology such as ``onwind``: its return by regime, and the change."""
    table = view.table("returns", "regime", "province", "technology", "irr")
    if table is None:
        return []
    wide = table[table["technology"] == technology].pivot_table(
        index="province", columns="regime", values="irr", sort=False
    )
    wide = wide[list(dict.fromkeys(table["regime"]))].dropna(how="all") * 100
    if wide.empty:
        return []
    text, name = view.text, view.text.carrier(technology)
    names = {r: text.name("regime", r) for r in wide.columns}
    levels = map_or_rows(
        view,
        [(names[r], wide[r]) for r in wide.columns],
        "%",
        title=text("figure.returns", technology=name),
        unit=text("unit_phrase.irr"),
        reading=_levels(view, wide, name),
    )
    figures = [Figure(levels, returns_caption(view))]
    before, after = wide.columns[0], wide.columns[-1]
    change = (wide[after] - wide[before]).dropna()
    if len(wide.columns) < 2 or change.empty:
        return figures
    changes = map_or_rows(
        view,
        [(text("label.change", after=names[after], before=names[before]), change)],
        text("word.point").strip(),
        title=text("figure.returns_change", technology=name),
        unit=text("unit_phrase.points"),
        reading=text(
            "reading.returns_change",
            technology=name,
            up=int((change > 0.005).sum()),
            all=len(change),
            median=signed(change.median(), 2),
            best=text.province(change.idxmax()),
            worst=text.province(change.idxmin()),
            highest=signed(change.max(), 2),
            lowest=signed(change.min(), 2),
        ),
        diverging=True,
    )
    return [*figures, Figure(changes, returns_caption(view))]


def _groups(view: View, net: pd.DataFrame) -> list[Group]:
    groups = []
    for kind in KINDS:
        of_kind = net[net["kind"] == kind]
        if of_kind.empty or of_kind["bn_cny"].abs().max() < NEGLIGIBLE:
            continue
        bars = []
        for scenario in view.scenarios:
            paid = of_kind[of_kind["scenario"] == scenario].set_index("instrument")["bn_cny"]
            parts = {str(i): float(v) for i, v in paid.items() if abs(v) > 1e-9}
            bars.append(Bar(view.text.scenario(scenario), parts, mark=float(paid.sum())))
        groups.append(Group(view.text.name("party", kind), bars))
    return groups


def _payments_reading(view: View, net: pd.DataFrame, factor: float, unit: str) -> str:
    text = view.text
    base = net[net["scenario"] == view.base].groupby("kind")["bn_cny"].sum() * factor
    if base.empty or base.abs().max() < NEGLIGIBLE:
        return text("reading.payments_none", scenario=text.scenario(view.base))
    return text(
        "reading.payments",
        scenario=text.scenario(view.base),
        year=view.last,
        payer=text.name("party", base.idxmin()),
        paid=number(-base.min()),
        payee=text.name("party", base.idxmax()),
        received=number(base.max()),
        unit=unit,
    )


def _levels(view: View, wide: pd.DataFrame, name: str) -> str:
    items = [
        view.text(
            "reading.returns_item",
            regime=view.text.name("regime", r),
            low=fixed(wide[r].min()),
            high=fixed(wide[r].max()),
            median=fixed(wide[r].median()),
        )
        for r in wide.columns
    ]
    return view.text(
        "reading.returns", technology=name, items=view.text("sentence.semicolon").join(items)
    )
