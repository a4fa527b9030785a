"""``dualcarbon responsibility``: who answers for emissions under each principle."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dualcarbon.cli import (
    responsibility_quality,
    responsibility_ranking,
    responsibility_reading,
    responsibility_report,
    responsibility_rights,
    responsibility_series,
    responsibility_tables,
    responsibility_what_if,
)
from dualcarbon.cli.console import FORMATS, chosen, errors, example, language, print_json, word
from dualcarbon.cli.responsibility_group import DEFAULT, DefaultVerb
from dualcarbon.cli.responsibility_table import (
    PathOption,
    StressorOption,
    TableArgument,
    TableOption,
    YearOption,
    dated,
    open_table,
    persons,
)
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.responsibility.table.table import InputOutputTable

EXAMPLE = example(
    "dualcarbon responsibility",
    "dualcarbon responsibility --principles PBA,CBA,income --regions CHN,USA --per-capita",
)
MOST_COLUMNS = 8

app = typer.Typer(
    help="Who answers for emissions: accounts by region under each principle.",
    cls=DefaultVerb,
    no_args_is_help=False,
    rich_markup_mode=None,
)


@app.command(DEFAULT, epilog=EXAMPLE)
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
    regions: Annotated[
        str | None, typer.Option(metavar="CHN,USA", help="By default all.", show_default=False)
    ] = None,
    stressor: StressorOption = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="table|csv|json", help="What is printed.")
    ] = "table",
    lang: Annotated[str, typer.Option(metavar="zh|en", help="Language of titles.")] = "en",
) -> None:
    """Accounts of every region under each principle (meant where no verb is named)."""
    chosen(format_, (*FORMATS, "csv"), "--format")
    language(lang)
    opened = open_table(table, table_name, path, year)
    keys = _keys(principles)
    found = _accounts(opened, keys, stressor)
    unit = "Mt"
    if per_capita:
        found, unit = found.div(persons(opened), axis=0) * 1e6, "t per head"
    shown = _chosen_regions(found, regions)
    if format_ == "csv":
        shown.to_csv(sys.stdout, float_format="%.10g")
    elif format_ == "json":
        _print_json(opened, shown, unit)
    else:
        _show(opened, shown, unit, lang, all_regions=regions is not None)


def _keys(principles: str | None) -> tuple[str, ...]:
    from dualcarbon.responsibility.principles import PRINCIPLES, USUAL, principle

    if principles is None:
        return USUAL
    if principles == "all":
        return tuple(PRINCIPLES)
    keys = tuple(part.strip() for part in principles.split(",") if part.strip())
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
    from dualcarbon.responsibility.table.units import megatonnes

    at = table.stressor(stressor)
    factor = megatonnes(table.stressor_units[at], f"stressor '{table.stressors[at]}'")
    system = LeontiefSystem.of(table)
    columns = {}
    for key in keys:
        columns[key] = account(system, key).values.iloc[:, at] * factor
    return pd.DataFrame(columns).rename_axis("region")


def _chosen_regions(found: pd.DataFrame, regions: str | None) -> pd.DataFrame:
    if regions is None:
        return found
    wanted = [part.strip() for part in regions.split(",") if part.strip()]
    for region in wanted:
        if region not in found.index:
            raise unknown_name("region", region, list(found.index), where="--regions")
    return found.loc[wanted]


def _print_json(table: InputOutputTable, shown: pd.DataFrame, unit: str) -> None:
    from dualcarbon.responsibility.principles import principle

    about = {key: principle(str(key)) for key in shown.columns}
    print_json(
        {
            "table": table.name,
            "year": table.year,
            "source": table.source,
            "grade": table.grade,
            "unit": unit,
            "principles": {
                key: {
                    "title_en": p.title_en,
                    "title_zh": p.title_zh,
                    "equation": p.equation,
                    "source": p.source,
                    "sums_to": p.sums_to,
                }
                for key, p in about.items()
            },
            "rows": shown.reset_index().to_dict("records"),
        }
    )


def _show(
    table: InputOutputTable, shown: pd.DataFrame, unit: str, lang: str, *, all_regions: bool
) -> None:
    """Principles as rows, regions as columns: the largest ones unless they were named."""
    from dualcarbon.cli.layout import show
    from dualcarbon.responsibility.principles import principle

    columns = shown
    if not all_regions and len(shown) > MOST_COLUMNS:
        largest = shown.iloc[:, 0].nlargest(MOST_COLUMNS).index
        columns = shown.loc[largest]
        errors().print(
            f"{MOST_COLUMNS} of {len(shown)} regions; all with --format csv", markup=False
        )
    rows = []
    for key in columns.columns:
        about = principle(str(key))
        name = about.title_zh if lang == "zh" else about.title_en
        rows.append([key, name, *(float(value) for value in columns[key])])
    heads = [word("key", lang), word("principle", lang)]
    title = f"{dated(table)}, {unit}. {table.source} ({table.grade})"
    show(title, [*heads, *map(str, columns.index)], rows, text_columns=2)


# Further verbs register here, one line each.
app.command("quality", epilog=responsibility_quality.EXAMPLE)(responsibility_quality.quality)
app.command("flows", epilog=responsibility_reading.FLOWS_EXAMPLE)(responsibility_reading.flows)
app.command("decompose", epilog=responsibility_reading.DECOMPOSE_EXAMPLE)(
    responsibility_reading.decompose
)
app.command("paths", epilog=responsibility_reading.PATHS_EXAMPLE)(responsibility_reading.paths)
app.command("tiers", epilog=responsibility_rights.TIERS_EXAMPLE)(responsibility_rights.tiers)
app.command("budgets", epilog=responsibility_rights.BUDGETS_EXAMPLE)(responsibility_rights.budgets)
app.command("series", epilog=responsibility_series.EXAMPLE)(responsibility_series.series)
app.command("ranking", epilog=responsibility_ranking.RANKING_EXAMPLE)(
    responsibility_ranking.ranking
)
app.command("cumulative", epilog=responsibility_ranking.CUMULATIVE_EXAMPLE)(
    responsibility_ranking.cumulative
)
app.command("extract", epilog=responsibility_what_if.EXTRACT_EXAMPLE)(
    responsibility_what_if.extract
)
app.command("uncertainty", epilog=responsibility_what_if.UNCERTAINTY_EXAMPLE)(
    responsibility_what_if.uncertainty
)
app.command("report", epilog=responsibility_report.EXAMPLE)(responsibility_report.report)
app.command("tables", epilog=responsibility_tables.TABLES_EXAMPLE)(responsibility_tables.tables)
app.command("convert", epilog=responsibility_tables.CONVERT_EXAMPLE)(responsibility_tables.convert)
