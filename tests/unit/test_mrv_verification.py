"""Plans, gaps, plausibility, findings, sheets in two languages, and the screen of credits."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction as F
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcarbon import mrv
from dualcarbon.cli.main import exit_code
from dualcarbon.cli.mrv.examples import EXAMPLES as EXAMPLE_FILES
from dualcarbon.common.tables import columns
from dualcarbon.errors import InputError
from dualcarbon.mrv.checks import PASSED, UNTESTED, Check
from dualcarbon.mrv.formulas import conservative
from dualcarbon.mrv.report import lines_table, totals_table, used_table
from dualcarbon.mrv.sheets import EXAMPLES
from dualcarbon.mrv.verification import CORRECTED, SUSTAINED
from tests.unit.test_mrv_production import CEMENT, CLINKER, MONTHS, POWER, rows

Capture = pytest.CaptureFixture[str]


def report(*entries: str, guide: str = POWER) -> mrv.Report:
    return mrv.calculate(rows(*entries), mrv.guide(guide))


def outcomes(found: list[Check]) -> dict[str, set[str]]:
    kept: dict[str, set[str]] = {}
    for one in found:
        kept.setdefault(one.check, set()).add(one.outcome)
    return kept


def test_findings_net_and_gross() -> None:
    """M18: -17 kt and +60 kt in 1 Mt are 4.3 % net and 7.7 % gross."""
    findings = [mrv.Finding("a", "too high", F(-17_000)), mrv.Finding("b", "too low", F(60_000))]
    found = mrv.misstatement(F(1_000_000), findings)
    assert (found.net, found.gross, found.limit) == (F(43, 1000), F(77, 1000), F(1, 20))
    assert not found.material
    assert found.hidden
    corrected = [findings[0], findings[1].to(CORRECTED)]
    assert mrv.misstatement(F(1_000_000), corrected).gross == F(17, 1000)
    with pytest.raises(InputError, match="is corrected and cannot become sustained"):
        corrected[1].to(SUSTAINED)


@given(st.lists(st.integers(-(10**6), 10**6), max_size=6))
def test_net_is_never_more_than_gross(effects: list[int]) -> None:
    findings = [mrv.Finding(str(i), "", F(e)) for i, e in enumerate(effects)]
    found = mrv.misstatement(F(10**6), findings)
    assert 0 <= found.net <= found.gross


def test_a_statement_needs_closed_findings_and_takes_what_was_too_low() -> None:
    one = report("diesel amount 1000 t")
    assert mrv.state(one, [], "B").verdict == "verified"
    found = mrv.state(one, [mrv.Finding("a", "x", F(1, 2))], "B")
    assert (found.verdict, found.open) == ("not verified", ("a",))
    closed = [
        mrv.Finding("a", "x", F(1, 2)).to("accepted"),
        mrv.Finding("b", "y", F(-9)).to("accepted"),
    ]
    found = mrv.state(one, closed, "B")
    assert (found.verdict, found.verified) == ("verified with remarks", one.obligation + 1)
    large = [mrv.Finding("a", "x", F(1000)).to("accepted")]
    assert mrv.state(one, large, "B").verdict == "not verified"
    with pytest.raises(InputError, match="no verifier"):
        mrv.state(one, [], " ")
    with pytest.raises(InputError, match="finding a stands twice"):
        mrv.state(one, [closed[0], closed[0]], "B")


@given(st.lists(st.fractions(0, 100), min_size=1))
def test_conservative_is_against_who_reports(values: list[F]) -> None:
    assert conservative("emission", values) >= max(values)
    assert conservative("production", values) <= min(values)
    assert conservative("reduction", values) == min(values)


PLAN = mrv.Plan("A", 1, date(2024, 12, 1), (
    mrv.Measured("1", "coal", "amount", "belt scale", "monthly", "fuel department"),
    mrv.Measured("1", "electricity_gross", "amount", "meter", "monthly", "operation"),
))  # fmt: skip


def test_gaps_are_filled_against_the_reporter() -> None:
    burnt = [f"coal amount {100 + i} t {m}" for i, m in enumerate(MONTHS[:10])]
    made = [f"electricity_gross amount {200 + i} MWh {m}" for i, m in enumerate(MONTHS[:11])]
    data = rows(*burnt, *made)
    filled, added = mrv.fill_gaps(data, PLAN, 2025)
    assert [(d.item, d.period.month, d.value, d.tier) for d in added] == [
        ("coal", 11, 109, "estimated"), ("coal", 12, 109, "estimated"),
        ("electricity_gross", 12, 200, "estimated"),
    ]  # fmt: skip
    whole = mrv.calculate(filled, mrv.guide(POWER))
    assert {line.tier for line in whole.lines[10:]} == {"estimated"}
    assert mrv.fill_gaps(filled, PLAN, 2025)[1] == ()


def test_a_plan_stands_before_its_data_and_changes_with_a_reason() -> None:
    data = rows("coal amount 1 t 2025-01")
    late = PLAN.revised(PLAN.parameters, date(2025, 6, 1), "new scale")
    assert late.version == 2
    with pytest.raises(InputError, match="after data of 2025-01-01"):
        mrv.fill_gaps(data, late, 2025)
    with pytest.raises(InputError, match="needs its reason"):
        PLAN.revised(PLAN.parameters, date(2025, 6, 1), " ")
    with pytest.raises(InputError, match="is not after"):
        PLAN.revised(PLAN.parameters, date(2024, 6, 1), "x")
    with pytest.raises(InputError, match="no month of electricity_gross"):
        mrv.fill_gaps(data, PLAN, 2025)
    odd = mrv.Plan("A", 1, date(2024, 1, 1), (mrv.Measured("1", "coal", "cao", "", "monthly", ""),))
    with pytest.raises(InputError, match="unknown parameter of coal"):
        mrv.fill_gaps(data, odd, 2025)


GOOD_PLANT = ("coal amount 100000 t", "coal heat_value 21.5 GJ/t",
              "coal carbon_as_received 0.56 tC/t",
              "coal stock_opening 5000 t", "coal bought 99000 t", "coal stock_closing 4000 t",
              "electricity_gross amount 230000 MWh")  # fmt: skip


def test_a_plausible_plant_passes_what_can_be_tested() -> None:
    found = outcomes(mrv.check(report(*GOOD_PLANT)))
    assert (
        found["coal_rate"]
        == found["intensity"]
        == found["stock"]
        == found["heat_value"]
        == {PASSED}
    )
    assert mrv.failed(mrv.check(report(*GOOD_PLANT))) == []


@pytest.mark.parametrize(
    ("changed", "check"),
    [
        ({1: "coal heat_value 31 GJ/t"}, "heat_value"),
        ({5: "coal stock_closing 9000 t"}, "stock"),
        ({6: "electricity_gross amount 100000 MWh"}, "coal_rate"),
        ({6: "electricity_gross amount 350000 MWh"}, "intensity"),
        ({2: "coal carbon_per_heat 0.04 tC/GJ"}, "carbon_per_heat"),
    ],
)
def test_an_odd_figure_is_found(changed: dict[int, str], check: str) -> None:
    entries = [changed.get(i, text) for i, text in enumerate(GOOD_PLANT)]
    assert check in {one.check for one in mrv.failed(mrv.check(report(*entries)))}


def test_what_cannot_be_tested_is_no_pass() -> None:
    found = mrv.check(report("coal amount 100 t"))
    assert outcomes(found)["stock"] == outcomes(found)["intensity"] == {UNTESTED}
    assert all(one.why for one in found if one.outcome == UNTESTED)


def test_a_month_far_from_its_neighbours_and_a_document_used_twice_are_found() -> None:
    burnt = rows(*(f"coal amount {900 if i == 5 else 100} t {m}" for i, m in enumerate(MONTHS)))
    from dataclasses import replace

    twice = [replace(d, document="scan 7") if d.period.month in (1, 2) else d for d in burnt]
    found = mrv.failed(mrv.check(mrv.calculate(twice, mrv.guide(POWER))))
    assert {(one.check, one.period) for one in found if one.check != "document"} == {
        ("neighbours", "2025-05"), ("neighbours", "2025-06"), ("neighbours", "2025-07"),
    }  # fmt: skip
    assert [one.item for one in found if one.check == "document"] == ["coal.amount"]


def test_tables_of_a_report_are_as_their_contract() -> None:
    one = report(*CLINKER, "bituminous amount 10 t", guide=CEMENT)
    made: dict[str, Callable[[], object]] = {
        "mrv_lines": lambda: lines_table([one], 98.32), "mrv_used": lambda: used_table([one]),
        "mrv_totals": lambda: totals_table([one]),
    }  # fmt: skip
    for name, table in made.items():
        assert list(table().columns) == columns(name)  # type: ignore[attr-defined]


@pytest.mark.parametrize("sector", EXAMPLES)
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_template_in_either_language_gives_the_same_report(
    sector: str, ending: str, tmp_path: Path, capsys: Capture
) -> None:
    totals = []
    for lang in ("en", "zh"):
        path = tmp_path / f"{lang}.{ending}"
        assert exit_code(["mrv", "template", sector, "--lang", lang, "--out", str(path)]) == 0
        capsys.readouterr()
        out = tmp_path / f"{lang}-report.xlsx"
        assert (
            exit_code(["mrv", "calculate", str(path), "--format", "json", "--out", str(out)]) == 0
        )
        found = json.loads(capsys.readouterr().out)
        totals.append(found["reports"][0]["exact_t"])
        assert "official registry" in found["reports"][0]["scope"]
        assert openpyxl.load_workbook(out).sheetnames[:2] == ["mrv_totals", "mrv_lines"]
    assert totals[0] == totals[1]


def sheet(path: Path, *lines: str) -> str:
    heads = "plant,installation,period,item,parameter,value,unit"
    path.write_text("\n".join((heads, *lines)) + "\n", encoding="utf-8")
    return str(path)


def test_a_bad_plant_does_not_stop_the_others_and_nothing_is_written_without_any(
    tmp_path: Path, capsys: Capture
) -> None:
    good, bad = "A,1,2025,diesel,amount,50,t", "B,1,2025,diesel,amount,-50,t"
    out = tmp_path / "r.csv"
    file = sheet(tmp_path / "d.csv", good, bad)
    words = ["mrv", "calculate", file, "--sector", "power", "--out", str(out)]
    from typer import Exit

    try:
        code = exit_code(words)
    except Exit as end:
        code = end.exit_code
    said = capsys.readouterr()
    assert code == 1
    assert "row 3, value: -50 is below zero" in said.err.replace("\n", "")
    assert out.is_file()
    out.unlink()
    assert exit_code([*words[:2], sheet(tmp_path / "d.csv", bad), *words[3:]]) == 2
    assert not out.exists()
    assert "below zero (allowed: at least 0); nothing is written" in capsys.readouterr().err
    two = sheet(tmp_path / "d.csv", bad, bad.replace("B", "C"))
    assert exit_code([*words[:2], two, *words[3:]]) == 2
    assert "no plant could be computed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "options", "said"),
    [
        ("A,1,2025,diesel,amount,50,t", [], "names no guide"),
        ("A,1,2018,diesel,amount,50,t", ["--guide", POWER], "outside guide"),
        ("A,1,2025,diesel,amount,50,t", ["--guide", "cn-power"], "unknown guide"),
        ("A,1,2025,diesel,amount,50,t", ["--sector", "glass"], "unknown sector"),
        ("A,1,2025,diesel,amount,50,t", ["--sector", "power", "--price", "-1"], "is no price"),
    ],
)
def test_one_clear_error(
    line: str, options: list[str], said: str, tmp_path: Path, capsys: Capture
) -> None:
    assert exit_code(["mrv", "calculate", sheet(tmp_path / "d.csv", line), *options]) == 2
    assert said in capsys.readouterr().err


def test_a_plant_s_page_colours_defaults_and_says_what_they_cost(
    tmp_path: Path, capsys: Capture
) -> None:
    plant = tmp_path / "p.xlsx"
    assert exit_code(["mrv", "template", "power", "--out", str(plant)]) == 0
    findings = tmp_path / "f.csv"
    findings.write_text("finding,plant,what,effect_t,state\n", encoding="utf-8")
    page = tmp_path / "r.html"
    assert exit_code(["mrv", "calculate", str(plant), "--price", "100", "--out", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.count('<tr class="default">') >= 2
    assert "3,973.9425" in text  # t that the default of February costs
    assert "397,394.25" in text
    assert "not an official registry" in text
    words = ["mrv", "verify", str(plant), str(findings), "--verifier", "V", "--lang", "zh"]
    assert exit_code([*words, "--out", str(page)]) == 0
    assert "V核查通过：44,335吨" in page.read_text(encoding="utf-8")
    two = sheet(tmp_path / "d.csv", *(f"{p},1,2025,diesel,amount,50,t" for p in "AB"))
    other = tmp_path / "two.html"
    assert exit_code(["mrv", "calculate", two, "--sector", "power", "--out", str(other)]) == 2
    assert "a page is of one plant" in capsys.readouterr().err
    assert not other.exists()


def test_every_template_works_with_its_verb(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for kind in ("power", *EXAMPLE_FILES):
        assert exit_code(["mrv", "template", kind]) == 0
    for line in (
        "verify power.xlsx findings.csv --verifier V",
        "scope2 load.csv",
        "embodied purchases.yaml",
        "both power.xlsx purchases.yaml",
        "credit project.yaml",
    ):
        assert exit_code(["mrv", *line.split()]) == 0
        assert capsys.readouterr().out
    assert mrv.read_plan(Path("plan.yaml")).plant == "Plant A"
    assert exit_code(["mrv", "template", "plan"]) == 2
    assert exit_code(["mrv", "template", "plans"]) == 2
    assert "did you mean 'plan'" in capsys.readouterr().err
    assert exit_code(["mrv", "template", "plan", "--out", "x.csv"]) == 2
    assert not Path("x.csv").exists()


def test_the_template_lists_what_it_may_hold(tmp_path: Path) -> None:
    for lang in ("en", "zh"):
        path = tmp_path / f"{lang}.xlsx"
        assert exit_code(["mrv", "template", "power", "--lang", lang, "--out", str(path)]) == 0
        assert len(openpyxl.load_workbook(path).worksheets) == 2
        for item, parameter, unit, others in mrv.allowed(lang).itertuples(index=False):
            for one in (unit, *filter(None, others.split(", "))):
                row = {"plant": "A", "period": "2025", "item": item, "parameter": parameter}
                assert mrv.datum_of({**row, "value": "0", "unit": one}).unit == unit


def test_what_is_verified_is_posted_into_a_ledger_or_nothing_is(
    tmp_path: Path, capsys: Capture
) -> None:
    from dualcarbon.ledger import open_ledger

    url = f"sqlite:///{tmp_path / 'x.db'}"
    with open_ledger(url) as ledger:
        ledger.submit("register", key="1", actor="registry", account="A")
        ledger.submit(
            "register", key="2", actor="registry", account="A", activity="A", unit="kg CO2e"
        )
    file = sheet(tmp_path / "d.csv", "A,1,2025,diesel,amount,50,t", "B,1,2025,diesel,amount,50,t")
    findings = tmp_path / "f.csv"
    findings.write_text("finding,plant,what,effect_t,state\n", encoding="utf-8")
    words = ["mrv", "verify", file, str(findings), "--verifier", "V", "--sector", "power"]
    words += ["--ledger", url]
    assert exit_code(words) == 2  # B is no activity
    assert "unknown activity 'B'" in capsys.readouterr().err
    with open_ledger(url) as ledger:
        assert len(ledger.events()) == 2
    sheet(tmp_path / "d.csv", "A,1,2025,diesel,amount,50,t")
    for _ in range(2):  # the same statement again is the same event
        assert exit_code(words) == 0
        assert "report 3 of the ledger" in capsys.readouterr().out
    with open_ledger(url) as ledger:
        assert [event.verb for event in ledger.events()][2:] == ["report", "verify"]
        assert '"155 t"' in ledger.events()[2].body


def test_verify_states_on_the_command_line(tmp_path: Path, capsys: Capture) -> None:
    file = sheet(tmp_path / "d.csv", "A,1,2025,diesel,amount,50,t")
    findings = tmp_path / "f.csv"
    findings.write_text(
        "finding,plant,what,effect_t,state\nF1,A,scale,1.5,accepted\n", encoding="utf-8"
    )
    words = ["mrv", "verify", file, str(findings), "--verifier", "B", "--sector", "power"]
    assert exit_code([*words, "--format", "json"]) == 0
    [found] = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["verified_t"]) == ("verified with remarks", 157)
    findings.write_text("finding,plant,what,effect_t\nF1,C,scale,1.5\n", encoding="utf-8")
    assert exit_code(words) == 2
    assert "unknown plant 'C'" in capsys.readouterr().err


def test_a_plan_fills_gaps_and_a_signed_total_is_held_against(
    tmp_path: Path, capsys: Capture
) -> None:
    given_ = "A,1,2025-{m:02d},coal,{p},{v},{u}"
    lines = [
        given_.format(m=m, p=p, v=v, u=u)
        for m in range(1, 12)
        for p, v, u in (("amount", 100 + m, "t"), ("emission_factor", 2, "tCO2/t"))
    ]
    lines.append("A,1,2025-12,coal,emission_factor,2,tCO2/t")
    file = sheet(tmp_path / "d.csv", *lines)
    plan = tmp_path / "plan.yaml"
    asked = (
        "{installation: 1, item: coal, parameter: amount, how: scale, frequency: monthly, who: x}"
    )
    plan.write_text(f"plant: A\nin_force: 2024-12-01\nparameters: [{asked}]\n", encoding="utf-8")
    words = [file, "--sector", "power", "--plan", str(plan), "--format", "json"]
    assert exit_code(["mrv", "calculate", *words]) == 0
    found = json.loads(capsys.readouterr().out)["reports"][0]
    assert found["obligation_t"] == 2 * (sum(range(101, 112)) + 111)
    signed = [*words, "--signed", f"A={found['obligation_t'] + 1}"]
    assert exit_code(["mrv", "check", *signed]) == 0
    [one] = [c for c in json.loads(capsys.readouterr().out) if c["check"] == "signed"]
    assert (one["outcome"], one["value"] - one["low"]) == ("failed", -1)
    for text, said in (
        ("plant: B\nin_force: 2024-12-01\nparameters: []\n", "unknown plant 'B'"),
        ("plant: A\nin_force: soon\nparameters: []\n", "version or day"),
        (f"plant: A\nin_force: 2024-12-01\nparameters: [{asked.replace('scale', 'x, hw: y')}]\n",
         "unknown key 'hw'"),
    ):  # fmt: skip
        plan.write_text(text, encoding="utf-8")
        assert exit_code(["mrv", "calculate", *words]) == 2
        assert said in capsys.readouterr().err


EVIDENCE = {
    "additionality": {"test": "investment analysis", "date": "2025-03-01"},
    "registry": {"registry": "national voluntary registry"},
}


def test_unknown_never_passes_a_screen() -> None:
    empty = mrv.screen({"name": "wind", "criteria": {"governance": None}})
    assert set(empty.rows["outcome"]) == {"unknown"}
    assert empty.outcome == "unknown"
    given = {k: {"answer": True, "evidence": v} for k, v in EVIDENCE.items()}
    found = mrv.screen({"name": "wind", "criteria": given}).rows.set_index("criterion")["outcome"]
    assert found[list(EVIDENCE)].eq("pass").all()
    assert found.drop(list(EVIDENCE)).eq("unknown").all()
    bare = mrv.screen({"name": "wind", "criteria": {"registry": {"answer": "yes"}}})
    assert bare.rows.set_index("criterion").loc["registry", ["outcome", "missing"]].tolist() == [
        "unknown", "registry",
    ]  # fmt: skip
    failing = mrv.screen({"name": "wind", "criteria": {**given, "leakage": {"answer": "no"}}})
    assert failing.outcome == "fail"


def test_a_screen_passes_with_all_evidence_and_leaves_out_only_with_a_reason() -> None:
    from dualcarbon import datasets

    rows_ = datasets.load("credit_criteria").to_dict("records")
    full = {
        r["criterion"]: {"answer": "yes", "evidence": {k: "x" for k in str(r["needs"]).split(";")}}
        for r in rows_
    }
    assert mrv.screen({"name": "p", "criteria": full}).outcome == "pass"
    at_home = {"answer": "not applicable", "evidence": {"reason": "used at home"}}
    assert (
        mrv.screen({"name": "p", "criteria": full | {"corresponding_adjustment": at_home}}).outcome
        == "pass"
    )
    with pytest.raises(InputError, match="may not be left out"):
        mrv.screen({"name": "p", "criteria": full | {"leakage": at_home}})


@pytest.mark.parametrize(
    ("project", "said"),
    [
        ({"name": "p"}, "'criteria' is missing"),
        ({"name": "p", "criteria": {"leekage": {}}}, "did you mean 'leakage'"),
        ({"name": "p", "criteria": {"leakage": {"answer": "maybe"}}}, "unknown answer 'maybe'"),
        (
            {"name": "p", "criteria": {"leakage": {"evidence": {"who": 1}}}},
            "unknown evidence 'who'",
        ),
        ({"name": "p", "criteria": {"leakage": 3}}, "expected answer and evidence"),
        ({"name": "p", "criteria": {"leakage": {}}, "size": 3}, "unknown key 'size'"),
    ],
)
def test_a_bad_project_is_one_clear_error(project: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        mrv.screen(project)


def test_penalty_of_a_missing_tonne() -> None:
    """1 000 t at the mean of December 2025 cost 316 350 to 632 700 CNY and 1 000 t."""
    found = mrv.penalty(F(1000), F("63.27"))
    assert (found.low, found.high, found.deducted) == (316_350, 632_700, 1000)
