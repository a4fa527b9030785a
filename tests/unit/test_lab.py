"""The lab: what it shows is what a run finds; it answers its own page only, whatever is sent."""

from __future__ import annotations

import json
import random
import re
import threading
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import InputError
from dualcarbon.indicators.tables import equilibrium_tables
from dualcarbon.lab.answer import STAGES
from dualcarbon.lab.desk import page
from dualcarbon.lab.engine import Engine
from dualcarbon.lab.state import MOST_CHANGES, NAME, State
from dualcarbon.runs.run import run
from dualcarbon.sweep.sessions import Sessions
from tests.lab_world import Lab, running

TEACHING = "teaching"
NUMBERS = {
    "carbon.stringency.2030": (0.85, 1.05),
    "carbon.offset_limit": (0.01, 0.2),
    "carbon.auction_share": (0.0, 1.0),
    "green.share_growth": (0.0, 0.04),
    "green.buyout": (10.0, 150.0),
    "electricity.plan_tolerance": (0.0, 0.5),
}
RULES: dict[str, tuple[Any, ...]] = {
    "electricity.dispatch": ("merit_order", "equal_shares"),
    "electricity.trade": ("free", "planned"),
    "carbon.ceiling": (80.0, 150.0),
    "carbon.banking": (True,),
    "tax": ({"rate": 30.0},),
    "green": (None,),
}


def settings(seed: int) -> dict[str, Any]:
    """Some levers at random places."""
    rng = random.Random(seed)
    moved = rng.sample(list(NUMBERS), rng.randint(1, 4))
    changes: dict[str, Any] = {p: round(rng.uniform(*NUMBERS[p]), 3) for p in moved}
    if rng.random() < 0.5:
        rule = rng.choice(list(RULES))
        changes[rule] = rng.choice(RULES[rule])
    return changes


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with running() as found:
        yield found


def learn(engine: Engine) -> None:
    """Let the engine find the slopes of all numbers that may be moved."""

    def every(job: object) -> None:
        for warm in engine._warm.values():
            while warm.learn():
                pass

    engine.ask("test", "learn", every).result(300)


def same_as_a_run(engine: Engine, seed: int) -> None:
    """Every table of the lab equals that of a run, to the last digit."""
    state = State.of({"base": TEACHING, "changes": settings(seed)})
    names = STAGES["then"]
    asked = engine.ask(
        "test", f"{seed}", lambda job: engine.tables(job, engine.solved(job, state), names)
    )
    scenario = state.scenario()
    theirs = equilibrium_tables(NAME, Sessions().of(scenario).solve(scenario.package()))
    ours = asked.result(300)
    for name in names:
        pd.testing.assert_frame_equal(
            ours[name], theirs[name], rtol=1e-9, atol=1e-9, obj=f"{name} {state}"
        )


@pytest.mark.slow
def test_what_the_lab_shows_is_what_a_run_finds(lab: Lab) -> None:
    lab.ask("/api/solve", state={"base": TEACHING})
    learn(lab.engine)
    same_as_a_run(lab.engine, 1)  # a number
    same_as_a_run(lab.engine, 4)  # and rules


@pytest.mark.slow
def test_fifty_settings_equal_their_runs() -> None:
    engine = Engine()
    same_as_a_run(engine, 1)
    learn(engine)
    for seed in range(50):
        same_as_a_run(engine, seed)
    engine.end()
    state = State.of({"base": TEACHING, "changes": settings(1)})
    of_run = run(TEACHING, sets=state.sets).tables["indicators"]
    scenario = state.scenario()
    ours = equilibrium_tables(TEACHING, Sessions().of(scenario).solve(scenario.package()))
    pd.testing.assert_frame_equal(ours["indicators"], of_run, check_exact=True)


def test_an_answer_does_not_depend_on_what_was_asked_before(lab: Lab) -> None:
    one = {"base": TEACHING, "changes": {"carbon.offset_limit": 0.123}}
    first = lab.ask("/api/solve", state=one, client="a")
    lab.engine.forget()
    lab.ask("/api/solve", state={"base": TEACHING, "changes": {"carbon.stringency.2030": 0.9}})
    lab.engine.forget()
    again = lab.ask("/api/solve", state=one, client="b")
    assert again | {"seconds": 0} == first | {"seconds": 0}
    zh = lab.ask("/api/solve", state=one, lang="zh")
    keys = [(n["key"], n["value"]) for n in first["numbers"] if "cny_per" in n["key"]]
    assert keys == [(n["key"], n["value"]) for n in zh["numbers"] if "cny_per" in n["key"]]


