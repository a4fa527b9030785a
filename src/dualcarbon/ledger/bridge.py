"""A solved run posted into a ledger, and a ledger's holdings as a bank at the start of a scenario.

Issued are the tokens of the run, surrendered its covered emissions. Uses are cut to whole MWh by
largest remainders, so that they add up to what is issued; every figure stands beside the run's with
the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.ledger.chain import Receipt
from dualcarbon.ledger.errors import LedgerError
from dualcarbon.ledger.kinds import ENDLESS, KINDS, UNIT, WHOLE, account_text
from dualcarbon.ledger.store import Writer
from dualcarbon.runs.folder import is_run, read_tables
from dualcarbon.system.parties import Party

TWH, MT, JOINT = 10**6, 10**9, "+"
"""MWh in a TWh; kg in a Mt; what parts the names of a joint use of tokens."""
OBLIGED = Party("consumer", "users with a renewable obligation")
VOLUNTEERS = Party("volunteer", "voluntary buyers")
USES = {
    "rps": ("surrender", OBLIGED, {"obligation": "rps"}),
    "voluntary": ("claim", VOLUNTEERS, {"use": "voluntary_green"}),
    "energy": ("claim", OBLIGED, {"use": "energy_use_exempt"}),
    "ccer": ("credit", None, {}),
    "carbon": ("credit", None, {}),
    "expired": ("expire", None, {}),
}
"""What a use of tokens is in the ledger: the verb, who buys them first, and its fields."""
COLUMNS = ["scenario", "year", "flow", "item", "run", "ledger", "difference", "unit"]


class Ledger(Protocol):
    """What the bridge asks of a ledger."""

    def writing(self, dry_run: bool = False) -> AbstractContextManager[Writer]:
        """The one writer."""

    def do(
        self, writer: Writer, verb: Any, key: Any, actor: Any, effective: Any,
        fields: Mapping[str, Any],
    ) -> Receipt:  # fmt: skip
        """Do one verb by a writer."""

    def balances(self) -> pd.DataFrame:
        """Sums over live lots."""


@dataclass
class Poster:
    """Posts events under keys that begin alike."""

    ledger: Ledger
    writer: Writer
    key: str

    def __call__(self, verb: str, name: str, on: str | None = None, **fields: Any) -> Receipt:
        key = f"{self.key}/{name}"
        if len(key) > 200:
            raise LedgerError("is too long", where="key", allowed="a shorter key")
        return self.ledger.do(self.writer, verb, key, "registry", on, fields)

    def account(self, party: Party) -> str:
        """The account of a party, registered where it is not."""
        name = account_text(party)
        if not self.writer.rows("SELECT 1 FROM account WHERE id = ?", name):
            self("register", f"account/{name}", account=name)
        return name


def from_run(ledger: Ledger, run: Any, *, key: str, scenario: str | None = None) -> pd.DataFrame:
    """Post a run: certificates issued and used, allowances allocated and surrendered.

    Allowances are allocated to each emitter as it needs them: who bought them from whom is the
    run's settlement, not the ledger's. Posting the same run under the same key again changes
    nothing.

    Args:
        ledger: an open one.
        run: a run, or its folder.
        key: begins the key of every event.
        scenario: the one to post; all by default.

    Returns:
        scenario, year, flow, item, run, ledger, difference, unit: what the run says beside what was
        posted.

    Raises:
        InputError: no run there, or no such scenario.
        LedgerError: the ledger refuses an event; nothing was posted.
    """
    tables = _tables(run)
    rows: list[tuple[Any, ...]] = []
    with ledger.writing() as writer:
        poster = Poster(ledger, writer, key)
        for name in _scenarios(tables, scenario):
            of = {t: f[f["scenario"] == name] for t, f in tables.items() if "scenario" in f}
            rows += _certificates(poster, name, of["tokens"])
            rows += _allowances(poster, name, of["regulated"])
    return pd.DataFrame(rows, columns=COLUMNS)


def _tables(run: Any) -> Mapping[str, pd.DataFrame]:
    if isinstance(run, str | Path):
        if not is_run(Path(run)):
            raise InputError("no finished run in this folder", where=str(run))
        run_tables: Mapping[str, pd.DataFrame] = read_tables(Path(run))
    else:
        run_tables = run.tables
    missing = [name for name in ("tokens", "regulated") if name not in run_tables]
    if missing:
        raise InputError(
            f"the run has no table '{missing[0]}'", where="run", allowed="a run of markets"
        )
    return run_tables


def _scenarios(tables: Mapping[str, pd.DataFrame], wanted: str | None) -> list[str]:
    known = list(dict.fromkeys(tables["regulated"]["scenario"]))
    known += [s for s in dict.fromkeys(tables["tokens"]["scenario"]) if s not in known]
    if wanted is not None and wanted not in known:
        raise unknown_name("scenario", wanted, known, where="run")
    return known if wanted is None else [wanted]


def largest_remainder(amounts: Mapping[str, float], total: int) -> dict[str, int]:
    """Whole numbers that add up to a total, each below one away from its amount."""
    floors = {name: int(amount) for name, amount in amounts.items()}
    order = sorted(amounts, key=lambda name: (floors[name] - amounts[name], name))
    for name in order[: max(total - sum(floors.values()), 0)]:
        floors[name] += 1
    return floors


def _certificates(post: Poster, scenario: str, tokens: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Post tokens: every group an activity, every year a report, every use an event."""
    rows: list[tuple[Any, ...]] = []
    for group, of_group in tokens.groupby("group", sort=True):
        owner = post.account(Party("plant", str(group)))
        activity = f"{post.key} {scenario} {group}"
        post("register", f"activity/{scenario}/{group}", activity=activity, account=owner,
             meter=activity, technology=str(group))  # fmt: skip
        for year, of_year in of_group.groupby("year", sort=True):
            uses = of_year.groupby("use")["twh"].sum().mul(TWH).to_dict()
            issued = round(sum(uses.values()))
            if issued > 0:
                place = f"{scenario}/{year}/{group}"
                lot = _issued(post, place, int(year), owner, activity, issued)
                whole = largest_remainder(uses, issued)
                rows += _used(post, place, owner, lot, whole, uses)
    return rows


