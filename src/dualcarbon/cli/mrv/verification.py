"""Verification statements, and the screen of crediting projects."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dualcarbon.cli.answer import Answer, Table, tidy
from dualcarbon.cli.comply.group import check_form, write_form
from dualcarbon.cli.console import word
from dualcarbon.cli.mrv.group import Data, OneGuide, Sector, app, batch_of
from dualcarbon.cli.verb import verb
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    from dualcarbon.mrv import Finding, Statement

LEDGER_ACTOR = "registry"


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
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the report of one plant as a page, html."),
    ] = None,
    lang: str = "en",
) -> Answer:
    """State on reports: findings net and gross, whether they matter, what is verified."""
    from dualcarbon.mrv.verification import state

    batch = batch_of(file, sector, guide_)
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
    if out is not None:
        check_form(out)
        if len(stated) > 1:
            raise InputError("a page is of one plant and year", where="--out")
    posted = _posted(ledger, stated) if ledger is not None else []
    written = []
    if out is not None:
        from dualcarbon.compliance import plant_form

        form = plant_form(batch.reports[0], stated=stated[0], lang=lang)
        written = [f"written: {write_form(form, out)}"]
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
        remarks=written,
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
