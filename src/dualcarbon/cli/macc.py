"""``dualcarbon macc``: the marginal abatement cost curve of the whole system."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.attribute import named
from dualcarbon.cli.console import FORMATS, chosen, example, language, print_json, progress, word
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

EXAMPLE = example(
    "dualcarbon macc teaching", "dualcarbon macc teaching --shares 0.1,0.3 --format json"
)


def macc(
    scenario: Annotated[
        str, typer.Argument(help="Scenario or file whose power market rules hold.")
    ] = "today",
    shares: Annotated[
        str | None,
        typer.Option(metavar="S,S,...", help="Shares of the last year's emissions to abate."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change one value, e.g. regions=grids."),
    ] = None,
    lang: Annotated[str, typer.Option(metavar="zh|en", help="Language.")] = "en",
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json", help="What is printed.")
    ] = "table",
    add_to: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Run folder whose tables and report get the result."),
    ] = None,
) -> None:
    """Tighten one cap over power and energy users and print what the next tonne costs."""
    language(lang)
    chosen(format_, FORMATS, "--format")
    given = numbers(shares, "--shares")
    from dualcarbon.cli.adding import checked_folder, with_table
    from dualcarbon.scenario.load import load_scenario
    from dualcarbon.sweep.abatement_curve import SHARES, abatement_curve, rising
    from dualcarbon.sweep.sessions import Sessions

    checked_folder(add_to)
    points = rising(given or SHARES)
    chosen_scenario = load_scenario(scenario, set_ or [])
    with progress() as tell:
        tell(f"build the system of {chosen_scenario.name}")
        session = Sessions().of(chosen_scenario)
        curve = abatement_curve(session, chosen_scenario.package(), points.tolist(), tell)
    table = curve.table()
    with_table(add_to, "macc", table)
    if format_ == "json":
        print_json(table.to_dict("records"))
    else:
        _show(table, lang)


def numbers(text: str | None, option: str) -> list[float]:
    """Numbers of a list with commas.

    Raises:
        InputError: one is no number.
    """
    try:
        return [float(part) for part in named(text)]
    except ValueError:
        raise InputError(f"cannot read '{text}'", where=option, allowed="e.g. 0.1,0.2") from None


def _show(table: pd.DataFrame, lang: str) -> None:
    from dualcarbon.cli.layout import show

    last = table[table["year"] == table["year"].max()]
    wide = last.pivot_table(index="share", columns="sector", values="abatement_mt", sort=False)
    price = last.groupby("share")["marginal_cost_cny_per_t"].first()
    rows: list[list[Any]] = [
        [f"{share:.0%}", float(price[share]), *map(float, wide.loc[share])] for share in wide.index
    ]
    heads = [word("share", lang), word("marginal_cost", lang)]
    heads += [f"{word(str(sector), lang)}, Mt" for sector in wide.columns]
    show(f"{word('macc', lang)}, {last['year'].iloc[0]}", heads, rows)