def _issued(post: Poster, place: str, year: int, owner: str, activity: str, mwh: int) -> Receipt:
    """Report, verify and issue what a group made in a year."""
    on, amount = f"{year}-12-31", mwh * WHOLE["green"]
    report = post("report", f"report/{place}", on, activity=activity, period=str(year),
                  quantity=amount, document=post.key)  # fmt: skip
    post("verify", f"verify/{place}", on, report=report.seq)
    return post(
        "issue", f"issue/{place}", on, account=owner, kind="green", report=report.seq,
        quantity=amount,
    )  # fmt: skip


def _used(
    post: Poster, place: str, owner: str, lot: Receipt, whole: Mapping[str, int],
    uses: Mapping[str, float],
) -> list[tuple[Any, ...]]:  # fmt: skip
    """Post every use; of a joint use the first one stands, the second is claimed twice and is not.

    A scenario may let two instruments count one MWh: the ledger does not, and the difference says
    how much.
    """
    scenario, year, group = place.split("/", 2)
    total = sum(uses.values()) / TWH
    rows = [_row(scenario, int(year), "issued", group, total, sum(whole.values()), TWH, "TWh")]
    at = 0
    for use in sorted(whole):
        first, *again = use.split(JOINT)
        amount = whole[use]
        if amount > 0:
            ends = f"{at * WHOLE['green']}-{(at + amount) * WHOLE['green']}"
            serial, name = f"green-{lot.seq}:{ends}", f"{use}/{place}"
            _use(post, first, name, f"{year}-12-31", owner, serial, year)
        rows.append(_row(scenario, int(year), first, group, uses[use] / TWH, amount, TWH, "TWh"))
        for second in again:
            flow = f"{second}, claimed twice"
            rows.append(_row(scenario, int(year), flow, group, uses[use] / TWH, 0, TWH, "TWh"))
        at += amount
    return rows


