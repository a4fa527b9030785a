"""Reports of plants: the sheet to fill in, calculation, checks, verification, screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, Table, records, tidy
from dualcarbon.cli.cbam.shipments import check_target, counted
from dualcarbon.cli.console import remark, word
from dualcarbon.cli.options import pairs
from dualcarbon.cli.verb import group, verb
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.mrv import Batch, Finding, Report, Statement

TEMPLATE = "dualcarbon mrv template power --out plant.xlsx"
SOME_BAD = 1
LEDGER_ACTOR = "registry"
app = group(
    "Measurement, reporting, verification of emissions. Research and internal control, "
    "not an official registry.",
    TEMPLATE,
    "dualcarbon mrv calculate plant.xlsx",
)
PlanFile = Annotated[
    list[Path] | None,
    typer.Option(
        "--plan",
        metavar="FILE",
        help="Data-quality plan of a plant, YAML; gaps are filled against it; repeatable.",
    ),
]
Data = Annotated[Path, typer.Argument(help="Figures of plants, csv or xlsx.", show_default=False)]
Sector = Annotated[
    str | None,
    typer.Option(metavar="power|cement|aluminium|steel", help="Of plants without a guide."),
]
OneGuide = Annotated[
    str | None, typer.Option("--guide", metavar="KEY", help="Guide of all plants; see mrv guides.")
]


@verb(app, examples=(TEMPLATE, "dualcarbon mrv template cement --lang zh"), tables=False)
def template(
    sector: Annotated[str, typer.Argument(help="power, cement, aluminium or steel.")] = "power",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="csv or xlsx.")] = None,
    lang: str = "en",
) -> Path:
    """Write a sheet to fill in, with an example, in English or Chinese."""
    from dualcarbon import mrv

    table = mrv.template(sector, lang)
    path = out or Path(f"{sector}.xlsx")
    check_target(path)
    if path.exists():
        raise InputError("exists already", where=str(path))
    sheets = {word("mrv.sheet", lang): table}
    if path.suffix.lower() == ".xlsx":
        sheets[word("mrv.allowed", lang)] = mrv.allowed(lang)
    return _write(sheets, path)[0]


@verb(app, examples=("dualcarbon mrv guides",))
def guides(lang: str = "en") -> Answer:
    """Accounting guides by edition, and the periods whose reports follow them."""
    from dualcarbon import datasets

    table = datasets.load("mrv_guides")
    heads = {
        "guide": "guide",
        f"title_{lang}": "title",
        "status": "status",
        "covers_from": "covers from",
        "covers_to": "to",
        "grade": "grade",
    }
    return tidy(table, word("mrv.guides", lang), heads, text=len(heads))


@verb(app, examples=("dualcarbon mrv factors",))
def factors(lang: str = "en") -> Answer:
    """Emission factors of electricity by basis; each question takes just one of them."""
    from dualcarbon import datasets

    table = datasets.load("electricity_factors")
    table["t_per_mwh"] = table["numerator"] / table["denominator"]
    table["basis_shown"] = [word(f"basis.{name}", lang) for name in table["basis"]]
    heads = {
        "factor": "factor",
        "basis_shown": "basis",
        "area": "area",
        "grade": "grade",
        "year": "year",
        "t_per_mwh": "emissions, t/MWh",
    }
    frame = table.drop(columns="basis_shown")
    return tidy(frame, word("mrv.factors", lang), heads, text=4, shown=table)


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
        Path | None, typer.Option(metavar="FILE", help="Write all tables, csv or xlsx.")
    ] = None,
    lang: str = "en",
) -> Answer:
    """Compute the reports of the plants in a sheet, and what their defaults cost.

    What is wrong with one plant does not stop the others. Exit code 0: all were computed; 1: some
    could not be; 2: the file cannot be used or no plant could be computed; nothing is written.
    """
    from dualcarbon.mrv.report import document, lines_table, totals_table, used_table

    if price is not None and not price >= 0:
        raise InputError(f"{price:g} is no price", where="--price", allowed="at least 0")
    if out is not None:
        check_target(out)
    batch = _batch(file, sector, guide_, plans)
    lines, totals = lines_table(batch.reports, price), totals_table(batch.reports)
    tables = {"mrv_totals": totals, "mrv_lines": lines, "mrv_used": used_table(batch.reports)}
    bad = list(batch.errors.values())
    written = _write({**tables, "mrv_errors": _errors(batch)}, out) if out else []
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

    batch = _batch(file, sector, guide_, plans)
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
            c.why,
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
        "why": "why",
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


@verb(
    app,
    examples=("dualcarbon mrv allocate --class coal_over_300 --year 2024 --mwh 3300000 --gj 1e6",),
)
def allocate(
    kind: Annotated[str, typer.Option("--class", help="Class of the plant, e.g. coal_over_300.")],
    year: Annotated[int, typer.Option(help="Year of the benchmark.")],
    mwh: Annotated[float, typer.Option(help="Output: gross from 2023, net before.")],
    gj: Annotated[float, typer.Option(help="Heat supplied, GJ.")] = 0.0,
    load_factor: Annotated[float, typer.Option(help="Correction for part load.")] = 1.0,
    lang: str = "en",
) -> Answer:
    """Allowances of a power plant by the benchmark of its class and year."""
    from dualcarbon.mrv import allocate as allocated
    from dualcarbon.mrv import benchmark
    from dualcarbon.mrv.quantities import exact

    found = benchmark(kind, year)
    given = (exact(mwh, "--mwh"), exact(gj, "--gj"), exact(load_factor, "--load-factor"))
    total = allocated(found, *given)
    heads = ["class", "basis", "grade", "year", "benchmark, t/MWh", "heat, t/GJ", "allowances, t"]
    basis = word(f"basis.{found.basis}", lang)
    row = [kind, basis, found.grade, year, float(found.power), float(found.heat), float(total)]
    document = {"class": kind, "year": year, "basis": found.basis, "grade": found.grade,
                "allowances_t": str(total)}  # fmt: skip
    return Answer([Table(word("mrv.allocate", lang), heads, [row], 3)], json=document)


@verb(app, examples=("dualcarbon mrv verify plant.xlsx findings.csv --verifier 'Verifier B'",))
def verify(
    file: Data,
    findings: Annotated[
        Path,
        typer.Argument(help="Findings, csv or xlsx: finding, plant, what, effect_t, state, reply."),
    ],
    verifier: Annotated[str, typer.Option(metavar="NAME", help="Who states it.")],
    sector: Sector = None,
    guide_: OneGuide = None,
    ledger: Annotated[
        str | None,
        typer.Option(
            "--ledger",
            metavar="URL",
            help="Post what is verified as evidence; each plant is an activity of the ledger.",
        ),
    ] = None,
    lang: str = "en",
) -> Answer:
    """State on reports: findings net and gross, whether they matter, what is verified."""
    from dualcarbon.mrv.verification import state

    batch = _batch(file, sector, guide_)
    if batch.errors:
        raise InputError(next(iter(batch.errors.values())))
    by_plant = _findings(findings, [one.plant for one in batch.reports])
    stated = [state(one, by_plant.get(one.plant, []), verifier) for one in batch.reports]
    heads = ["plant", "verdict", "verifier", "year", "verified, t", "net, %", "gross, %", "open"]
    rows = [
        [
            s.plant,
            word(f"verdict.{s.verdict}", lang),
            s.verifier,
            s.year,
            s.verified,
            float(100 * s.misstatement.net),
            float(100 * s.misstatement.gross),
            ", ".join(s.open),
        ]
        for s in stated
    ]
    hidden = [word("mrv.hidden", lang, plant=s.plant) for s in stated if s.misstatement.hidden]
    posted = _posted(ledger, stated) if ledger is not None else []
    return Answer(
        [
            Table(word("mrv.statement", lang), heads, rows, 3),
            *hidden,
            *(word("mrv.posted", lang, plant=plant, seq=seq) for plant, seq in posted),
            word("mrv.scope", lang),
        ],
        json=[
            {
                "plant": s.plant,
                "year": s.year,
                "guide": s.guide,
                "version": s.version,
                "report": s.report,
                "verified_t": s.verified,
                "net": str(s.misstatement.net),
                "gross": str(s.misstatement.gross),
                "limit": str(s.misstatement.limit),
                "verdict": s.verdict,
                "open": list(s.open),
                "verifier": s.verifier,
            }
            for s in stated
        ],
    )


def _posted(url: str, stated: Sequence[Statement]) -> list[tuple[str, int]]:
    """Plants and the number of their report in a ledger: all are posted, or none."""
    from dualcarbon.ledger import open_ledger
    from dualcarbon.mrv.verification import UNVERIFIED

    found = []
    with open_ledger(url, create=False) as led, led.writing() as writer:
        for one in stated:
            if one.verdict == UNVERIFIED:
                raise InputError(
                    f"{one.plant} is not verified; nothing is posted", where="--ledger"
                )
            key = f"mrv {one.plant} {one.year} {one.report[:16]} {one.verified}"
            fields = {
                "activity": one.plant, "period": str(one.year),
                "quantity": f"{one.verified} t", "document": f"sha256:{one.report}",
            }  # fmt: skip
            seq = led.do(writer, "report", f"{key} report", LEDGER_ACTOR, None, fields).seq
            led.do(writer, "verify", f"{key} verify", LEDGER_ACTOR, None, {"report": seq})
            found.append((one.plant, seq))
    return found


def _findings(path: Path, plants: Sequence[str]) -> dict[str, list[Finding]]:
    from dualcarbon.common.sheets import read_sheet
    from dualcarbon.mrv.quantities import exact
    from dualcarbon.mrv.verification import NEXT, OPEN, Finding

    table = read_sheet(path)
    for name in ("finding", "plant", "what", "effect_t"):
        if name not in table.columns:
            raise InputError(f"column '{name}' is missing", where=str(path))
    found: dict[str, list[Finding]] = {}
    for number, row in enumerate(table.to_dict("records"), start=2):
        where = f"{path}, row {number}"
        if row["plant"] not in plants:
            raise unknown_name("plant", str(row["plant"]), plants, where=where)
        state = str(row.get("state", "") or OPEN)
        if state not in (OPEN, *NEXT[OPEN]):
            raise unknown_name("state", state, (OPEN, *NEXT[OPEN]), where=where)
        effect = exact(row["effect_t"], f"{where}, effect_t", signed=True)
        one = Finding(
            str(row["finding"]), str(row["what"]), effect, state, str(row.get("reply", ""))
        )
        found.setdefault(str(row["plant"]), []).append(one)
    return found


@verb(app, examples=("dualcarbon mrv credit project.yaml",))
def credit(
    file: Annotated[Path, typer.Argument(help="Project, YAML.", show_default=False)],
    lang: str = "en",
) -> Answer:
    """Screen a crediting project, criterion by criterion; what is unknown never passes."""
    from dualcarbon.mrv import read_project

    found = read_project(file)
    outcome = word(f"outcome.{found.outcome}", lang)
    shown = found.rows.assign(outcome=[word(f"outcome.{o}", lang) for o in found.rows["outcome"]])
    heads = {
        f"question_{lang}": "question",
        "outcome": "outcome",
        "evidence": "evidence",
        "missing": "missing",
    }
    title = word("mrv.credit", lang, name=found.name, outcome=outcome)
    return tidy(
        found.rows,
        title,
        heads,
        text=len(heads),
        shown=shown,
        about={"project": found.name, "outcome": found.outcome},
    )


def _batch(
    file: Path, sector: str | None, key: str | None, plans: Sequence[Path] | None = None
) -> Batch:
    from dualcarbon import mrv
    from dualcarbon.mrv.guides import SECTORS

    if sector is not None and sector not in SECTORS:
        raise unknown_name("sector", sector, SECTORS, where="--sector")
    only = mrv.guide(key, "--guide") if key else None
    with counted("plants") as progress:
        found = [mrv.read_plan(path) for path in plans or ()]
        batch = mrv.read_batch(file, sector=sector, only=only, plans=found, progress=progress)
    if not batch.reports:
        said = list(batch.errors.values())
        if len(said) == 1:
            raise InputError(f"{said[0]}; nothing is written")
        for message in said:
            remark(message)
        raise InputError("no plant could be computed; nothing is written", where=str(file))
    return batch


def _errors(batch: Batch) -> pd.DataFrame:
    import pandas as pd

    from dualcarbon.common.tables import columns, conformed

    rows = list(batch.errors.items())
    return conformed("mrv_errors", pd.DataFrame(rows, columns=columns("mrv_errors")))


def _write(tables: Mapping[str, Any], path: Path) -> list[Path]:
    """Write tables: sheets of a workbook, or the first as csv and the others beside it."""
    from dualcarbon.report.export import whole
    from dualcarbon.report.workbook import write_workbook

    try:
        if path.suffix.lower() == ".xlsx":
            whole(path, lambda part: write_workbook(tables, part, first=False))
            return [path]
        written = []
        for number, (name, table) in enumerate(tables.items()):
            target = path.with_name(f"{path.stem}-{name}.csv") if number else path
            whole(target, partial(table.to_csv, index=False, encoding="utf-8"))
            written.append(target)
        return written
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from error
