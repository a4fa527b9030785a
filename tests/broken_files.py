"""Files and options of every kind that people give, broken in any way, and what reads each."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st

from dualcarbon.cli.main import exit_code
from dualcarbon.errors import DualcarbonError
from dualcarbon.scenario.documents import load_scenarios

TOKEN = re.compile(r"[^\s,:{}\[\]=]+")
NASTY = (
    "", "null", "~", "yes", "true", "NaN", ".nan", ".inf", "-.inf", "inf", "-1", "0", "-0.0",
    "1e400", "1e308", "-1e308", "1e-320", "9" * 400, "99999999999", "202", "2030", "²", "０",
    "١٢", "0x10", "1_0", "1,5", "1 000", "5%", "2001-99-99", "2025-02-30", "12:99", "[]", "{}",
    "[1, 2]", "{a: 1}", "[[[]]]", "{? a}", "=1+1", "@SUM(A1)", "../../x", "/", ".", "con",
    "a" * 300, "\x1b[2J", "\u202e", "\x00", "\x85", "\ud800", "\ufeff", "'", '"', "*a", "&a x",
    "!!int x", "!!binary 1", "<<: 1", "None", "碳", "#", "%", "|", "- ", "? ", "---", "\n",
    "\t", ",", ";", "extends", "name",
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        ending: of its name; text: a good one.
        read: reads a path, and gives the exit code and what was said.
    """

    ending: str
    text: str
    read: Callable[[Path], tuple[int, str]]


@st.composite
def broken(draw: st.DrawFn, text: str) -> bytes:
    """The text with one to four things wrong."""
    for _ in range(draw(st.integers(1, 4))):
        how = draw(st.sampled_from(["token", "token", "token", "line", "cut", "insert", "repeat"]))
        if how == "token" and (found := list(TOKEN.finditer(text))):
            at = draw(st.sampled_from(found))
            text = text[: at.start()] + draw(st.sampled_from(NASTY)) + text[at.end() :]
        elif how == "cut":
            text = text[: draw(st.integers(0, len(text)))]
        elif how == "insert":
            at_letter = draw(st.integers(0, len(text)))
            text = text[:at_letter] + draw(st.text(max_size=3)) + text[at_letter:]
        else:
            lines = text.splitlines(keepends=True) or [""]
            first = draw(st.integers(0, len(lines) - 1))
            lines[first : first + 1] = [] if how == "line" else [lines[first]] * 2
            text = "".join(lines)
    content = text.encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 9)) == 0:
        at_byte = draw(st.integers(0, len(content)))
        content = content[:at_byte] + draw(st.binary(max_size=3)) + content[at_byte:]
    return content


def said(line: str, **places: object) -> tuple[int, str]:
    """Exit code and what is said on standard error of a command; ``FILE`` stands for a path."""
    words = [str(places.get(word, word)) for word in line.split()]
    told = io.StringIO()
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(io.StringIO()):
        code = exit_code([*words, "--quiet"])
    return code, told.getvalue()


def command(line: str) -> Callable[[Path], tuple[int, str]]:
    """Reads a path by a command of the command line."""

    def read(path: Path) -> tuple[int, str]:
        with TemporaryDirectory() as folder:
            return said(line, FILE=path, OUT=Path(folder) / f"out{path.suffix}",
                        LEDGER=f"sqlite:///{ledger()}")  # fmt: skip

    return read


def scenarios(path: Path) -> tuple[int, str]:
    """Reads scenarios, without solving any."""
    try:
        load_scenarios([path])
    except DualcarbonError as error:
        return 2, f"error: {error}"
    return 0, ""


def change(text: str) -> tuple[int, str]:
    """Applies a change as of ``--set``."""
    try:
        load_scenarios(["teaching"], [text])
    except DualcarbonError as error:
        return 2, f"error: {error}"
    return 0, ""


@cache
def ledger() -> Path:
    """A ledger with two accounts, for batches that are tried and never posted."""
    place = Path(_folder().name) / "ledger.db"
    for line in ("ledger init", "ledger post register --key a --actor registry account=alice"):
        code, told = said(f"{line} --ledger sqlite:///{place}")
        assert code == 0, told
    return place


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory()


@cache
def template(line: str, name: str) -> str:
    """What a verb writes as an example."""
    path = Path(_folder().name) / name
    code, told = said(f"{line} --out FILE", FILE=path)
    assert code == 0, told
    return path.read_text(encoding="utf-8")


