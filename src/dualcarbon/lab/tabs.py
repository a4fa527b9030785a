"""The tabs that need no market model: the exporter's, clubs, accounts, border, claims, data.

Pages are those of the report, made once and shown in a frame; the rest are small tables.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcarbon import datasets
from dualcarbon.common.words import LANGUAGES, checked_language
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.lab.guard import MOST_UPLOADED
from dualcarbon.report.export import in_words

if TYPE_CHECKING:
    import pandas as pd

MOST_SHIPMENTS = 2_000
SHOWN_ROWS = 500
CLUBS, PRICES, TARIFFS = "cdice", (12.5, 25.0, 50.0, 100.0), (0.0, 0.02, 0.05, 0.1)


def grid(name: str, table: pd.DataFrame, lang: str, drop: tuple[str, ...] = ()) -> dict[str, Any]:
    """A table of the contract for the page: heads with units, cells as text."""
    from dualcarbon.charts.numbers import number

    title, shown = in_words(name, table.drop(columns=[c for c in drop if c in table]), lang)
    rows = [
        [number(v, 5) if isinstance(v, float) else "" if v is None else str(v) for v in row]
        for row in shown.head(SHOWN_ROWS).astype(object).to_numpy().tolist()
    ]
    return {
        "title": title,
        "heads": [str(c) for c in shown.columns],
        "rows": rows,
        "all": len(table),
    }


async def shipments(request: Any, _: Any) -> Any:
    """Assess pasted or uploaded shipments."""
    return await asyncio.to_thread(assessed, request.state.given)


def assessed(given: Mapping[str, Any]) -> dict[str, Any]:
    """Bills of shipments: pasted text (commas or tabs), or the bytes of an xlsx file.

    Raises:
        InputError: nothing that can be read as shipments, or too many of them.
    """
    from dualcarbon.international.cbam.batch import assess_batch, read_shipments

    lang = checked_language(str(given.get("lang", "en")))
    text, packed = given.get("text"), given.get("xlsx")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("shipments.xlsx" if packed else "shipments.csv")
        path.write_bytes(_bytes_of(packed) if packed else str(text or "").encode())
        try:
            rows = read_shipments(path)
        except InputError as error:
            raise InputError(error.what, where="shipments", allowed=error.allowed) from None
    if len(rows.table) > MOST_SHIPMENTS:
        raise InputError(
            f"{len(rows.table)} shipments", where="shipments", allowed=f"up to {MOST_SHIPMENTS}"
        )
    price = given.get("price")
    if price is not None and not (isinstance(price, int | float) and 0 <= price <= 10_000):
        raise InputError("not a certificate price", where="price", allowed="0 to 10000 EUR/t")
    batch = assess_batch(rows, price)
    years = batch.results.groupby("year")["cost_eur"].sum() if len(batch.results) else {}
    doubts = [f"{row}: {column}: {words}" for row, column, words in rows.doubts]
    return {
        "doubts": doubts[:SHOWN_ROWS],
        "cost_eur": round(batch.cost_eur, 2),
        "count": len(batch.results),
        "years": {str(k): round(float(v), 2) for k, v in dict(years).items()},
        "results": grid("cbam_results", batch.results, lang),
        "errors": grid("cbam_errors", batch.errors, lang),
        "declarations": grid("cbam_declarations", batch.declarations, lang),
    }


def _bytes_of(packed: Any) -> bytes:
    try:
        content = base64.b64decode(str(packed), validate=True)
    except (binascii.Error, ValueError):
        raise InputError("not a file", where="shipments", allowed="an xlsx file") from None
    if len(content) > MOST_UPLOADED or not content.startswith(b"PK"):
        raise InputError("not a workbook", where="shipments", allowed="an xlsx file")
    return content


async def club(request: Any, _: Any) -> Any:
    """Who joins a club at a price and a tariff."""
    return await asyncio.to_thread(joined, request.state.given)


def joined(given: Mapping[str, Any]) -> dict[str, Any]:
    """Members, payoffs and stability of the largest stable club.

    Raises:
        InputError: terms that cannot be used.
    """
    from dualcarbon.international.clubs.answer import answer
    from dualcarbon.international.clubs.build import build
    from dualcarbon.international.clubs.sources import Case
    from dualcarbon.international.clubs.world import Policy
    from dualcarbon.report.text import Text

    text = Text(checked_language(str(given.get("lang", "en"))))
    case = Case(data=CLUBS)
    policy = Policy.model_validate(
        case.policy().model_dump()
        | {"price": given.get("price", 25.0), "scc": given.get("price", 25.0),
           "tariff": given.get("tariff", 0.03)}
    )  # fmt: skip
    found = answer(build(case.world(), policy), None, strong=False)
    gains = found["gain_over_no_club_bn"]
    regions = [
        {"name": text.name("place", name), "member": name in found["members"],
         "gain": round(float(gains[name]), 2)}
        for name in found["payoffs_bn"]
    ]  # fmt: skip
    return {"regions": regions, "stable": bool(found["is_nash"]),
            "cut": round(100 * float(found["emission_cut"]), 1)}  # fmt: skip


async def claims(request: Any, _: Any) -> Any:
    """Which uses of one MWh or tonne exclude each other."""
    lang = checked_language(str(request.state.given.get("lang", "en")))
    return excluded(lang)


def excluded(lang: str) -> dict[str, Any]:
    """The map of double claims: pairs of uses, what the law says, from when to when."""
    uses = datasets.load("ledger_uses").set_index("use")[f"name_{lang}"].to_dict()
    table = datasets.load("ledger_exclusions")
    rows = [
        [uses.get(r.first, r.first), uses.get(r.second, r.second), r.evidence, r.effect,
         str(r.valid_from or ""), str(r.valid_to or ""), r.source, r.grade]
        for r in table.fillna("").itertuples()
    ]  # fmt: skip
    return {"rows": rows}


async def page(request: Any) -> Any:
    """A page of the report in a frame."""
    from starlette.responses import HTMLResponse, PlainTextResponse

    name, lang = request.path_params["name"], request.path_params["lang"]
    if name not in PAGES or lang not in LANGUAGES:
        return PlainTextResponse("not found", 404)
    return HTMLResponse(await asyncio.to_thread(report_of, name, lang))


@cache
def report_of(name: str, lang: str) -> str:
    """A page by name.

    Raises:
        InputError: no such page.
    """
    from dualcarbon.report.html import report_page

    if name not in PAGES:
        raise unknown_name("page", name, PAGES)
    title, tables = PAGES[name]
    meta = {f"title_{code}": title[code] for code in LANGUAGES}
    return report_page(tables(), lang=lang, meta=meta)


def _accounts() -> dict[str, pd.DataFrame]:
    from dualcarbon.responsibility.tables import report_tables

    return report_tables()


def _border() -> dict[str, pd.DataFrame]:
    from dualcarbon.international.cbam.tables import report_tables

    return report_tables()


def _clubs() -> dict[str, pd.DataFrame]:
    from dualcarbon.international.clubs import tables
    from dualcarbon.international.clubs.build import build
    from dualcarbon.international.clubs.outcomes import sweep
    from dualcarbon.international.clubs.sources import Case

    case = Case(data=CLUBS)
    built = build(case.world(), case.policy())
    cells = sweep(built.world, PRICES, TARIFFS, built.policy, strong=False)
    return {
        **tables.club_tables(built, None, strong=False),
        "club_participation": tables.sourced(tables.participation_table(cells), built.world),
    }


PAGES: dict[str, tuple[dict[str, str], Callable[[], dict[str, pd.DataFrame]]]] = {
    "accounts": ({"en": "Whose carbon?", "zh": "谁的碳？碳责任核算"}, _accounts),
    "border": ({"en": "At the border", "zh": "边境碳成本"}, _border),
    "clubs": ({"en": "Climate clubs", "zh": "气候俱乐部"}, _clubs),
    "data": ({"en": "Data and grades", "zh": "数据与等级"}, dict),
}
"""Title and tables of each page in a frame."""
