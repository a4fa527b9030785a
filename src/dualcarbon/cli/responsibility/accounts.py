"""``accounts``, ``ranking`` and ``report``: who answers for how much, and who gains from what."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, Table, records, tidy
from dualcarbon.cli.console import Tell, word
from dualcarbon.cli.options import known, listed
from dualcarbon.cli.responsibility.opening import (
    DEFAULT,
    EXAMPLES,
    PathOption,
    RegionsOption,
    StressorOption,
    TableArgument,
    TableOption,
    YearOption,
    app,
    dated,
    facts,
    open_table,
    persons,
)
from dualcarbon.cli.verb import verb
from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.responsibility.table.table import InputOutputTable

MOST_COLUMNS = 8


@verb(app, DEFAULT, examples=EXAMPLES)
def accounts(
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    principles: Annotated[
        str | None,
        typer.Option(
            metavar="A,B|all",
            help="Principles, or mixtures such as 0.3*PBA+0.7*CBA.",
            show_default=False,
        ),
    ] = None,
    per_capita: Annotated[bool, typer.Option("--per-capita", help="Tonnes per head.")] = False,
    regions: RegionsOption = None,
    stressor: StressorOption = None,
    lang: str = "en",
) -> Answer:
    """Accounts of every region under each principle (meant where no verb is named)."""
    opened = open_table(table, table_name, path, year)
    found, unit = _accounts(opened, _keys(principles), stressor), "Mt"
    if per_capita:
        found, unit = found.div(persons(opened), axis=0) * 1e6, "t per head"
    if regions is not None:
        found = found.loc[known(regions, list(found.index), "--regions")]
    return Answer(
        [_table(opened, found, unit, lang, all_regions=regions is not None)],
        json=lambda: _document(opened, found, unit),
        csv=found.reset_index(),
    )


def _keys(principles: str | None) -> tuple[str, ...]:
    from dualcarbon.responsibility.principles import PRINCIPLES, USUAL, principle

    if principles is None:
        return USUAL
    if principles == "all":
        return tuple(PRINCIPLES)
    keys = tuple(listed(principles))
    if not keys:
        raise InputError("no principle named", where="--principles", allowed=PRINCIPLES)
    for key in keys:
        principle(key)
    return keys


def _accounts(table: InputOutputTable, keys: tuple[str, ...], stressor: str | None) -> pd.DataFrame:
    """Regions x principles in Mt, from one factorisation."""
    import pandas as pd

    from dualcarbon.responsibility.leontief.system import LeontiefSystem
    from dualcarbon.responsibility.principles import account
    from dualcarbon.responsibility.table.about import megatonnes

    at = table.stressor(stressor)
    factor = megatonnes(table.stressor_units[at], f"stressor '{table.stressors[at]}'")
    system = LeontiefSystem.of(table)
    columns = {key: account(system, key).values.iloc[:, at] * factor for key in keys}
    return pd.DataFrame(columns).rename_axis("region")


def _document(table: InputOutputTable, found: pd.DataFrame, unit: str) -> dict[str, Any]:
    from dualcarbon.responsibility.principles import principle

    said = ("title_en", "title_zh", "equation", "source", "sums_to")
    about = {key: principle(str(key)) for key in found.columns}
    return {
        **facts(table),
        "unit": unit,
        "principles": {key: {name: getattr(p, name) for name in said} for key, p in about.items()},
        "rows": records(found.reset_index()),
    }


def _table(
    table: InputOutputTable, found: pd.DataFrame, unit: str, lang: str, *, all_regions: bool
) -> Table:
    """Principles as rows, regions as columns: the largest ones unless they were named."""
    from dualcarbon.responsibility.principles import principle

    columns, remark = found, ""
    if not all_regions and len(found) > MOST_COLUMNS:
        columns = found.loc[found.iloc[:, 0].nlargest(MOST_COLUMNS).index]
        remark = f"{MOST_COLUMNS} of {len(found)} regions; all with --format csv"
    rows = []
    for key in columns.columns:
        about = principle(str(key))
        name = about.title_zh if lang == "zh" else about.title_en
        rows.append([key, name, *(float(value) for value in columns[key])])
    title = f"{dated(table)}, {word(unit, lang)}. {table.source} ({table.grade})"
    return Table(title, ["key", "principle", *map(str, columns.index)], rows, 2, remark)


@verb(
    app,
    examples=(
        "dualcarbon responsibility ranking",
        "dualcarbon responsibility ranking --gain-from CBA",
    ),
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
    lang: str = "en",
) -> Answer:
    """Who gains from which principle, against the territorial account and at equal totals."""
    opened = open_table(table, table_name, path, year)
    from dualcarbon.responsibility.leontief.system import LeontiefSystem
    from dualcarbon.responsibility.principles import accounts as accounts_of
    from dualcarbon.responsibility.principles import principle
    from dualcarbon.responsibility.ranking import gainers
    from dualcarbon.responsibility.tables.accounts import DISTINCT, accounts_table, ranking_table

    system, unit = LeontiefSystem.of(opened), opened.stressor_units[0]
    where = f"{opened.name}. {opened.source} ({opened.grade})"
    if gain_from is not None:
        principle(gain_from)
        names = list(dict.fromkeys(["PBA", gain_from]))
        frame = gainers(accounts_of(system, names), gain_from).reset_index()
        frame["percent"] = 100 * frame["change_share"]
        title = word("ranking.gain_from", lang, principle=gain_from, where=where)
        heads = {"region": "region", "base": f"territorial, {unit}"}
        heads |= {"change": f"change, {unit}", "percent": "change, %"}
        return tidy(frame, title, heads, about={})
    frame = ranking_table(accounts_table(system, DISTINCT))
    for column in ("best", "worst"):
        frame[f"{column}_percent"] = 100 * frame[f"{column}_change"]
    heads = {f"{name}_{lang}": f"ranking.{name}" for name in ("region", "best", "worst")}
    heads |= {"base": f"{word('ranking.territorial', lang)}, {unit}"}
    heads |= {
        f"{name}_percent": f"{word(f'ranking.{name}_change', lang)}, %"
        for name in ("best", "worst")
    }
    return tidy(frame, word("ranking.title", lang, where=where), heads, text=3, about={})


@verb(
    app,
    examples=("dualcarbon responsibility report --out runs/responsibility --lang zh",),
    tables=False,
)
def report(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the page and the tables.")],
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    lang: str = "en",
    *,
    tell: Tell,
) -> Path:
    """Write the HTML page and its tables (CSV), and print the path of the page."""
    opened = open_table(table, table_name, path, year)
    from dualcarbon.report.export import whole
    from dualcarbon.report.html import write_report
    from dualcarbon.report.text import Text
    from dualcarbon.responsibility.tables import report_tables

    tell(f"accounts of {opened.name}")
    tables = report_tables(opened)
    tell("writing")
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, frame in tables.items():
            whole(out / f"{name}.csv", partial(frame.to_csv, index=False))
    except OSError as error:
        raise InputError(f"cannot write: {error.strerror}", where=str(out)) from error
    meta: dict[str, object] = {
        f"title_{one}": Text(one)("page.title_responsibility") for one in LANGUAGES
    }
    return write_report(
        tables, out / "report.html", lang=lang, meta=meta | about(opened.name, lang)
    )


def about(name: str, lang: str) -> dict[str, object]:
    """What the page says of itself: the command and the embedded tables that it rests on."""
    from dualcarbon import datasets

    return {
        "command": f"dualcarbon responsibility report --out runs/responsibility --lang {lang}",
        "datasets": [
            "national_emissions",
            "national_vintages",
            "gdp",
            "carbon_budgets",
            "footprint_deciles",
            "published_accounts",
            *(name for name in datasets.matrix_names() if name.startswith("io_")),
        ],
        "table": name,
        "footer": "page.footer_responsibility",
    }
