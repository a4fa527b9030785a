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
    ReaderOption,
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

SHOWN = ("PBA", "CBA", "final_production", "income", "EEBT", "shared_lenzen", "TCBA_exportw")
MOST_REGIONS, MOST_PARTS = 20, 8


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
    by: Annotated[
        str | None,
        typer.Option(
            metavar="use|product|industry",
            help="The consumption account by its parts, instead of principles.",
            show_default=False,
        ),
    ] = None,
    regions: RegionsOption = None,
    stressor: StressorOption = None,
    option: ReaderOption = None,
    lang: str = "en",
) -> Answer:
    """Accounts of every region under each principle (meant where no verb is named)."""
    if by is not None and principles is not None:
        raise InputError("the parts are those of CBA", where="--by", allowed="without --principles")
    opened = open_table(table, table_name, path, year, stressor=stressor, options=option)
    at = opened.stressor(stressor)
    unit, factor = _unit(opened, at)
    if by is not None:
        from dualcarbon.responsibility.breakdown import breakdown
        from dualcarbon.responsibility.leontief.system import LeontiefSystem

        found = breakdown(LeontiefSystem.of(opened), by, stressor=stressor) * factor
        gaps: list[str] = []
    else:
        found, gaps = _accounts(opened, _keys(principles), at, factor)
    if per_capita:
        found, unit = found.div(persons(opened), axis=0) * 1e6, "t per head"
    if regions is not None:
        found = found.loc[known(regions, list(found.index), "--regions")]
    if by is not None:
        return _parts(opened, found, by, unit, lang)
    return Answer(
        _tables(opened, found, unit, lang, named=regions is not None or principles is not None),
        json=lambda: _document(opened, found, unit),
        csv=found.reset_index(),
        remarks=gaps,
    )


def _unit(table: InputOutputTable, at: int) -> tuple[str, float]:
    """Unit of the answer, and what one of the table's is in it."""
    from dualcarbon.responsibility.table.gases import GHG, gas_of
    from dualcarbon.responsibility.table.units import CO2E, mass, megatonnes

    name, unit = table.stressors[at], table.stressor_units[at]
    factor = megatonnes(unit, f"stressor '{name}'")
    known = mass(unit)
    gas = CO2E if known and known.equivalent else gas_of(name, unit)
    return (f"Mt {gas}" if gas and gas != GHG else "Mt"), factor


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


def _accounts(
    table: InputOutputTable, keys: tuple[str, ...], at: int, factor: float
) -> tuple[pd.DataFrame, list[str]]:
    """Regions x principles in Mt, from one factorisation, and which do not sum to the world."""
    import pandas as pd

    from dualcarbon.responsibility.leontief.system import LeontiefSystem
    from dualcarbon.responsibility.principles import TOLD, account

    system = LeontiefSystem.of(table)
    columns, gaps = {}, []
    for key in keys:
        found = account(system, key)
        columns[key] = found.values.iloc[:, at] * factor
        if found.gap.iloc[at] > TOLD:
            gaps.append(f"{key}: the regions sum to {found.ratio.iloc[at]:.2f} of the world")
    return pd.DataFrame(columns).rename_axis("region"), gaps


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


def _tables(
    table: InputOutputTable, found: pd.DataFrame, unit: str, lang: str, *, named: bool
) -> list[Table | str]:
    """Regions as rows, principles as columns: the usual ones unless others were asked for."""
    from dualcarbon.responsibility.principles import principle

    shown = found if named else found[[key for key in SHOWN if key in found]]
    remarks = []
    if len(shown.columns) < len(found.columns):
        remarks.append(f"{len(shown.columns)} of {len(found.columns)} principles")
    if not named and len(shown) > MOST_REGIONS:
        shown = shown.loc[shown.iloc[:, 0].nlargest(MOST_REGIONS).index]
        remarks.append(f"{MOST_REGIONS} of {len(found)} regions")
    remark = "; ".join(remarks) + "; all with --format csv" if remarks else ""
    rows = [[str(r), *map(float, line)] for r, line in shown.iterrows()]
    title = f"{dated(table)}, {word(unit, lang)}. {table.source} ({table.grade})"
    titles = (principle(str(key)) for key in shown.columns)
    names = [p.title_zh if lang == "zh" else p.title_en for p in titles]
    colon = "：" if lang == "zh" else ": "
    legend = [f"{key}{colon}{name}" for key, name in zip(shown.columns, names, strict=True)]
    heads = [str(key).replace("_", ", ") for key in shown.columns]
    return [Table(title, ["region", *heads], rows, 1, remark), *legend]


def _parts(table: InputOutputTable, found: pd.DataFrame, by: str, unit: str, lang: str) -> Answer:
    """The parts of consumption: uses as columns, products and industries as rows."""
    title = word(f"by.{by}", lang, where=f"{dated(table)}, {word(unit, lang)}. {table.source}")
    long = found.reset_index().melt("region", var_name="part", value_name="value")
    total = found.sum(axis=1)
    long["share"] = long["value"] / long["region"].map(total)
    long = long.assign(by=by, unit=unit)[["region", "by", "part", "value", "share", "unit"]]
    largest = found.loc[total.nlargest(MOST_REGIONS if by == "use" else MOST_PARTS).index]
    if by == "use":
        wide = largest.assign(**{"in all": total})
        heads = ["region", *map(str, wide.columns)]
        rows = [[str(r), *map(float, line)] for r, line in wide.iterrows()]
    else:
        wide = largest.T
        wide.loc["in all"] = total
        heads = ["part", *map(str, wide.columns)]
        rows = [[word(str(r), lang), *map(float, v)] for r, v in wide.iterrows()]
    left = len(found) - len(largest)
    remark = f"{len(largest)} of {len(found)} regions; all with --format csv" if left else ""
    return Answer(
        [Table(title, heads, rows, 1, remark)],
        json=lambda: {**facts(table), "unit": unit, "by": by, "rows": records(long)},
        csv=long,
    )


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
    from dualcarbon.common.outgoing import write_csv
    from dualcarbon.common.whole import whole
    from dualcarbon.report.html import write_report
    from dualcarbon.report.text import Text
    from dualcarbon.responsibility.tables import report_tables

    tell(f"accounts of {opened.name}")
    tables = report_tables(opened)
    tell("writing")
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, frame in tables.items():
            whole(out / f"{name}.csv", partial(write_csv, frame))
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