def _use(post: Poster, use: str, name: str, on: str, owner: str, serial: str, year: str) -> None:
    """Post what a use of tokens is, certificates sold first where somebody else uses them."""
    if use not in USES:
        what = f"the run uses tokens for '{use}', which the ledger does not know"
        raise LedgerError(what, where="run", allowed=USES)
    verb, buyer, fields = USES[use]
    if buyer is not None:
        to = post.account(buyer)
        post("transfer", f"sale/{name}", on, account=owner, to=to, serial=serial)
        post(verb, name, on, account=to, serial=serial, period=year, **fields)
    elif verb == "credit":
        post("claim", name, on, account=owner, use="credited_reduction", serial=serial, period=year)
        post("cancel", f"cancel/{name}", on, account=owner, serial=serial,
             reason=f"credited as reduction, {use}")  # fmt: skip
    else:
        last = post.writer.rows(
            "SELECT due FROM issue WHERE event = ?", int(serial.split(":")[0].split("-")[1])
        )[0][0]
        if last < ENDLESS:
            post("cancel", name, on, account=owner, serial=serial, reason=f"unused, ends {last}")


def _allowances(post: Poster, scenario: str, regulated: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Post what each covered emitter emits: a report, allowances, and their surrender."""
    rows: list[tuple[Any, ...]] = []
    names = regulated["instruments"].astype(str).str.split(r"[;,+ ]+")
    covered = regulated[names.map(lambda of: "carbon" in of)]
    for (kind, sector, province), mine in covered.groupby(["kind", "sector", "province"]):
        owner = post.account(Party(kind, str(sector), str(province)))
        activity = f"{post.key} {scenario} {owner}"
        post("register", f"activity/{scenario}/{owner}", activity=activity, account=owner,
             meter=activity, unit=KINDS["allowance"], technology=str(sector),
             area=str(province))  # fmt: skip
        for year, mt in mine.groupby("year")["mt"].sum().items():
            amount, on, place = round(mt * MT), f"{year}-12-31", f"{scenario}/{year}/{owner}"
            if amount <= 0:
                continue
            report = post("report", f"report/{place}", on, activity=activity, period=str(year),
                          quantity=amount, document=post.key)  # fmt: skip
            post("verify", f"verify/{place}", on, report=report.seq)
            lot = post("issue", f"issue/{place}", on, account=owner, kind="allowance",
                       quantity=amount, vintage=int(year), document=f"{post.key} {place}",
                       area=str(province))  # fmt: skip
            post("surrender", f"surrender/{place}", on, account=owner, lot=lot.lots[0],
                 obligation="national_ets", period=str(year), report=report.seq)  # fmt: skip
            rows.append(_row(scenario, int(year), "surrendered", owner, mt, amount, MT, "Mt CO2e"))
    return rows


def _row(
    scenario: str, year: int, flow: str, item: str, run: float, posted: int, scale: int, unit: str
) -> tuple[Any, ...]:
    return scenario, year, flow, item, float(run), posted / scale, posted / scale - float(run), unit


def starting_bank(ledger: Ledger) -> pd.DataFrame:
    """What the accounts hold, as a scenario may begin with it: kind, vintage, quantity, unit.

    Allowances are what ``carbon.starting_bank`` takes, with ``carbon.banking`` on.
    """
    table = ledger.balances()
    held = table[table["state"] == "held"].groupby(["kind", "vintage"])["quantity"].sum()
    rows = [
        (kind, int(vintage), int(amount) / WHOLE[kind], UNIT[kind])
        for (kind, vintage), amount in held.items()
    ]
    return pd.DataFrame(rows, columns=["kind", "vintage", "quantity", "unit"])
