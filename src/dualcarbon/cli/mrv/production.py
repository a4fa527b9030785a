"""Reports of plants: the sheet to fill in, calculation, checks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dualcarbon.cli.answer import Answer, Table, records, tidy
from dualcarbon.cli.cbam.shipments import check_target
from dualcarbon.cli.comply.group import put, write_form, written
from dualcarbon.cli.console import word
from dualcarbon.cli.mrv.group import (
    SOME_BAD,
    TEMPLATE,
    Data,
    OneGuide,
    PlanFile,
    Sector,
    app,
    batch_of,
    write,
)
from dualcarbon.cli.options import pairs
from dualcarbon.cli.verb import verb
from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import InputError, unknown_name

PAGE = ".html"

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.mrv import Batch, Check, Report


@verb(
    app,
    examples=(TEMPLATE, "dualcarbon mrv template cement --lang zh", "dualcarbon mrv template plan"),
    tables=False,
)
def template(
    kind: Annotated[
        str,
        typer.Argument(
            help="Sheet of a sector: power, cement, aluminium, steel; or plan, findings, load, "
            "purchases, project."
        ),
    ] = "power",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A sheet: csv or xlsx.", show_default=False)
    ] = None,
    lang: str = "en",
) -> Path:
    """Write a file to fill in, with an example; sheets of plants in English or Chinese."""
    from dualcarbon import mrv
    from dualcarbon.cli.mrv.examples import EXAMPLES
    from dualcarbon.mrv.guides import SECTORS

    if kind not in (*SECTORS, *EXAMPLES):
        raise unknown_name("template", kind, (*SECTORS, *EXAMPLES))
    name, text = EXAMPLES.get(kind, (f"{kind}.xlsx", ""))
    path = out or Path(name)
    if path.exists():
        raise InputError("exists already", where=str(path))
    if kind in EXAMPLES:
        ending = Path(name).suffix
        if path.suffix.lower() != ending:
            raise unknown_name("kind of file", path.suffix, (ending,), where=str(path))
        return written(lambda: put(path, text), path)
    check_target(path)
    sheets = {word("mrv.sheet", lang): mrv.template(kind, lang)}
    if path.suffix.lower() == ".xlsx":
        sheets[word("mrv.allowed", lang)] = mrv.allowed(lang)
    return write(sheets, path)[0]


@verb(app, examples=("dualcarbon mrv calculate plant.xlsx --price 98.32 --out report.xlsx",))
def calculate(
    file: Data,
    sector: Sector = None,
    guide_: OneGuide = None,
    plans: PlanFile = None,
    price: Annotated[
        float | None, typer.Option(metavar="CNY", help="Allowance price, to cost defaults, CNY/t.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write all tables, csv or xlsx; of one plant a page, html."
        ),
    ] = None,
    lang: str = "en",
) -> Answer:
    """Compute the reports of the plants in a sheet, and what their defaults cost.

    What is wrong with one plant does not stop the others. Exit code 0: all were computed; 1: some
    could not be; 2: the file cannot be used or no plant could be computed; nothing is written.
    """
    from dualcarbon.compliance import plant_form
    from dualcarbon.mrv.report import document, lines_table, totals_table, used_table

    if price is not None and not price >= 0:
        raise InputError(f"{price:g} is no price", where="--price", allowed="at least 0")
    page = out is not None and out.suffix.lower() == PAGE
    if out is not None and not page:
        check_target(out)
    batch = batch_of(file, sector, guide_, plans)
    if page and len(batch.reports) + len(batch.errors) > 1:
        raise InputError("a page is of one plant and year", where="--out", allowed="csv or xlsx")
    lines, totals = lines_table(batch.reports, price), totals_table(batch.reports)
    tables = {"mrv_totals": totals, "mrv_lines": lines, "mrv_used": used_table(batch.reports)}
    bad = list(batch.errors.values())
    tables["mrv_errors"] = _errors(batch)
    if out is None:
        written = []
    elif page:
        form = plant_form(batch.reports[0], price=price, lang=lang)
        written = [write_form(form, out)]
    else:
        written = write(tables, out)
    return Answer(
        [_summary(batch.reports, lang), *_defaults(lines, lang), word("mrv.scope", lang)],
        json=lambda: {
            "reports": [document(one) for one in batch.reports],
            "lines": records(lines),
            "errors": dict(batch.errors),
        },
        csv=totals,
        remarks=[*bad, *(f"written: {path}" for path in written)],
        failure=typer.Exit(SOME_BAD) if bad else None,
    )


def _summary(reports: Sequence[Report], lang: str) -> Table:
    heads = [
        "plant",
        "year",
        "guide",
        "obligation, t",
        "exact, t",
        "all direct, t",
        "bought, t",
        "by default, %",
    ]
    rows = [
        [
            one.plant,
            one.year,
            one.guide.key,
            one.obligation,
            float(one.total()),
            float(one.total("enterprise")),
            float(one.total("indirect")),
            float(100 * one.tiers().get("default", 0)),
        ]
        for one in reports
    ]
    return Table(word("mrv.reports", lang), heads, rows, 3)


def _defaults(lines: pd.DataFrame, lang: str) -> list[Table]:
    """What each item's defaults cost against the measured neighbour."""
    from dualcarbon.mrv.sheets import said

    used = lines[(lines["defaults"] != "") & (lines["process"] != "bought")]
    if used.empty:
        return []
    sums = used.groupby(["plant", "item", "defaults"], sort=False)[
        ["tco2", "default_t", "default_cny"]
    ]
    rows = [
        [
            key[0],
            said("item", key[1], lang),
            ", ".join(said("parameter", p, lang) for p in key[2].split(", ")),
            float(row["tco2"]),
            *(None if row[c] != row[c] else float(row[c]) for c in ("default_t", "default_cny")),
        ]
        for key, row in zip(sums.groups, sums.sum(min_count=1).to_dict("records"), strict=True)
    ]
    heads = ["plant", "item", "defaults", "emissions, t", "more than measured, t", "more, CNY"]
    return [Table(word("mrv.defaults", lang), heads, rows, 3, word("mrv.no_neighbour", lang))]