def test_twenty_readers_get_their_own_answers(lab: Lab) -> None:
    limits = [round(0.01 * (1 + i % 4), 2) for i in range(20)]
    wrong: list[str] = []

    def reader(number: int) -> None:
        state = {"base": TEACHING, "changes": {"carbon.offset_limit": limits[number]}}
        digest = State.of(state).digest
        found = lab.ask("/api/solve", state=state, client=f"reader {number}", sequence=number)
        if (found["digest"], found["sequence"]) != (digest, number):
            wrong.append(f"{number}: {found['digest']}")

    threads = [threading.Thread(target=reader, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert wrong == []


def test_a_newer_question_takes_the_place_of_an_older_one() -> None:
    engine, gate = Engine(), threading.Event()
    blocking = engine.ask("other", "solve", lambda job: gate.wait(30))
    older = engine.ask("reader", "solve", lambda job: "older")
    newer = engine.ask("reader", "solve", lambda job: "newer")
    beside = engine.ask("reader", "why", lambda job: "beside")
    gate.set()
    assert (blocking.result(30), newer.result(30), beside.result(30)) == (True, "newer", "beside")
    assert "newer question" in str(older.exception(30))
    engine.end()


def test_a_price_says_why(lab: Lab) -> None:
    state = {"base": TEACHING}
    shown = lab.ask("/api/solve", state=state)
    price = next(n for n in shown["numbers"] if n["key"] == "cea_cny_per_t")
    card = lab.ask("/api/why", state=state, key="cea_cny_per_t")
    assert card["value"].split()[0] == price["value"]
    assert card["binds"] is True
    assert len(card["terms"]) == 5
    low, high = (float(end) for end in card["interval"].split(" – "))
    assert low <= float(price["value"]) <= high
    assert sum(float(m["share"].rstrip("%")) for m in card["moves"]) <= 101
    slack = lab.ask("/api/why", state=state, key="gec_cny_per_mwh", lang="zh")
    assert slack["binds"] is False
    assert float(slack["room"]) > 0
    assert re.search("[a-z]{4}", slack["sentence"]) is None
    after = lab.ask("/api/solve", state={**state, "changes": {"carbon.offset_limit": 0.06}})
    lab.engine.forget()
    again = lab.ask("/api/solve", state={**state, "changes": {"carbon.offset_limit": 0.06}})
    assert again["numbers"] == after["numbers"], "asking why moved the solver"


def test_an_infeasible_package_names_its_instruments(lab: Lab) -> None:
    changes = {"carbon": {"cap": 1.0, "sectors": ["steel"]}}
    found = lab.ask("/api/solve", 422, state={"base": TEACHING, "changes": changes})
    assert "carbon" in found["conflicts"]


@pytest.mark.parametrize("form", ["command", "python", "yaml"])
def test_a_copy_says_the_same_elsewhere(lab: Lab, form: str) -> None:
    changes = {"carbon.offset_limit": 0.1, "carbon.stringency.2030": 0.95, "green": None}
    copied = lab.ask("/api/copy", state={"base": TEACHING, "changes": changes})[form]
    wanted = State.of({"base": TEACHING, "changes": changes}).scenario()
    if form == "yaml":
        from dualcarbon.common.documents import parse
        from dualcarbon.scenario.model import Scenario

        assert Scenario.of(parse(copied, "copy")).instruments == wanted.instruments
        return
    if form == "python":
        asked: dict[str, Any] = {}
        lines = copied.splitlines()
        code = "\n".join(lines[1 : len(lines) - 1]).replace("dc.run", "noted")
        exec(code, {"noted": lambda name, sets=(): asked.update(name=name, sets=sets)})
        name, sets = asked["name"], asked["sets"]
    else:
        import shlex

        words = shlex.split(copied)
        assert words[:2] == ["dualcarbon", "run"]
        name, sets = words[2], words[4::2]
    from dualcarbon.scenario.documents import load_scenario

    assert load_scenario(name, sets).instruments == wanted.instruments


@pytest.mark.parametrize("form", ["xlsx", "csv", "iamc", "report"])
def test_a_download_is_a_file(lab: Lab, form: str) -> None:
    body = json.dumps({"state": {"base": TEACHING}, "form": form, "lang": "zh"}).encode()
    status, headers, content = lab.send("/api/download", body)
    assert status == 200
    assert re.search(
        r'filename="dualcarbon-teaching-[0-9a-f]{6}\.\w+"', headers["content-disposition"]
    )
    start = {"xlsx": b"PK", "csv": b"PK", "iamc": b"model", "report": b"<!DOCTYPE"}[form]
    assert content.lower().startswith(start.lower())


HOSTILE = (
    {"base": "../../etc/passwd"},
    {"base": ["today"]},
    {"base": "today", "changes": []},
    {"base": "today", "changes": {"name": "x"}},
    {"base": "today", "changes": {"world": "teaching"}},
    {"base": "today", "changes": {"extends": "/etc/passwd"}},
    {"base": "today", "changes": {"system": {"days": 365}}},
    {"base": "today", "changes": {"system.days": 365}},
    {"base": "today", "changes": {"system.segments": 24}},
    {"base": "today", "changes": {"carbon.offset_limit=1 --out /tmp": 1}},
    {"base": "today", "changes": {"carbon.__class__": 1}},
    {"base": "today", "changes": {"carbon.offset_limit": "<script>"}},
    {"base": "today", "changes": {"carbon.offset_limit": {"a": "b" * 5000}}},
    {"base": "today", "changes": {f"carbon.a{i}": 1 for i in range(MOST_CHANGES + 1)}},
    {"base": "today", "changes": {"capacity.credit": {"from_data": "/etc/passwd"}}},
)


@pytest.mark.parametrize("given", HOSTILE)
def test_a_state_that_no_lever_makes_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        State.of(given).scenario()


def test_titles_are_inert(lab: Lab) -> None:
    title = '"><script>alert(1)</script>'
    pinned = [
        {"title": title, "state": {"base": TEACHING, "changes": {"carbon.offset_limit": 0.02}}}
    ]
    found = lab.ask("/api/draw", state={"base": TEACHING}, pinned=pinned)
    assert "<script" not in json.dumps([f["svg"] for f in found["figures"].values()])
    assert "&lt;script" in found["figures"]["path"]["svg"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example:{port}"}, 403),
        ({"host": "127.0.0.1"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({"origin": "http://127.0.0.1:{port}"}, 200),
        ({"host": "localhost:{port}"}, 200),
    ],
)
def test_only_its_own_page_is_answered(lab: Lab, headers: dict[str, str], status: int) -> None:
    filled = {k: v.format(port=lab.port) for k, v in headers.items()}
    got, said, _ = lab.send("/api/status", b"{}", filled)
    assert got == status
    assert "default-src 'none'" in said["content-security-policy"]


def test_what_is_too_long_or_no_object_is_not_read(lab: Lab) -> None:
    assert lab.send("/api/status", b"x" * 300_000)[0] == 413
    assert lab.send("/api/status", b"[1]")[0] == 400
    assert lab.send("/api/status", b"{")[0] == 400
    assert lab.send("/api/status", b'{"a": NaN}')[0] == 400
    assert lab.send("/api/status", b"[" * 100_000)[0] == 400
    assert lab.send("/api/status")[0] == 405


@pytest.mark.parametrize(
    "name", ["../server.py", "..%2fserver.py", "index.html", "%2fetc%2fpasswd", "lab.js.map"]
)
def test_no_file_is_named_by_a_page(lab: Lab, name: str) -> None:
    assert lab.send(f"/static/{name}")[0] == 404
    assert lab.send(f"/page/{name}/en")[0] == 404


def test_the_page_asks_for_nothing_outside(lab: Lab) -> None:
    parts = [
        page(),
        *(lab.send(f"/static/{n}")[2].decode() for n in ("lab.js", "tabs.js", "lab.css")),
    ]
    for part in parts:
        assert re.findall(r"https?://(?!www\.w3\.org)[\w.]+", part) == []
        assert "@import" not in part
    used = set(re.findall(r'say\("([\w.]+)"', "".join(parts))) | set(
        re.findall(r'data-word="([\w.]+)"', parts[0])
    )
    known = set(lab.ask("/api/start")["words"])
    assert used - known == {u for u in used if u.endswith(".")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shipments_are_assessed_and_refused_by_row(lab: Lab, lang: str) -> None:
    text = "cn\torigin\ttonnes\tyear\n72083900\tCN\t2500\t2027\n99\tCN\t1\t2027\n"
    found = lab.ask("/api/shipments", text=text, price=80, lang=lang)
    from dualcarbon.international.cbam import Shipment, assess

    wanted = assess(Shipment(cn="72083900", origin="CN", year=2027, tonnes=2500.0), 80.0)
    assert found["cost_eur"] == pytest.approx(float(wanted.cost_eur), abs=0.01)
    assert (found["count"], found["errors"]["all"]) == (1, 1)
    for given in ({"text": ""}, {"text": "a,b\n1,2"}, {"xlsx": "bm8="}, {"xlsx": "%"}):
        assert "error" in lab.ask("/api/shipments", 422, **given)


def test_a_club_and_the_map_of_claims(lab: Lab) -> None:
    found = lab.ask("/api/club", price=25, tariff=0.05)
    assert found["stable"] is True
    assert {r["member"] for r in found["regions"]} <= {True, False}
    assert "error" in lab.ask("/api/club", 422, price=-5)
    assert len(lab.ask("/api/claims", lang="zh")["rows"]) > 5