SHIPMENT = "--cn 72071111 --origin TR --tonnes 1 --year 2026"
SCENARIO = """name: mine
extends: teaching
title_en: Mine
system: {years: [2025, 2030], flexible_demand: false}
instruments:
  carbon: {cap: {2025: 5e8, 2030: 4.5e8}, benchmarks: null, sectors: [steel], offset_limit: 0.05,
    offsets: [{name: forest, quantity: 1e6, price: 50}], floor: 20, ceiling: 300}
  green: {share: {Eastland: 0.3}, buyout: 100, eligible: {carriers: [solar], vintages: [new]}}
  tax: {rate: {2025: 10, 2030: 50}, carriers: [coal_usc]}
double_claims: [[rps, ccer]]
---
name: other
extends: teaching_link
description_en: "Another: one"
"""
CHANGES = """carbon.cap=4e8
green.share.2030=0.4
system.years=[2025, 2030]
years=[2025]
carbon.offsets=[{name: a, quantity: 1e6, price: 50}]
instruments.tax={rate: 10}
flexible_demand=true
double_claims=[[rps, ccer]]
title_en=Mine
world=teaching
"""
CLUB = """regions:
  North: {gdp_bn: 9000, co2_mt: 3000, abatement: 0.02, tariff_gain: 0.6, tariff_deadweight: 0.5}
  South: {gdp_bn: 4000, co2_mt: 2500, abatement: 0.03, tariff_gain: 0.6, tariff_deadweight: 0.6}
imports_bn:
  North: {South: 300}
  South: {North: 350}
price: 30
rule: uniform_tariff
"""
LINK = """regions:
  North: {slope: 0.5, requirement: 100}
  South: {curve: steps, steps: [[50, 4], [100, 9]], requirement: 20, developing: yes}
rules: {multiplier: 1.5}
"""
EVENTS = """verb,key,actor,account,to,kind,quantity,vintage,document
register,b,registry,bob,,,,,
issue,c,registry,alice,,allowance,5 t,2026,notice
transfer,d,alice,alice,bob,allowance,2 t,,
"""
PARTS = """name,kind,price,coverage,free_share,rebate_share
ETS,ets,10,0.4,0.5,0
Tax,tax,20,0.3,,0.1
"""
PRECURSORS = '[{"cn": "72071111", "origin": "TR", "per_tonne": 1.4}]'


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of file, by name."""
    project = template("finance template project", "p.yaml")
    activity = template("finance template screen", "a.yaml")
    company = template("comply template", "company.yaml")
    plants = template("mrv template power", "plants.csv")
    shipments = template("cbam template", "shipments.csv")
    plan = template("mrv template plan", "plan.yaml")
    plants_file = Path(_folder().name) / "plants.csv"
    return {
        "scenario": Kind(".yaml", SCENARIO, scenarios),
        "project": Kind(".yaml", project, command("finance appraise FILE")),
        "activity": Kind(".yaml", activity, command("finance screen FILE")),
        "world": Kind(".yaml", CLUB, command("club --data FILE --no-groups")),
        "regions": Kind(".yaml", LINK, command("link FILE")),
        "company": Kind(".yaml", company, command("comply position FILE")),
        "plants": Kind(".csv", plants, command("mrv calculate FILE")),
        "plan": Kind(".yaml", plan, command(f"mrv calculate {plants_file} --plan FILE")),
        "shipments": Kind(".csv", shipments, command("cbam batch FILE --out OUT --price 80")),
        "prices": Kind(".csv", "period,eur_per_t\n2026-Q1,75\n2026-Q2,76.5\n",
                       command(f"cbam assess {SHIPMENT} --prices FILE")),
        "precursors": Kind(".json", PRECURSORS,
                           command(f"cbam assess {SHIPMENT} --price 80 --set direct=1.2 "
                                   "--set verified=true --set route=C --precursors FILE")),
        "carbon prices": Kind(".csv", PARTS, command("price effective FILE")),
        "events": Kind(".csv", EVENTS, command("ledger post FILE --dry-run --ledger LEDGER")),
    }  # fmt: skip


def read(kind: Kind, content: bytes) -> tuple[int, str, str]:
    """Write a file and read it: exit code, what was said, and the name of the file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"given{kind.ending}"
        path.write_bytes(content)
        code, told = kind.read(path)
        assert {p.name for p in Path(folder).iterdir()} == {path.name}
    return code, told, path.name


def values() -> Any:
    """Any value that a record may be given."""
    leaf = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
        st.sampled_from(NASTY), st.dates(), st.binary(max_size=3),
    )  # fmt: skip
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.one_of(st.text(max_size=5), st.integers()), inner, max_size=3),
        ),
        max_leaves=6,
    )