@verb(app, examples=("dualcarbon mrv check plant.xlsx --signed 'Plant A=44335'",))
def check(
    file: Data,
    sector: Sector = None,
    guide_: OneGuide = None,
    plans: PlanFile = None,
    signed: Annotated[
        list[str] | None,
        typer.Option(metavar="PLANT=T", help="Tonnes of the signed report; repeatable."),
    ] = None,
    lang: str = "en",
) -> Answer:
    """Check the plants of a sheet for plausibility; what cannot be tested is said."""
    import pandas as pd

    from dualcarbon.common.tables import columns, conformed
    from dualcarbon.mrv.checks import FAILED, PASSED, UNTESTED
    from dualcarbon.mrv.checks import check as checked
    from dualcarbon.mrv.sheets import said

    batch = batch_of(file, sector, guide_, plans)
    tonnes = _signed(signed, [one.plant for one in batch.reports])
    found = [c for one in batch.reports for c in checked(one, tonnes.get(one.plant))]
    rows = [
        (
            c.check,
            c.severity,
            c.outcome,
            c.plant,
            c.installation,
            c.period,
            c.item,
            None if c.value is None else float(c.value),
            float(c.low),
            float(c.high),
            c.unit,
            *(_reason(c, one) for one in LANGUAGES),
        )
        for c in found
    ]
    table = conformed("mrv_checks", pd.DataFrame(rows, columns=columns("mrv_checks")))
    odd = table[table["outcome"] != PASSED]
    counts = {name: int((table["outcome"] == name).sum()) for name in (PASSED, FAILED, UNTESTED)}
    title = word(
        "mrv.checks", lang, passed=counts[PASSED], failed=counts[FAILED], untested=counts[UNTESTED]
    )
    heads = {
        "plant": "plant",
        "check": "check",
        "outcome": "outcome",
        "severity": "severity",
        "period": "period",
        "item": "item",
        f"why_{lang}": "why",
        "unit": "unit",
        "value": "value",
        "low": "lower end",
        "high": "upper end",
    }
    shown = odd.assign(
        outcome=[word(f"outcome.{o}", lang) for o in odd["outcome"]],
        check=[word(f"check.{c}", lang) for c in odd["check"]],
        severity=[word(f"severity.{s}", lang) for s in odd["severity"]],
        item=[
            ".".join(
                said("item" if i == 0 else "parameter", part, lang)
                for i, part in enumerate(str(name).split("."))
            )
            for name in odd["item"]
        ],
    )
    bad = list(batch.errors.values())
    return tidy(
        table,
        title,
        heads,
        text=8,
        shown=shown,
        remarks=bad,
        failure=typer.Exit(SOME_BAD) if bad else None,
    )


def _reason(found: Check, lang: str) -> str:
    """Why nothing was tested, in a language."""
    from dualcarbon.mrv.guides import items
    from dualcarbon.mrv.sheets import said

    if not found.missing:
        return found.document
    names = (said("item" if n in items() else "parameter", n, lang) for n in found.missing)
    return word("mrv.missing", lang, names=", ".join(names))


def _signed(texts: list[str] | None, plants: Sequence[str]) -> dict[str, int]:
    """Whole tonnes of signed reports by plant."""
    found = {}
    for plant, value in pairs(texts, "--signed", "PLANT=T").items():
        if plant not in plants:
            raise unknown_name("plant", plant, plants, where="--signed")
        if value != int(value) or value < 0:
            raise InputError(f"{value:g} is no whole number of tonnes", where="--signed")
        found[plant] = int(value)
    return found


def _errors(batch: Batch) -> pd.DataFrame:
    import pandas as pd

    from dualcarbon.common.tables import columns, conformed

    rows = list(batch.errors.items())
    return conformed("mrv_errors", pd.DataFrame(rows, columns=columns("mrv_errors")))
