"""``roads``: when a region is neutral by production, by consumption, and as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dualcarbon.cli.answer import Answer, Table, records
from dualcarbon.cli.console import Tell, word
from dualcarbon.cli.responsibility.opening import (
    PathOption,
    TableOption,
    YearOption,
    app,
    open_table,
)
from dualcarbon.cli.verb import verb
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

SHOWN = (2011, 2022, 2024, 2030, 2035, 2040, 2050, 2060, 2070)


@verb(
    app,
    examples=(
        "dualcarbon responsibility roads",
        "dualcarbon responsibility roads USA",
        "dualcarbon responsibility roads --run runs/main --scenario complete",
    ),
)
def roads(
    region: Annotated[str, typer.Argument(metavar="CHN", help="Of the table.")] = "CHN",
    run: Annotated[
        str | None,
        typer.Option(
            metavar="RUN|SCENARIO",
            help="Markets whose emissions China's path follows; by default its targets.",
            show_default=False,
        ),
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of the run; by default its first.", show_default=False),
    ] = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    lang: str = "en",
    *,
    tell: Tell,
) -> Answer:
    """Roads to neutrality: at home on the markets' path or targets, imports on the partners'."""
    from dualcarbon.datasets.countries import among
    from dualcarbon.responsibility.leontief.system import LeontiefSystem
    from dualcarbon.responsibility.tables.roads import roads_tables

    opened = open_table(table_name, None, path, year)
    region = among(region, opened.regions)
    given, home = _markets(run, scenario, opened.regions, tell)
    found = roads_tables(LeontiefSystem.of(opened), [region], given=given, home_path=home)
    neutrality = found["responsibility_neutrality"]
    first = neutrality.iloc[0]
    words = {"region": first[f"region_{lang}"], "source": first["source"], "grade": first["grade"]}
    title = word("roads", lang, **words)
    heads = ["road", "last observed, Mt", "5 % left from", "neutral from"]
    rows = [
        [word(f"road.{r.road}", lang), float(r.level_mt), *map(_year, (r.nearly, r.neutral))]
        for r in neutrality.itertuples()
    ]
    wide = found["responsibility_roads"].pivot(index="year", columns="road", values="mt")
    years = [y for y in SHOWN if y in wide.index]
    parts = list(neutrality["road"])
    paths = [[str(y), *(float(wide.loc[y, p]) for p in parts)] for y in years]
    path_heads = ["year", *(f"{word(f'road.{p}', lang)}, Mt" for p in parts)]
    targets = found["responsibility_targets"]
    shown: list[Table | str] = [
        Table(title, heads, rows, 1),
        Table(word("roads.paths", lang), path_heads, paths, 1),
        _targets(targets, lang),
        word("roads.assumptions", lang, year=opened.year),
    ]
    return Answer(
        shown,
        json=lambda: {
            "region": region, "source": str(neutrality["source"].iloc[0]), "grade": "D",
            "rows": records(neutrality), "paths": records(found["responsibility_roads"]),
            "targets": records(targets),
        },
        csv=found["responsibility_roads"],
    )  # fmt: skip


def _markets(
    run: str | None, scenario: str | None, regions: tuple[str, ...], tell: Tell
) -> tuple[dict[str, pd.Series] | None, str]:
    """China's emissions by year of a run, and what to call them."""
    if run is None:
        if scenario is not None:
            raise InputError("only with --run", where="--scenario")
        return None, ""
    from dualcarbon.cli.opening import open_run
    from dualcarbon.datasets.countries import among
    from dualcarbon.responsibility.roads import of_run

    name, series = of_run(open_run(run, tell).tables, scenario)
    return {among("CHN", regions): series}, f"China: markets of {run}, {name}"


def _targets(table: pd.DataFrame, lang: str) -> Table:
    """The targets with their grades."""
    rows = [
        [
            r[f"region_{lang}"],
            _year(r["target_year"]),
            "" if r["left_low"] != r["left_low"] else 100 * (r["left_low"] + r["left_high"]) / 2,
            r["base"].removesuffix(".0"),
            _year(r["net_zero"]),
            word(r["status"], lang),
            r["grade"],
        ]
        for _, r in table.iterrows()
    ]
    heads = ["region", "year", "left, %", "base year", "net zero", "status", "grade"]
    return Table(word("roads.targets", lang), heads, rows, 1)


def _year(value: object) -> str:
    return "–" if str(value) in ("<NA>", "nan") else str(int(float(str(value))))
