"""``dualcarbon recycle``: who gains from the uses of revenue raised at a border."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dualcarbon.cli.console import FORMATS, chosen, example, language, print_json
from dualcarbon.errors import InputError

EXAMPLE = example(
    "dualcarbon recycle --charge China=520 --charge India=310 --share returned=0.75",
)


def recycle(
    charge: Annotated[
        list[str],
        typer.Option(metavar="ORIGIN=AMOUNT", help="Charge on an origin, millions; repeatable."),
    ],
    importer: Annotated[str, typer.Option(help="Region that levies the charge.")] = "EU",
    borne: Annotated[float, typer.Option(help="Share of the charge that exporters bear.")] = 1.0,
    share: Annotated[
        list[str] | None,
        typer.Option(metavar="USE=SHARE", help="Share of revenue put to a use; repeatable."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an HTML page as well.")
    ] = None,
    lang: Annotated[str, typer.Option(metavar="zh|en", help="Language of the page.")] = "en",
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json", help="What is printed.")
    ] = "table",
) -> None:
    """Net receipts by party under each use of border revenue, millions; each use nets to zero."""
    chosen(format_, FORMATS, "--format")
    language(lang)
    from dualcarbon.international.recycling import Border, report_tables

    border = Border(
        _pairs(charge, "--charge"),
        importer,
        borne_by_exporters=borne,
        shares=_pairs(share or [], "--share"),
    )
    tables = report_tables(border)
    if report is not None:
        from dualcarbon.report.html import write_report

        meta = {"title_en": "Revenue from the border", "title_zh": "边境收入的使用"}
        write_report(tables, report, lang=lang, meta=meta)
        typer.echo(report, err=True)
    wide = tables["recycling_net"].pivot(index="party", columns="use", values="million")
    wide = wide[list(dict.fromkeys(tables["recycling_net"]["use"]))]
    if format_ == "json":
        print_json({"revenue": border.revenue, "net": wide.to_dict("index")})
        return
    from dualcarbon.cli.layout import show

    heads = ["party", *(name.replace("_", " ") for name in wide.columns)]
    rows = [[party, *(float(v) for v in values)] for party, *values in wide.itertuples()]
    show(f"Net receipts of {border.revenue:,.0f} million by use", heads, rows)


def _pairs(words: list[str], option: str) -> dict[str, float]:
    found = {}
    for word in words:
        name, _, value = word.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError as error:
            raise InputError(f"'{word}' is not NAME=NUMBER", where=option) from error
    return found
