"""``dualcarbon attribute``: what each reform of a package contributes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.console import (
    FORMATS,
    chosen,
    errors,
    example,
    language,
    print_json,
    progress,
    word,
)

if TYPE_CHECKING:
    import pandas as pd

EXAMPLE = example(
    "dualcarbon attribute teaching --reforms linked,merit_order,free_trade",
    "dualcarbon attribute teaching --indicators co2_mt,system_cost_bn_cny_2030 --format json",
)


def attribute(
    scenario: Annotated[str, typer.Argument(help="Base: a shipped scenario or a file.")] = "today",
    reforms: Annotated[
        str | None,
        typer.Option(metavar="A,B,...", help="Reforms, scenarios or files; five by default."),
    ] = None,
    indicators: Annotated[
        str | None,
        typer.Option(metavar="I,J,...", help="Indicators, e.g. co2_mt_2030; the main ones."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change the base, e.g. regions=grids."),
    ] = None,
    lang: Annotated[str, typer.Option(metavar="zh|en", help="Language.")] = "en",
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json", help="What is printed.")
    ] = "table",
    add_to: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Run folder whose tables and report get the result."),
    ] = None,
    workers: Annotated[
        int, typer.Option(metavar="1|2", min=1, max=2, help="Processes that share the settings.")
    ] = 2,
) -> None:
    """Attribute the effect of reforms by Shapley values over all settings of their switches."""
    language(lang)
    chosen(format_, FORMATS, "--format")
    from dualcarbon.cli.adding import checked_folder, with_table
    from dualcarbon.sweep.attribution.attributing import attribute as solve

    checked_folder(add_to)
    with progress() as tell:
        table = solve(
            scenario,
            named(reforms) if reforms is not None else None,
            named(indicators) or None,
            sets=set_ or [],
            progress=tell,
            workers=workers,
        )
    with_table(add_to, "attribution", table)
    if format_ == "json":
        print_json(table.to_dict("records"))
    else:
        _show(table, lang)


def named(text: str | None) -> list[str]:
    """Names of a list with commas."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _show(table: pd.DataFrame, lang: str) -> None:
    from dualcarbon.cli.layout import show

    rows: list[list[Any]] = []
    for indicator, part in table.groupby("indicator", sort=False):
        name = f"{indicator}, {part['unit'].iloc[0]}"
        columns = [f"reform_{lang}", "alone", "last", "shapley"]
        rows += [[name, *row] for row in part[columns].to_numpy().tolist()]
        rows.append([name, word("total", lang), "", "", float(part["total"].iloc[0])])
    heads = [word(h, lang) for h in ("indicator", "reform", "alone", "last", "shapley")]
    show(word("attribution", lang), heads, rows, text_columns=2)
    if len(table):
        cost = word("solve_cost", lang).format(
            solves=table["solves"].iloc[0], seconds=table["seconds"].iloc[0]
        )
        errors().print(cost, markup=False)
