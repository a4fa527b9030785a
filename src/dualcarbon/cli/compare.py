"""``dualcarbon compare``: what changes from one run to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.console import FORMATS, chosen, example, language, print_json, progress, word
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.runs.result import Run

EXAMPLE = example("dualcarbon compare teaching teaching_link")
HELP = "Run folder, FOLDER:SCENARIO, or a scenario to solve."


def compare(
    first: Annotated[str, typer.Argument(metavar="RUN", help=HELP, show_default=False)],
    second: Annotated[str, typer.Argument(metavar="RUN", help=HELP, show_default=False)],
    lang: Annotated[str, typer.Option(metavar="zh|en", help="Language.")] = "en",
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json", help="What is printed.")
    ] = "table",
) -> None:
    """Compare the headline figures of two runs, by scenario and year."""
    language(lang)
    chosen(format_, FORMATS, "--format")
    from dualcarbon.cli.opening import open_run

    with progress() as tell:
        runs = open_run(first, tell), open_run(second, tell)
    table = comparison(*runs)
    if format_ == "json":
        print_json([_plain(row) for row in table.to_dict("records")])
        return
    from dualcarbon.cli.layout import show

    heads = ["scenario", "year", "indicator", "unit", "first", "second", "change", "change_pct"]
    rows = [[str(v) if k == "year" else v for k, v in row.items()] for row in _rows(table, heads)]
    show(word("compare", lang), [word(h, lang) for h in heads], rows, text_columns=4)


def comparison(first: Run, second: Run) -> pd.DataFrame:
    """Indicators of two runs side by side with their difference.

    Scenarios of the same name are compared; two runs of one scenario each are compared anyway.

    Raises:
        InputError: the runs have neither scenarios nor years in common.
    """
    left, right = first.tables["indicators"], second.tables["indicators"]
    if len(first.scenarios) == len(second.scenarios) == 1:
        names = dict.fromkeys((*first.scenarios, *second.scenarios))
        joined = " → ".join(names)
        left, right = left.assign(scenario=joined), right.assign(scenario=joined)
    keys = ["scenario", "year", "indicator", "unit"]
    table = left.merge(right, on=keys, suffixes=("_first", "_second"))
    if table.empty:
        raise InputError(
            "the runs share no scenario and year: "
            f"{', '.join(first.scenarios)} and {', '.join(second.scenarios)}",
            allowed="runs of the same scenarios, or FOLDER:SCENARIO",
        )
    table = table.rename(columns={"value_first": "first", "value_second": "second"})
    table["change"] = table["second"] - table["first"]
    table["change_pct"] = 100 * table["change"] / table["first"].abs().where(table["first"] != 0)
    return table


def _rows(table: pd.DataFrame, heads: list[str]) -> list[dict[str, Any]]:
    return [dict(row) for row in table[heads].to_dict("records")]


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(k): None if v != v else v for k, v in row.items()}
