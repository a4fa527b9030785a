"""Calendar, position, cheapest plan and what-if of a company."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dualcarbon.cli.answer import Answer, Table, tidy
from dualcarbon.cli.comply.group import (
    EXAMPLE,
    TEMPLATE,
    Account,
    Changes,
    CompanyFile,
    LedgerUrl,
    app,
    changed,
    company_of,
    day_of,
    put,
    written,
)
from dualcarbon.cli.console import word
from dualcarbon.cli.options import numbers, pair
from dualcarbon.cli.verb import verb
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    from dualcarbon.compliance import Company, Plan


@verb(app, examples=(TEMPLATE,), tables=False)
def template(
    out: Annotated[Path, typer.Option(metavar="FILE", help="YAML.")] = Path("company.yaml"),
) -> Path:
    """Write an example of a company."""
    from dualcarbon.common.whole import whole

    if out.suffix.lower() not in (".yaml", ".yml"):
        raise unknown_name("kind of file", out.suffix, (".yaml", ".yml"), where=str(out))
    if out.exists():
        raise InputError("exists already", where=str(out))
    return written(lambda: whole(out, lambda part: put(part, EXAMPLE)), out)


@verb(app, examples=("dualcarbon comply calendar --year 2025 --at 2026-03-01",))
def calendar(
    year: Annotated[int, typer.Option(help="Year of the emissions.")] = 2025,
    at: Annotated[str | None, typer.Option(metavar="DAY", help="Today if left out.")] = None,
    market: Annotated[str | None, typer.Option(help="carbon, green, energy, border, ...")] = None,
    lang: str = "en",
) -> Answer:
    """Duties for a year of emissions, by date; those without a found date come last."""
    from dualcarbon.compliance import duties

    day = day_of(at)
    table = duties(year, day, market)
    shown = table.assign(due=[one or word("comply.no_date", lang) for one in table["due"]])
    heads = {"due": "due", f"what_{lang}": "what", f"who_{lang}": "who", f"due_{lang}": "when",
             "grade": "grade"}  # fmt: skip
    title = word("comply.calendar", lang, year=year, day=day)
    return tidy(table, title, heads, text=len(heads), shown=shown)


@verb(app, examples=("dualcarbon comply position company.yaml",))
def position(
    file: CompanyFile,
    changes: Changes = None,
    ledger: LedgerUrl = None,
    account: Account = None,
    lang: str = "en",
) -> Answer:
    """What a company owes, holds and lacks in each market."""
    from dualcarbon.compliance import fine, position_table
    from dualcarbon.compliance import position as found_position
    from dualcarbon.compliance.plan import expiry, refusal
    from dualcarbon.mrv.quantities import exact

    company = company_of(file, changes, ledger, account)
    found = found_position(company)
    table = position_table(found)
    shown = table.assign(market=[word(f"market.{m}", lang) for m in table["market"]])
    heads = {"market": "market", "unit": "unit", "owed": "owed", "held": "held", "usable": "usable",
             "short": "short", "binds": "must be met"}  # fmt: skip
    said = [refusal(h, why, lang) for h, why in found.refused]
    soon = [expiry(h, lang) for h in found.expiring]
    price = company.prices.allowance
    owes = None if price is None else fine(found, exact(price))
    if owes is not None:
        said.append(word("comply.fine", lang, low=f"{float(owes.low):,.0f}",
                         high=f"{float(owes.high):,.0f}", tonnes=f"{float(owes.deducted):,.10g}",
                         grade=owes.grade))  # fmt: skip
    title = word("comply.position", lang, name=found.name, year=found.year, day=found.at)
    answer = tidy(table, title, heads, text=2, shown=shown)
    return Answer(
        [*answer.shown, *said, *soon, word("mrv.scope", lang)], json=answer.json, csv=table
    )


@verb(app, "plan", examples=("dualcarbon comply plan company.yaml --set prices.ccer=90",))
def plan_(
    file: CompanyFile,
    changes: Changes = None,
    ledger: LedgerUrl = None,
    account: Account = None,
    lang: str = "en",
) -> Answer:
    """The cheapest way to comply, in whole units, and what one more of each thing is worth."""
    from dualcarbon.compliance import duals_table, plan, plan_table

    found = plan(company_of(file, changes, ledger, account))
    duals = duals_table(found)
    return Answer(
        [
            _steps(found, word("comply.plan", lang, name=found.company, cost=_money(found)), lang),
            *map(str, duals[f"text_{lang}"]),
            word("comply.bound", lang, gap=f"{max(0.0, float(found.cost) - found.bound):,.2f}"),
        ],
        json={
            "company": found.company, "cost_cny": str(found.cost), "bound_cny": found.bound,
            "steps": plan_table(found).to_dict("records"), "duals": duals.to_dict("records"),
        },
        csv=plan_table(found),
    )  # fmt: skip


@verb(app, examples=("dualcarbon comply what-if company.yaml --set prices.ccer=90",))
def what_if(
    file: CompanyFile,
    changes: Changes = None,
    vary: Annotated[
        str | None,
        typer.Option(metavar="PATH=A,B,...", help="A plan for each of these values, changes kept."),
    ] = None,
    lang: str = "en",
) -> Answer:
    """The plan before and after some values change, or for each of several values of one."""
    from dualcarbon.compliance import what_if as both

    if vary is not None:
        return _varied(company_of(file, changes), vary, lang)
    if not changes:
        raise InputError(
            "names no change", where="--set", allowed="PATH=VALUE, e.g. prices.ccer=90"
        )
    from dualcarbon.compliance.plan import step_in_words

    before, after = both(company_of(file, None), [changed(text) for text in changes])
    names = list(dict.fromkeys(s.name for found in (before, after) for s in found.steps))
    rows = [
        [
            step_in_words(name, lang),
            *(float(found.quantity(name)) for found in (before, after)),
            float(after.quantity(name) - before.quantity(name)),
        ]
        for name in names
    ]
    rows.append(
        [
            word("comply.cost", lang),
            float(before.cost),
            float(after.cost),
            float(after.cost - before.cost),
        ]
    )
    title = word("comply.what_if", lang, changes=", ".join(changes))
    document = {
        "before_cny": str(before.cost),
        "after_cny": str(after.cost),
        "change_cny": str(after.cost - before.cost),
    }
    return Answer(
        [Table(title, ["step", "plan before", "plan after", "change"], rows)], json=document
    )


def _varied(company: Company, vary: str, lang: str) -> Answer:
    """Cost and steps of the plan for each value of one thing."""
    from dualcarbon.compliance import plan
    from dualcarbon.compliance.plan import step_in_words

    path, values = pair(vary, "--vary", "PATH=A,B,...")
    plans = {value: plan(company.changed(path, value)) for value in numbers(values, "--vary")}
    names = list(dict.fromkeys(step.name for one in plans.values() for step in one.steps))
    rows = [
        {path: value, "cost_cny": float(one.cost), **{n: float(one.quantity(n)) for n in names}}
        for value, one in plans.items()
    ]
    heads = [path, word("comply.cost", lang), *(step_in_words(name, lang) for name in names)]
    shown = [list(row.values()) for row in rows]
    return Answer([Table(word("comply.vary", lang, path=path), heads, shown, 0)], json=rows)


def _steps(found: Plan, title: str, lang: str) -> Table:
    from dualcarbon.compliance.plan import step_in_words

    rows = [
        [step_in_words(s.name, lang), s.unit, float(s.quantity), float(s.price), float(s.cost)]
        for s in found.steps
    ]
    return Table(title, ["step", "unit", "quantity", "price, CNY", "cost, CNY"], rows, 2)


def _money(found: Plan) -> str:
    return f"{float(found.cost):,.2f}"
