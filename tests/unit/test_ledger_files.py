"""Many rows at once, forms of others, a run posted, and the command line."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dualcarbon.cli.main import exit_code
from dualcarbon.common.tables import conformed
from dualcarbon.errors import InputError
from dualcarbon.ledger import KINDS, LedgerError, account_text, open_ledger, party_of
from dualcarbon.ledger.bridge import largest_remainder, starting_bank
from dualcarbon.ledger.exports import (
    cad_trust,
    energytag,
    event_lines,
    hledger,
    journal_balances,
    read_event_lines,
)
from dualcarbon.system.parties import Party, user
from tests.ledgers import Desk, address
from tests.report_world import run_tables
from tests.rows import names_match, rows_match

MWH = 10**6


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with address("sqlite", tmp_path) as url:
        found = Desk(url, scenario="test")
        found.opened()
        found.certificates()
        yield found
        found.ledger.close()


ROWS = """verb,key,actor,account,to,kind,quantity
transfer,r1,alice,alice,bob,green,5 MWh
transfer,r2,alice,alice,bob,green,2000 MWh
transfer,r3,alice,alice,bobby,green,1
transfer,r4,bob,bob,carol,green,7000000
"""


def test_rows_are_done_all_or_none_and_tried_first(desk: Desk, tmp_path: Path) -> None:
    root = desk.ledger.root()
    tried = desk.ledger.submit_many(ROWS, dry_run=True)
    assert [r.row for r in tried.refused] == [2, 3, 4]
    assert [r.key for r in tried.receipts] == ["r1"]
    with pytest.raises(LedgerError, match=r"^row 2, quantity: "):
        desk.ledger.submit_many(ROWS)
    assert desk.ledger.root() == root
    file = tmp_path / "rows.csv"
    file.write_text("\ufeff" + "\n".join(ROWS.splitlines()[:2]), encoding="utf-8")
    plan = desk.ledger.submit_many(file, dry_run=True).plan
    with pytest.raises(LedgerError, match="plan"):
        desk.ledger.submit_many(file, plan="0" * 16)
    done = desk.ledger.submit_many(file, plan=plan)
    assert done.done
    assert desk.held(account="bob") == 5 * MWH
    again = desk.ledger.submit_many(file, plan=plan)
    assert list(again) == list(done)
    assert desk.ledger.root() == done[0].hash


BAD = {
    "verb,key,key,actor\n": "'key' stands twice",
    "verb,kee,actor\nx,y,z\n": "did you mean 'kee'",
    "verb,key,actor\nregister,a,registry,more\n": "row 1: has more cells",
    "verb,key,actor\nregister,,registry\n": "'key' is missing",
    'verb,key,actor\n"register,a,registry\n': "is no CSV",
    "verb,key,actor\nregistr,a,registry\n": "did you mean 'register'",
}


def test_what_is_wrong_in_a_file_is_said_with_its_place(desk: Desk) -> None:
    root = desk.ledger.root()
    for text, words in BAD.items():
        with pytest.raises(LedgerError) as found:
            desk.ledger.submit_many(text)
        assert words in str(found.value)
    with pytest.raises(InputError, match="no such file"):
        desk.ledger.submit_many("nowhere.csv")
    assert desk.ledger.root() == root


def test_forms_of_others_hold_all_units(desk: Desk) -> None:
    desk("transfer", "alice", account="alice", to="bob", kind="green", quantity="400 MWh")
    desk("claim", "bob", account="bob", use="voluntary_green", kind="green", quantity="100 MWh")
    desk("convert", "alice", account="alice", rule="green-allowance", quantity="10 MWh")
    desk("transfer", "alice", account="alice", to="bob", kind="allowance", quantity=1500)
    bundles = energytag(desk.ledger)["certificate_bundles"]
    assert sum(b["bundle_quantity"] for b in bundles) == 1000 * MWH
    for b in bundles:
        size = b["certificate_bundle_id_range_end"] - b["certificate_bundle_id_range_start"] + 1
        assert size == b["bundle_quantity"]
    assert {b["certificate_bundle_status"] for b in bundles} == {"Active", "Claimed"}
    units = cad_trust(desk.ledger)
    assert sum(u["unitCount"] for u in units["units"]) * 1000 + units["kg_in_broken_tonnes"] == 5000
    for u in units["units"]:
        assert int(u["unitBlockEnd"]) - int(u["unitBlockStart"]) + 1 == u["unitCount"]
    summed = journal_balances(hledger(desk.ledger))
    held = {
        (f"{r.state}:{r.account}", f"{r.kind} {KINDS[r.kind]}"): r.quantity
        for r in desk.ledger.balances().itertuples()
    }
    assert {k: n for k, n in summed.items() if k[0] != "issued"} == held
    assert summed["issued", "green Wh"] == -1000 * MWH
    head = desk.ledger.head()
    for text in (hledger(desk.ledger), json.dumps(units), json.dumps(energytag(desk.ledger))):
        assert head in text
        assert "not an official registry" in text


def test_events_as_lines_give_the_same_ledger(desk: Desk, tmp_path: Path) -> None:
    lines = event_lines(desk.ledger)
    twin = desk.ledger.replay(read_event_lines(lines, "events"), f"sqlite:///{tmp_path}/t.db")
    assert twin.head() == desk.ledger.head()
    twin.close()
    with pytest.raises(LedgerError, match="events, line 1"):
        list(read_event_lines("{}\n", "events"))
    broken = list(read_event_lines(lines, "events"))
    broken[3] = broken[3]._replace(actor="eve")
    with pytest.raises(LedgerError, match="hash"):
        desk.ledger.replay(broken, f"sqlite:///{tmp_path}/u.db")


@pytest.mark.parametrize(
    "party", [user("steel", "Henan"), Party("plant", "onwind", "Gansu"), Party("other", "alice")]
)
def test_accounts_are_parties(party: Party) -> None:
    assert party_of(account_text(party)) == party
    assert party_of("alice") == Party("other", "alice")


def test_uses_add_up_to_what_is_issued() -> None:
    assert largest_remainder({"a": 1.5, "b": 1.5, "c": 0.2}, 3) == {"a": 2, "b": 1, "c": 0}
    assert largest_remainder({"a": 0.4, "b": 0.4, "c": 0.2}, 1) == {"a": 1, "b": 0, "c": 0}


def posted(tables: dict[str, pd.DataFrame]) -> Any:
    return type("Run", (), {"tables": tables})()


def test_a_run_reconciles_with_the_ledger(desk: Desk) -> None:
    tokens = [("s", 2030, "onwind new", use, twh) for use, twh in
              (("rps", 1.2345674), ("ccer", 0.5), ("expired", 0.0000003), ("voluntary", 0.1),
               ("rps+ccer", 0.25))]  # fmt: skip
    emitted = [("s", 2030, "user", "steel", "Henan", "carbon", 12.345678901),
               ("s", 2030, "plant", "power", "Henan", "carbon, energy_use", 100.0),
               ("s", 2030, "user", "paper", "Henan", "energy_use", 5.0)]  # fmt: skip
    columns = ["scenario", "year", "kind", "sector", "province", "instruments", "mt"]
    run = posted({
        "tokens": pd.DataFrame(tokens, columns=["scenario", "year", "group", "use", "twh"]),
        "regulated": pd.DataFrame(emitted, columns=columns),
    })  # fmt: skip
    found = conformed("ledger_run", desk.ledger.from_run(run, key="run 1"))
    once = found[~found["flow"].str.contains("twice")]
    assert once["difference"].abs().max() <= 1e-6
    issued = found[found["flow"] == "issued"]["ledger"].sum()
    used = once[(once["unit"] == "TWh") & (once["flow"] != "issued")]["ledger"].sum()
    assert issued == pytest.approx(used, abs=1e-12)
    assert found.set_index("flow").loc["ccer, claimed twice", "difference"] == -0.25
    surrendered = found[found["flow"] == "surrendered"]
    assert surrendered["ledger"].sum() == pytest.approx(112.345678901, abs=1e-9)
    assert desk.held(state="surrendered", kind="allowance") == 112_345_678_901
    root = desk.ledger.root()
    assert desk.ledger.from_run(run, key="run 1").equals(found)
    assert desk.ledger.root() == root
    assert desk.ledger.verify() == len(desk.ledger.events())
    bank = starting_bank(desk.ledger)
    assert bank.to_numpy().tolist() == [["green", 2026, 1000.0, "MWh"]]
    with pytest.raises(InputError, match="scenario"):
        desk.ledger.from_run(run, key="x", scenario="t")
    with pytest.raises(InputError, match="no finished run"):
        desk.ledger.from_run("nowhere", key="x")


def test_tables_of_a_report_are_posted_as_they_are(tmp_path: Path) -> None:
    tables = run_tables()
    with open_ledger(tmp_path / "x.db") as ledger:
        found = ledger.from_run(posted({k: tables[k] for k in ("tokens", "regulated")}), key="r")
        assert len(found) > 5
        assert found[found["flow"] == "issued"]["difference"].abs().max() <= 1e-6
        assert ledger.verify() > 0


def test_the_page_of_a_ledger_shows_lives_and_what_is_claimed_twice(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/page.db"
    desk = Desk(url, scenario="test", opened=("X13",))
    desk.opened()
    desk.certificates()
    desk("transfer", "alice", account="alice", to="bob", kind="green", quantity="400 MWh")
    desk("claim", "bob", account="bob", use="voluntary_green", kind="green", quantity="100 MWh")
    desk("register", activity="kiln", account="alice", meter="k", unit="gce")
    report = desk.verified("2026-03", "3 tce", "kiln")
    lot = desk("issue", account="alice", kind="white", quantity="3 tce", report=report).lots[0]
    desk("claim", account="alice", lot=lot, use="energy_use_right_freed")
    head = desk.ledger.head()
    desk.ledger.close()
    for lang, words in (
        ("en", ("1,000 MWh were issued; 100", "not an official registry", "1 are claimed twice")),
        ("zh", ("共核发1,000兆瓦时", "不是官方登记系统", "有1项因情景放开互斥规则")),
    ):
        file = tmp_path / f"{lang}.html"
        asked = ["ledger", "balances", "--ledger", url, "--lang", lang, "--report", str(file)]
        assert exit_code(asked) == 0
        page = file.read_text(encoding="utf-8")
        assert head in page
        for word in words:
            assert word in page


def run(words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = exit_code(["ledger", *shlex.split(words)])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_command_line_posts_reads_and_verifies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("balances", capsys)[0] == 2
    assert list(tmp_path.iterdir()) == []
    assert run("init", capsys)[0] == 0
    Path("rows.csv").write_text(
        "verb,key,actor,account,to,kind,quantity,vintage,document\n"
        "register,a,registry,alice,,,,,\nregister,b,registry,bob,,,,,\n"
        "issue,c,registry,alice,,allowance,5 t,2026,notice\n"
        "transfer,d,alice,alice,bob,allowance,2 t,,\n",
        encoding="utf-8",
    )
    code, out, _ = run("post rows.csv --dry-run --format json", capsys)
    assert code == 0
    tried = json.loads(out)
    rows_match("ledger_batch", tried["rows"])
    assert run(f"post rows.csv --plan {tried['plan']}", capsys)[0] == 0
    code, _, err = run("post transfer --key e --actor alice account=alice to=bobb kind=allowance "
                       "quantity=1", capsys)  # fmt: skip
    assert (code, len(err.splitlines())) == (2, 1)
    assert "did you mean 'bob'" in err
    for words, table in (("balances --account bob", "balances"), ("holdings", "holdings"),
                         ("trace allowance-3", "trace"), ("claims", "claims"),
                         ("rules", "exclusions")):  # fmt: skip
        code, out, _ = run(f"{words} --format csv", capsys)
        assert code == 0
        names_match(f"ledger_{table}", out.splitlines()[0].split(","))
        assert run(f"{words} --lang zh", capsys)[0] == 0
    code, out, _ = run("statement bob 2026 --format json", capsys)
    said = json.loads(out)
    rows_match("ledger_statement", said["lines"])
    assert said["closing"][0]["shown"] == "2 t CO2e"
    code, out, _ = run("statement bob 2026 --lang zh", capsys)
    assert "不是官方登记系统" in out
    assert said["head"] in out.replace("\n", "")
    assert run(f"verify --against {said['head']}", capsys)[0] == 0
    code, _, err = run(f"verify --against 4:{'0' * 64}", capsys)
    assert code == 2
    assert "event 4" in err
    for form in ("energytag", "cad-trust", "hledger", "events"):
        assert run(f"export {form}", capsys)[0] == 0
    assert run("export hledgr", capsys)[0] == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("verb;key;actor\nregister;a;registry\n", "columns are parted by ';' (allowed: commas)"),
        ("verb,key\nregister,a\n", "no column 'actor'"),
    ],
)
def test_a_batch_that_is_refused_names_its_file(
    desk: Desk, tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "events.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LedgerError) as refused:
        desk.ledger.submit_many(file)
    assert str(refused.value).startswith(f"{file}: first line: ")
    assert says in str(refused.value)
    assert not [event for event in desk.ledger.events() if event.key == "a"]
