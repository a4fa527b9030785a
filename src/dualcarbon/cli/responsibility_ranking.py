"""``dualcarbon responsibility ranking | cumulative``: who gains, and what has added up."""

from __future__ import annotations

from typing import Annotated

import typer

from dualcarbon.cli.console import example, language, word
from dualcarbon.cli.responsibility_print import FormatOption, check_format, emit, listed
from dualcarbon.cli.responsibility_table import (
    PathOption,
    TableArgument,
    TableOption,
    YearOption,
    open_table,
)

RANKING_EXAMPLE = example(
    "dualcarbon responsibility ranking", "dualcarbon responsibility ranking --gain-from CBA"
)
CUMULATIVE_EXAMPLE = example(
    "dualcarbon responsibility cumulative CHN,USA,IND --start 1850",
    "dualcarbon responsibility cumulative CHN,USA --start 1990 --basis consumption",
)


def ranking(
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    gain_from: Annotated[
        str | None,
        typer.Option(metavar="PRINCIPLE", help="Order of the gainers.", show_default=False),
    ] = None,
    lang: Annotated[str, typer.Option(metavar="zh|en", help="Language of names.")] = "en",
    format_: FormatOption = "table",
) -> None:
    """Who gains from which principle, against the territorial account and at equal totals."""
    check_format(format_)
    language(lang)
    opened = open_table(table, table_name, path, year)
    from dualcarbon.responsibility.leontief.system import LeontiefSystem
    from dualcarbon.responsibility.principles import accounts, principle
    from dualcarbon.responsibility.ranking import gainers
    from dualcarbon.responsibility.tables.accounts import DISTINCT, accounts_table, ranking_table

    system, unit = LeontiefSystem.of(opened), opened.stressor_units[0]
    where = f"{opened.name}. {opened.source} ({opened.grade})"
    if gain_from is not None:
        principle(gain_from)
        names = list(dict.fromkeys(["PBA", gain_from]))
        frame = gainers(accounts(system, names), gain_from).reset_index()
        frame["percent"] = 100 * frame["change_share"]
        title = f"gain (below 0) from '{gain_from}' against the territorial account. {where}"
        heads = {"region": "region", "base": f"territorial, {unit}"}
        heads |= {"change": f"change, {unit}", "percent": "change, %"}
        emit(frame, format_, title, heads)
        return
    frame = ranking_table(accounts_table(system, DISTINCT))
    for column in ("best", "worst"):
        frame[f"{column}_percent"] = 100 * frame[f"{column}_change"]
    heads = {
        f"{name}_{lang}": word(f"ranking.{name}", lang) for name in ("region", "best", "worst")
    }
    heads |= {"base": f"{word('ranking.territorial', lang)}, {unit}"}
    heads |= {
        f"{name}_percent": f"{word(f'ranking.{name}_change', lang)}, %"
        for name in ("best", "worst")
    }
    emit(frame, format_, word("ranking.title", lang, where=where), heads, text_columns=3)


def cumulative(
    regions: Annotated[
        str, typer.Argument(metavar="CHN,USA", help="ISO 3 codes, EU27 or WLD.")
    ] = "CHN,USA,EU27,IND",
    start: Annotated[int, typer.Option(metavar="YYYY", help="First year.")] = 1850,
    end: Annotated[int, typer.Option(metavar="YYYY", help="Last year.")] = 2022,
    basis: Annotated[
        str, typer.Option(metavar="territorial|consumption", help="Consumption from 1990.")
    ] = "territorial",
    format_: FormatOption = "table",
) -> None:
    """Emissions since any year, in all and per head in three definitions that are named apart."""
    check_format(format_)
    from dualcarbon.responsibility.history import national
    from dualcarbon.responsibility.history.per_head import (
        DEFINITIONS,
        cumulative_per_head,
    )
    from dualcarbon.responsibility.history.per_head import cumulative as cumulative_of
    from dualcarbon.responsibility.history.series import history

    wanted = listed(regions, "REGIONS")
    emissions, people = history(wanted, basis=basis)
    frame = (cumulative_of(emissions, start, end) / 1000).rename("total_gt").to_frame()
    for name in DEFINITIONS:
        frame[name] = cumulative_per_head(emissions, people, name, start, end)
    frame = frame.rename_axis("region").reset_index()
    title = f"{basis} CO2 of {start}-{end}, Global Carbon Budget {national.LATEST} (B)"
    heads = {"region": "region", "total_gt": "in all, Gt"}
    heads |= {k: f"{d.title_en}, t" for k, d in DEFINITIONS.items()}
    about = {"basis": basis, "start": start, "end": end}
    about |= {"definitions": {k: d.formula for k, d in DEFINITIONS.items()}}
    emit(frame, format_, title, heads, about=about)
