"""What is printed and filed: annual report, statement of account, certificate of retirement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from dualcarbon.common.tables import columns, conformed, contract
from dualcarbon.common.words import Words, catalogue
from dualcarbon.compliance.company import Company
from dualcarbon.compliance.holdings import KINDS, Holding
from dualcarbon.compliance.plan import WORDS, duals_table, plan, plan_table, refusal, step_in_words
from dualcarbon.compliance.position import duties, position, position_table
from dualcarbon.errors import InputError, unknown_name

TEMPLATE = "form.html.j2"
PER_UNIT: Mapping[str, int] = {
    "allowance": 10**3, "ccer": 10**3, "green": 10**6, "white": 10**6, "energy_use": 10**6,
}  # fmt: skip
"""Base units of a ledger (kg, Wh, gce) to a unit of the market (t, MWh, tce)."""
DONE = ("claimed", "surrendered", "cancelled", "retired")
"""States of units that are used up for a purpose."""
HELD = "held"
ALWAYS = ("opening", "lines", "closing")
"""Tables of a statement that it shows even where they are empty."""
HIDDEN = ["quantity"]  # base units, which stand beside it in units


@dataclass(frozen=True)
class Sheet:
    """A table of a form.

    Attributes:
        title, heads; rows: cells as text; numeric: which columns hold numbers; marks: of each row,
            a name that gives it a colour; empty for none.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """Something to print or file.

    Attributes:
        title; facts: label and value above the tables; sheets: tables for people; notes: sentences
            below; tables: the same as data, by name, for a workbook; lang.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]
    lang: str

    def html(self) -> str:
        """The printable page; it needs nothing beside itself."""
        import jinja2

        loader = jinja2.FileSystemLoader(Path(__file__).parent)
        environment = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.StrictUndefined
        )
        words = Words(self.lang, catalogue(WORDS))
        page = environment.get_template(TEMPLATE)
        return page.render(form=self, lang=self.lang, scope=words("form.scope")) + "\n"

    def workbook(self) -> dict[str, pd.DataFrame]:
        """Tables of the workbook, what is above them and the scope first."""
        words = Words(self.lang, catalogue(WORDS))
        facts = [
            ("", self.title),
            *self.facts,
            *(("", n) for n in self.notes),
            ("", words("form.scope")),
        ]
        return {"form": pd.DataFrame(facts, columns=["item", "value"]), **self.tables}


def annual_report(company: Company, lang: str = "en") -> Form:
    """The annual report of a company: position, what cannot be used, plan, duals, calendar."""
    words = Words(lang, catalogue(WORDS))
    found, cheapest = position(company), plan(company)
    tables = {
        "comply_position": position_table(found),
        "comply_plan": plan_table(cheapest),
        "comply_duals": duals_table(cheapest),
        "comply_calendar": duties(company.year, company.day),
    }
    shown = {**tables, "comply_plan": tables["comply_plan"].assign(
        step=[step_in_words(s.name, lang) for s in cheapest.steps])}  # fmt: skip
    kept = {
        "comply_position": ["market", "unit", "owed", "held", "usable", "credits", "short"],
        "comply_plan": ["step", "quantity", "unit", "price", "cost_cny"],
        "comply_duals": [f"text_{lang}"],
        "comply_calendar": ["due", f"what_{lang}", "status"],
    }
    titles = {"comply_position": "position", "comply_plan": "plan", "comply_duals": "duals",
              "comply_calendar": "calendar"}  # fmt: skip
    sheets = tuple(
        sheet(words(f"form.{titles[name]}"), name, _spoken(shown[name][heads], words), lang)
        for name, heads in kept.items()
    )
    notes = tuple(f"{words('form.refused')}: {refusal(h, why, lang)}" for h, why in found.refused)
    facts = ((words("form.company"), company.name), (words("form.year"), str(company.year)),
             (words("form.at"), company.day.isoformat()),
             (words("form.plan"), f"{float(cheapest.cost):,.2f} CNY"))  # fmt: skip
    return Form(words("form.annual"), facts, sheets, notes, tables, lang)


def units_of(holdings: pd.DataFrame, account: str) -> pd.DataFrame:
    """Units of an account as a ledger lists them, in units of the market.

    Args:
        holdings: rows of a ledger's ``holdings()``: lot, kind, start, end, account, state, and
            vintage and evidence where it has them; account: whose.

    Raises:
        InputError: the account holds nothing, or a column is missing.
    """
    for name in ("lot", "kind", "start", "end", "account", "state"):
        if name not in holdings:
            raise InputError(f"holdings lack '{name}'", where="ledger")
    own = holdings[holdings["account"] == account]
    if own.empty:
        raise unknown_name("account", account, set(map(str, holdings["account"])), where="account")
    rows = []
    for row in own.to_dict("records"):
        kind = str(row["kind"])
        quantity = (int(row["end"]) - int(row["start"])) / PER_UNIT[kind]
        rows.append((kind, str(row.get("vintage", "")), str(row["state"]), str(row["lot"]),
                     int(row["start"]), int(row["end"]), quantity, KINDS[kind][1],
                     str(row.get("evidence", "") or "")))  # fmt: skip
    return conformed("comply_units", pd.DataFrame(rows, columns=columns("comply_units")))


def holdings_of(units: pd.DataFrame, due: Mapping[str, date] | None = None) -> tuple[Holding, ...]:
    """What an account still holds, as holdings of a company.

    Args:
        units: see :func:`units_of`; due: last day by lot, where it is known.
    """
    held = units[units["state"] == HELD]
    return tuple(
        Holding(
            kind=row["kind"],
            vintage=row["vintage"],
            quantity=row["quantity"],
            due=(due or {}).get(row["lot"]),
        )
        for row in held.to_dict("records")
    )


def statement(
    tables: Mapping[str, pd.DataFrame], account: str, period: tuple[str, str], head: str,
    lang: str = "en",
) -> Form:  # fmt: skip
    """The statement of an account: what it held, what moved, what it holds, and the chain's head.

    Args:
        tables: of a ledger's statement: opening, lines, closing, expiring and debts; account:
            whose; period: first and last day; head: of the chain, ``seq:hash``; lang: language.
    """
    words = Words(lang, catalogue(WORDS))
    facts = (
        (words("form.account"), account),
        (words("form.period"), " – ".join(period)),
        (words("form.head"), head),
    )
    kept = {name: table for name, table in tables.items() if name in ALWAYS or not table.empty}
    shown = {name: table.drop(columns=HIDDEN, errors="ignore") for name, table in kept.items()}
    sheets = tuple(
        sheet(words(f"form.{name}"), "ledger_statement", table, lang)
        for name, table in shown.items()
    )
    return Form(words("form.statement"), facts, sheets, (), dict(tables), lang)


def retirement(
    units: pd.DataFrame,
    *,
    beneficiary: str,
    purpose: str,
    at: date,
    head: str = "",
    lang: str = "en",
) -> Form:
    """The certificate of retirement of units: serials, evidence, and what may be said of it.

    Args:
        units: see :func:`units_of`; those in a final state are certified; beneficiary, purpose:
            for whom and what; at: day; head: of the ledger's chain.

    Raises:
        InputError: nothing is retired, units of several kinds, or no beneficiary or purpose.
    """
    for name, text in (("beneficiary", beneficiary), ("purpose", purpose)):
        if not text.strip():
            raise InputError("is empty", where=name)
    gone = units[units["state"].isin(DONE)]
    if gone.empty:
        raise InputError("no unit is retired", where="units", allowed=DONE)
    kinds = list(dict.fromkeys(gone["kind"]))
    if len(kinds) > 1:
        raise InputError(
            f"units of {', '.join(kinds)}", where="units", allowed="one kind at a time"
        )
    words = Words(lang, catalogue(WORDS))
    quantity = f"{gone['quantity'].sum():,.10g} {KINDS[kinds[0]][1]}"
    facts = [(words("form.beneficiary"), beneficiary), (words("form.purpose"), purpose),
             (words("form.at"), at.isoformat())]  # fmt: skip
    facts += [(words("form.head"), head)] if head else []
    facts += [(words("form.may"), words(f"claim.{kinds[0]}.may", quantity=quantity)),
              (words("form.may_not"), words(f"claim.{kinds[0]}.may_not"))]  # fmt: skip
    serials = sheet(words("form.serials"), "comply_units", gone, lang)
    return Form(
        words("form.retirement"), tuple(facts), (serials,), (), {"comply_units": gone}, lang
    )


def _spoken(table: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Markets and states as a reader has them."""
    kinds = [kind for kind in ("market", "status") if kind in table]
    return table.assign(**{k: [words.get(f"{k}.{v}") for v in table[k]] for k in kinds})


def sheet(
    title: str, name: str, table: pd.DataFrame, lang: str, marks: Sequence[str] = ()
) -> Sheet:
    """A table as people see it, its heads those of the contract.

    Args:
        title: above it; name: of the contract; table: columns to show; lang: language; marks: of
            rows.
    """
    about = contract()[name]
    found = [about.column(c) for c in table.columns]
    words = Words(lang, catalogue(WORDS))
    heads = tuple(
        column.label(lang) if column else words.get(f"head.{head}")
        for column, head in zip(found, table.columns, strict=True)
    )
    numeric = tuple(bool(c and c.type in ("number", "integer")) for c in found)
    rows = tuple(tuple(_text(v) for v in row) for row in table.astype(object).to_numpy().tolist())
    return Sheet(title, heads, rows, numeric, tuple(marks))


def _text(value: Any) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, int | float):
        return f"{value:,.10g}"
    return str(value)
