"""Many solves: over reforms (``attribute``), over a cap (``macc``), over any field (``sweep``)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, Table, records
from dualcarbon.cli.console import Tell, word
from dualcarbon.cli.options import listed, numbers, scenario_names
from dualcarbon.cli.verb import Law, OnCluster, Sets, Workers, under

if TYPE_CHECKING:
    import pandas as pd

ATTRIBUTE = (
    "dualcarbon attribute teaching --reforms linked,merit_order,free_trade",
    "dualcarbon attribute teaching --indicators co2_mt,system_cost_bn_cny_2030 --format json",
)
SWEEP = ("dualcarbon sweep offsets --out runs/offsets",)
MACC = ("dualcarbon macc teaching", "dualcarbon macc teaching --shares 0.1,0.3 --format json")


def attribute(
    scenario: Annotated[
        str,
        typer.Argument(help="Base: a shipped scenario or a file.", autocompletion=scenario_names),
    ] = "today",
    reforms: Annotated[
        str | None,
        typer.Option(metavar="A,B,...", help="Reforms, scenarios or files; five by default."),
    ] = None,
    indicators: Annotated[
        str | None,
        typer.Option(metavar="I,J,...", help="Indicators, e.g. co2_mt_2030; the main ones."),
    ] = None,
    rules: Annotated[
        int | None,
        typer.Option(metavar="YEAR", help="The rules of a law as reforms of a base under another."),
    ] = None,
    set_: Sets = None,
    law: Law = None,
    workers: Workers = 2,
    cluster: OnCluster = None,
    lang: str = "en",
    *,
    tell: Tell,
) -> Answer:
    """Attribute the effect of reforms by Shapley values over all settings of their switches."""
    from dualcarbon.sweep.attribution import attribute as solve

    table = solve(
        scenario,
        listed(reforms) if reforms is not None else None,
        listed(indicators) or None,
        law=rules,
        sets=under(law, set_),
        progress=tell,
        workers=workers,
        cluster=cluster,
    )
    return attribution(table, lang)


def attribution(table: pd.DataFrame, lang: str) -> Answer:
    """What is printed of a table of contributions."""
    rows: list[list[Any]] = []
    for indicator, part in table.groupby("indicator", sort=False):
        name = f"{indicator}, {part['unit'].iloc[0]}"
        columns = [f"reform_{lang}", "alone", "last", "shapley"]
        rows += [[name, *row] for row in part[columns].to_numpy().tolist()]
        rows.append([name, word("total", lang), "", "", float(part["total"].iloc[0])])
    heads = ["indicator", "reform", "alone", "last", "shapley"]
    cost = table[["solves", "seconds"]].head(1).to_dict("records")
    return Answer(
        [Table(word("attribution", lang), heads, rows, 2)],
        json=lambda: records(table),
        csv=table,
        add=("attribution", table),
        remarks=[word("solve_cost", lang, **row) for row in cost],
    )


def macc(
    scenario: Annotated[
        str,
        typer.Argument(
            help="Scenario or file whose power market rules hold.", autocompletion=scenario_names
        ),
    ] = "today",
    shares: Annotated[
        str | None,
        typer.Option(metavar="S,S,...", help="Shares of the last year's emissions to abate."),
    ] = None,
    set_: Sets = None,
    law: Law = None,
    workers: Workers = 1,
    cluster: OnCluster = None,
    lang: str = "en",
    *,
    tell: Tell,
) -> Answer:
    """Tighten one cap over power and energy users and print what the next tonne costs."""
    given = numbers(shares, "--shares")
    from dualcarbon.scenario.documents import load_scenario
    from dualcarbon.sweep.abatement_curve import SHARES, abatement_curve, rising
    from dualcarbon.sweep.executors import executor
    from dualcarbon.sweep.sessions import Sessions

    points = rising(given or SHARES)
    chosen_scenario = load_scenario(scenario, under(law, set_))
    with executor(workers, cluster, tell) as beside:
        tell(f"build the system of {chosen_scenario.name}")
        session = Sessions().of(chosen_scenario)
        package = chosen_scenario.package()
        curve = abatement_curve(session, package, points.tolist(), tell, beside)
    table = curve.table()
    return Answer(
        [_curve(table, lang)], json=lambda: records(table), csv=table, add=("macc", table)
    )


def _curve(table: pd.DataFrame, lang: str) -> Table:
    last = table[table["year"] == table["year"].max()]
    wide = last.pivot_table(index="share", columns="sector", values="abatement_mt", sort=False)
    price = last.groupby("share")["marginal_cost_cny_per_t"].first()
    rows = [
        [f"{share:.0%}", float(price[share]), *map(float, wide.loc[share])] for share in wide.index
    ]
    heads = ["share", "marginal_cost", *(f"{word(str(s), lang)}, Mt" for s in wide.columns)]
    return Table(f"{word('macc', lang)}, {last['year'].iloc[0]}", heads, rows)


def sweep(
    study: Annotated[
        str, typer.Argument(help="A shipped study, or a YAML file.", show_default=False)
    ],
    out: Annotated[
        Path,
        typer.Option(metavar="FOLDER", help="Folder of the results; what is solved there is kept."),
    ] = Path("runs/sweep"),
    set_: Sets = None,
    workers: Workers = 2,
    cluster: OnCluster = None,
    lang: str = "en",
    *,
    tell: Tell,
) -> Answer:
    """Solve scenarios over ranges of any of their fields, going on where it was stopped."""
    from dualcarbon.runs.study import REPORT, run_study

    found = run_study(
        study, out, sets=set_ or [], lang=lang, progress=tell, workers=workers, cluster=cluster
    )
    tables = found.tables
    points, unsolved = len(tables["sweep_points"]), len(found.unsolved)
    shown: list[Table | str] = [_spread(tables["sweep"], lang)]
    if len(tables["sweep_signs"]):
        shown.append(_expected(tables["sweep_signs"], lang))
    if unsolved:
        heads = ["scenario", "sweep.member", "status", "reason"]
        rows = found.unsolved[["scenario", "member", "status", "reason"]].astype(str)
        shown.append(Table(word("sweep.unsolved", lang), heads, rows.to_numpy().tolist(), 4))
    return Answer(
        shown,
        json=lambda: {
            "folder": str(out),
            "points": points,
            "unsolved": unsolved,
            **{name.removeprefix("sweep_"): records(table) for name, table in tables.items()},
        },
        csv=tables["sweep"],
        digits=0,
        remarks=[
            word("sweep.points", lang, points=points, unsolved=unsolved),
            f"{word('folder', lang)}: {out / REPORT}",
        ],
    )


def _spread(table: pd.DataFrame, lang: str) -> Table:
    """Least, median and largest of every indicator over the members."""
    from dualcarbon.report.text import Text

    text, rows = Text(lang), []
    keys = ["scenario", "indicator", "year"]
    for (scenario, indicator, year), part in table.groupby(keys, sort=False, dropna=False):
        unit = str(part["unit"].iloc[0])
        name = text.name("indicator", indicator)
        named = name if unit in ("", "1") else f"{name}, {text.unit(unit).label}"
        ends = [float(part["value"].quantile(q)) * text.unit(unit).factor for q in (0.0, 0.5, 1.0)]
        rows.append([scenario, named, "" if year != year else str(int(year)), *ends])
    heads = ["scenario", "indicator", "year", "sweep.least", "sweep.median", "sweep.most"]
    return Table(word("sweep", lang), heads, rows, 3)


def _expected(table: pd.DataFrame, lang: str) -> Table:
    """Share of the members with the sign that was published."""
    from dualcarbon.report.text import Text

    text = Text(lang)
    rows = [
        [
            f"{row.scenario} – {row.against}",
            text.name("indicator", row.indicator),
            "" if row.year != row.year else str(row.year),
            word(f"sweep.{row.sign}", lang),
            str(row.members),
            "–" if row.share != row.share else f"{row.share:.0%}",
            *(float(v) * text.unit(row.unit).factor for v in (row.low, row.median, row.high)),
        ]
        for row in table.astype({"year": object}).itertuples()
    ]
    own = ("sign", "members", "share", "least", "median", "most")
    heads = ["scenario", "indicator", "year", *(f"sweep.{name}" for name in own)]
    return Table(word("sweep.signs", lang), heads, rows, 6)
