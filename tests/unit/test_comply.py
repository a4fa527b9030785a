"""The compliance desk: worked cases, lives of units, the cheapest plan with its duals, forms."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon import compliance as desk
from dualcarbon import datasets
from dualcarbon.cli.comply.group import EXAMPLE
from dualcarbon.cli.main import exit_code
from dualcarbon.common.documents import parse
from dualcarbon.common.words import Words, catalogue
from dualcarbon.compliance.company import Company
from dualcarbon.compliance.forms import PER_UNIT
from dualcarbon.compliance.plan import WORDS, duals_table, in_words, refusal
from dualcarbon.errors import InfeasiblePackage, InputError

Capture = pytest.CaptureFixture[str]
PLANT: dict[str, Any] = {
    "name": "plant", "year": 2025, "carbon": {"emissions_t": 2_900_000},
    "holdings": [{"kind": "allowance", "vintage": "2025", "quantity": 2_713_600}],
    "prices": {"allowance": 98.32, "ccer": 82.43},
}  # fmt: skip
SMELTER: dict[str, Any] = {
    "name": "smelter", "year": 2025, "prices": {"green": 5.51},
    "green": {"electricity_mwh": 300_000 * 13.5, "weight": 0.252, "green_power_mwh": 600_000},
}  # fmt: skip


def company(base: dict[str, Any], **changes: Any) -> Company:
    return Company.model_validate({**base, **changes})


def test_shortfall_and_cheapest_plan() -> None:
    """D01 186 400 t, D02 145 000 t of credits, D03 16 022 798 CNY."""
    plant = company(PLANT)
    assert desk.position(plant).markets["carbon"].short == 186_400
    found = desk.plan(plant)
    assert found.quantity("buy_ccer") == found.quantity("use_ccer") == 145_000
    assert found.quantity("buy_allowance") == 41_400
    assert found.cost == 16_022_798
    assert found.bound == pytest.approx(16_022_798, rel=1e-12)


def test_allowances_alone_cost_more_and_the_limit_has_its_price() -> None:
    """D04 18 326 848 CNY; credits save 2 304 050; the dual of the limit is 98.32 - 82.43."""
    without = desk.plan(company(PLANT, prices={"allowance": 98.32}))
    assert without.cost == 18_326_848
    found = desk.plan(company(PLANT))
    assert without.cost - found.cost == 2_304_050
    assert found.dual("ccer_limit") == pytest.approx(15.89)
    assert found.dual("ccer_supply") == pytest.approx(82.43)
    assert found.dual("carbon") == pytest.approx(98.32)
    assert found.worth_of_a_tonne == pytest.approx(98.32 - 0.05 * 15.89)


def test_one_tonne_less_emitted_saves_what_the_duals_say() -> None:
    less = desk.plan(company(PLANT, carbon={"emissions_t": 2_899_980}))  # the limit loses a tonne
    found = desk.plan(company(PLANT))
    assert float(found.cost - less.cost) == pytest.approx(20 * found.worth_of_a_tonne)


def test_credits_dearer_than_allowances_are_not_used() -> None:
    """As from February to April 2026: credits 85 to 87, allowances 79 to 81 CNY/t."""
    found = desk.plan(company(PLANT, prices={"allowance": 80.87, "ccer": 87.29}))
    assert found.quantity("use_ccer") == 0
    assert found.quantity("buy_allowance") == 186_400


def test_a_smelter_buys_certificates() -> None:
    """D05 420 600 certificates, D06 2 317 506 CNY at 5.51."""
    found = desk.plan(company(SMELTER))
    assert found.quantity("buy_green") == 420_600
    assert found.cost == 2_317_506
    monitored = company(SMELTER, green={**SMELTER["green"], "assessed": False})
    assert desk.plan(monitored).cost == 0
    assert not desk.position(monitored).markets["green"].binds


def test_lives_of_units() -> None:
    """Power of March 2026 lives to 29 February 2028, of December 2023 to the end of 2025."""
    assert desk.certificate_end(2026, 3) == date(2028, 2, 29)
    assert desk.certificate_end(2023, 12) == date(2025, 12, 31)
    assert desk.certificate_end(2024, 1) == date(2025, 12, 31)


@given(st.integers(2024, 2060), st.integers(1, 12))
def test_a_certificate_covers_24_months(year: int, month: int) -> None:
    end = desk.certificate_end(year, month)
    assert (end.year - year) * 12 + end.month - month == 23
    assert (end + pd.Timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("holding", "why"),
    [
        ({"kind": "allowance", "vintage": "2024"}, "past its life, which ended on 2025-12-31"),
        ({"kind": "allowance", "vintage": "2026"}, "no borrowing"),
        ({"kind": "green", "vintage": "2024-02"}, "past its life, which ended on 2026-01-31"),
        ({"kind": "energy_use", "vintage": "2024"}, "past its life"),
        ({"kind": "allowance", "vintage": "2024", "carried_over": True}, ""),
        ({"kind": "energy_use", "vintage": "2025"}, ""),
    ],
)
def test_units_that_cannot_be_used_are_named(holding: dict[str, Any], why: str) -> None:
    other = {"green": SMELTER["green"], "energy_use": {"use_tce": 5}}
    found = desk.position(company(PLANT, holdings=[{**holding, "quantity": 7}], **other))
    assert len(found.refused) == bool(why)
    for one, reason in found.refused:
        assert why in refusal(one, reason, "en")
        assert refusal(one, reason, "zh") != refusal(one, reason, "en")
    assert sum(m.usable for m in found.markets.values()) == (0 if why else 7)


def test_what_missing_units_would_cost() -> None:
    found = desk.fine(desk.position(company(PLANT)), F("63.27"))
    assert found is not None
    assert (found.low, found.high) == (5 * 186_400 * F("63.27"), 10 * 186_400 * F("63.27"))
    assert desk.fine(desk.position(company(PLANT, carbon={"emissions_t": 1})), F(1)) is None


def test_credits_count_up_to_their_limit() -> None:
    held = [{"kind": "ccer", "vintage": "2024", "quantity": 200_000}]
    found = desk.position(company(PLANT, holdings=held)).markets["carbon"]
    assert (found.held, found.usable, found.credits) == (200_000, 145_000, 145_000)
    cheap = desk.plan(company(PLANT, holdings=[*PLANT["holdings"], *held]))
    assert (cheap.quantity("use_ccer"), cheap.quantity("buy_ccer")) == (145_000, 0)


MEASURES = [{"name": "m", "cost_cny": 50, "most": 100, "tco2": 1, "tce": 0.5, "mwh": 2}]


def test_a_measure_counts_once_in_each_market_it_lowers_and_is_no_white_certificate() -> None:
    markets = {
        "carbon": {"emissions_t": 1000}, "white": {"owed_tce": 10}, "energy_use": {"use_tce": 500},
        "green": {"electricity_mwh": 1000, "weight": 0.5}, "electricity": {"load_mwh": 1000},
    }  # fmt: skip
    prices = {"allowance": 100, "green": 5, "white": 1000, "energy_use": 200, "power": 400}
    without = desk.plan(company({"name": "c", "year": 2025}, **markets, prices=prices))
    with_it = desk.plan(
        company({"name": "c", "year": 2025}, **markets, prices=prices, measures=MEASURES)
    )
    worth = 100 * (1 * 100 + 0.5 * 200 + 2 * 0.5 * 5 + 2 * 400 - 50)
    assert without.cost - with_it.cost == F(str(worth))
    assert with_it.quantity("buy_white") == 10
    assert with_it.dual("measure:m") == pytest.approx(worth / 100)


def test_what_cannot_be_met_names_market_and_price() -> None:
    with pytest.raises(
        InfeasiblePackage, match=r"carbon is short of 186,400 t CO2 and prices.allowance"
    ):
        desk.plan(company(PLANT, prices={}))
    with pytest.raises(InfeasiblePackage) as error:
        desk.plan(company(SMELTER, prices={}))
    assert error.value.conflicts == ["green"]


def test_markets_that_cannot_be_met_together_are_named() -> None:
    """A measure that saves energy saves no more CO2 than is emitted, and cannot be made larger."""
    both = {"carbon": {"emissions_t": 1}, "energy_use": {"use_tce": 100}}
    saver = [{"name": "m", "cost_cny": 1, "most": 1000, "tco2": 1, "tce": 0.5}]
    with pytest.raises(
        InfeasiblePackage, match="in all markets together; without energy_use"
    ) as error:
        desk.plan(company({"name": "c", "year": 2025}, **both, measures=saver))
    assert error.value.conflicts == ["energy_use"]
    fine = company({"name": "c", "year": 2025}, **both, measures=saver, prices={"energy_use": 9})
    assert desk.plan(fine).quantity("measure:m") == 1


AMOUNT, PRICE = st.integers(0, 10_000), st.integers(1, 200)


@settings(max_examples=60, deadline=None)
@given(AMOUNT, AMOUNT, AMOUNT, PRICE, PRICE, st.integers(0, 200))
def test_the_plan_is_met_never_beaten_and_never_below_its_bound(
    emitted: int, held: int, credits: int, price: int, of_credit: int, sale: int
) -> None:
    prices = {"allowance": price, "ccer": of_credit, "allowance_sell": min(sale, price)}
    holdings = [{"kind": "allowance", "vintage": "2025", "quantity": held},
                {"kind": "ccer", "vintage": "2025", "quantity": credits}]  # fmt: skip
    found = desk.plan(
        company(PLANT, carbon={"emissions_t": emitted}, holdings=holdings, prices=prices)
    )
    q = found.quantity
    assert q("use_ccer") <= F(emitted, 20)
    assert q("use_ccer") <= credits + q("buy_ccer")
    assert (
        held + q("buy_allowance") + q("use_ccer") - q("sell_allowance") - q("keep_allowance")
        >= emitted
    )
    assert float(found.cost) >= found.bound - 1e-6
    limit = emitted // 20
    naive = []
    for used in (0, min(limit, credits), limit):
        rest = emitted - used - held
        naive.append(
            max(0, used - credits) * of_credit
            + (rest * price if rest > 0 else rest * min(sale, price))
        )
    assert found.bound <= min(naive) + 1e-6
    assert float(found.cost) <= min(naive) + 200 + 1e-6  # whole units: at most one of them dearer


def test_duals_are_said_in_both_languages() -> None:
    table = duals_table(desk.plan(company(PLANT))).set_index("row")
    assert (
        table.loc["ccer_limit", "text_en"]
        == "One more tonne of credits admitted would save 15.89 CNY."
    )
    assert table.loc["ccer_limit", "text_zh"] == "抵销上限每放宽1吨，可节省15.89元。"
    free = desk.plan(company(PLANT, carbon={"emissions_t": 1}))
    assert all(d.value == pytest.approx(0, abs=1e-7) for d in free.duals if d.row == "carbon")
    assert "saves nothing" in in_words(next(d for d in free.duals if d.slack > 0), "en")


def test_duties_by_date() -> None:
    found = desk.duties(2025, date(2026, 3, 1))
    dated = found[found["due"] != ""]
    assert dated["due"].is_monotonic_increasing
    by_key = found.set_index("duty")
    assert by_key.loc["K05", ["due", "days_left"]].tolist() == ["2026-12-31", 305]
    assert by_key.loc["K02", "due"] == "2026-03-31"
    assert by_key.loc["K01", "due"] == "2026-04-09"  # 40 days after February
    assert by_key.loc["K14", "due"] == ""
    assert len(found) == 19
    assert set(desk.duties(2025, date(2026, 3, 1), "border")["market"]) == {"border"}
    with pytest.raises(InputError, match="unknown market 'carbn'"):
        desk.duties(2025, date(2026, 3, 1), "carbn")


UNITS = pd.DataFrame(
    [("L1", "green", 0, 4_000_000, "A", "claimed", None, "meter 7", "2025-03"),
     ("L2", "green", 4_000_000, 5_000_000, "A", "held", None, "meter 7", "2025-03"),
     ("L3", "ccer", 0, 2_000, "B", "cancelled", None, "", "2025")],
    columns=["lot", "kind", "start", "end", "account", "state", "parent", "evidence", "vintage"],
)  # fmt: skip


def test_a_certificate_of_retirement_says_what_may_be_said() -> None:
    about = {"beneficiary": "A", "purpose": "scope 2 of 2025", "at": date(2026, 3, 1)}
    units = desk.units_of(UNITS, "A")
    assert units["quantity"].tolist() == [4.0, 1.0]
    form = desk.retirement(units, **about, head="12:abc")
    page = form.html()
    for text in ("4 MWh", "12:abc", "not an official registry", "May not be said", "meter 7"):
        assert text in page
    assert "L2" not in page
    assert "不是官方登记系统" in desk.retirement(units, **about, lang="zh").html()
    with pytest.raises(InputError, match="no unit is retired"):
        desk.retirement(units[units["state"] == "held"], **about)
    with pytest.raises(InputError, match="purpose: is empty"):
        desk.retirement(units, **{**about, "purpose": " "})
    with pytest.raises(InputError, match="unknown account 'C'"):
        desk.units_of(UNITS, "C")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_annual_report_is_a_page_and_a_workbook(
    lang: str, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "company.yaml"
    assert exit_code(["comply", "template", "--out", str(file)]) == 0
    for name in ("r.html", "r.xlsx"):
        assert (
            exit_code(
                ["comply", "report", str(file), "--out", str(tmp_path / name), "--lang", lang]
            )
            == 0
        )
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert ("Cheapest plan" in page) == (lang == "en")
    assert "<script" not in page
    sheets = openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames
    assert sheets == ["form", "comply_position", "comply_plan", "comply_duals", "comply_calendar"]
    assert exit_code(["comply", "template", "--out", str(file)]) == 2
    assert "exists already" in capsys.readouterr().err


def test_verbs_of_the_desk(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "company.yaml"
    file.write_text(EXAMPLE, encoding="utf-8")
    found = desk.plan(Company.model_validate(parse(EXAMPLE, "example")))
    assert exit_code(["comply", "plan", str(file), "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert F(said["cost_cny"]) == found.cost
    assert (
        exit_code(["comply", "what-if", str(file), "--set", "prices.ccer=100", "--format", "json"])
        == 0
    )
    change = F(json.loads(capsys.readouterr().out)["change_cny"])
    assert change > 0
    assert exit_code(["comply", "position", str(file), "--format", "csv"]) == 0
    assert ",0,186400,True" in capsys.readouterr().out


def test_a_plan_for_each_of_several_values(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "company.yaml"
    file.write_text(EXAMPLE, encoding="utf-8")
    words = ["comply", "what-if", str(file), "--vary", "prices.ccer=60,80,120", "--format", "json"]
    assert exit_code(words) == 0
    found = json.loads(capsys.readouterr().out)
    costs = [row["cost_cny"] for row in found]
    assert costs == sorted(costs)  # a dearer credit never makes it cheaper
    assert [row["use_ccer"] > 0 for row in found] == [True, True, False]
    base = Company.model_validate(parse(EXAMPLE, "example"))
    assert costs[1] == float(desk.plan(base.changed("prices.ccer", 80)).cost)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("prices.ccr=9", "did you mean 'ccer'"),
        ("prices.ccer=-9", "at least 0"),
        ("carbon.emissions_t=-1", "at least 0"),
        ("white.owed_tce=1", "unknown key 'white'"),
        ("holdings.0.vintage=2025-13", "is no vintage"),
        ("holdings.1.vintage=2025", "is a month"),
        ("measures.new pump.most=1", "did you mean 'new pumps'"),
        ("prices.energy_use=50", "is above energy_use"),
    ],
)
def test_a_bad_value_is_one_clear_error(
    change: str, said: str, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "company.yaml"
    file.write_text(EXAMPLE, encoding="utf-8")
    assert exit_code(["comply", "plan", str(file), "--set", change]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: a\nyear: 2025\n", "is in no market"),
        ("name: a\nyear: 2025\ncarbn: {}\n", "did you mean 'carbon'"),
        ("name: a\nyear: 2025\ncarbon: {emissions_t: 1}\nyear: 2024\n", "stands twice"),
    ],
)
def test_a_bad_file_is_one_clear_error(
    text: str, said: str, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "company.yaml"
    file.write_text(text, encoding="utf-8")
    assert exit_code(["comply", "position", str(file)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_what_an_account_still_holds_is_a_holding() -> None:
    found = desk.holdings_of(desk.units_of(UNITS, "A"), {"L2": date(2027, 2, 28)})
    [one] = found
    assert (one.kind, one.quantity, one.end) == ("green", 1.0, date(2027, 2, 28))


def test_the_desk_reads_a_ledger(tmp_path: Path, capsys: Capture) -> None:
    from dualcarbon.ledger import open_ledger
    from dualcarbon.ledger.kinds import WHOLE

    assert dict(PER_UNIT) == WHOLE
    url = f"sqlite:///{tmp_path / 'x.db'}"
    with open_ledger(url) as ledger:
        ledger.submit("register", key="1", actor="registry", account="plant A")
        ledger.submit("issue", key="2", actor="registry", account="plant A", kind="allowance",
                      quantity="100 t", vintage=2025, document="d")  # fmt: skip
        ledger.submit("surrender", key="3", actor="plant A", account="plant A", kind="allowance",
                      quantity="40 t", obligation="national_ets", period="2025")  # fmt: skip
    file = tmp_path / "company.yaml"
    file.write_text("name: a\nyear: 2025\ncarbon: {emissions_t: 100}\n", encoding="utf-8")
    words = ["comply", "position", str(file), "--ledger", url, "--account"]
    assert exit_code([*words, "plant A", "--format", "json"]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert (row["held"], row["short"]) == (60, 40)
    assert exit_code([*words, "plant B"]) == 2
    assert "did you mean 'plant A'" in capsys.readouterr().err
    target = tmp_path / "c.html"
    words = ["comply", "certificate", url, "--account", "plant A", "--purpose", "2025"]
    assert exit_code([*words, "--kind", "allowance", "--out", str(target)]) == 0
    assert "40 t CO2" in target.read_text(encoding="utf-8")
    assert exit_code([*words, "--out", str(tmp_path / "none.html")]) == 2
    assert not (tmp_path / "none.html").exists()
    sheet = tmp_path / "s.xlsx"
    words = ["comply", "statement", url, "--account", "plant A", "--period"]
    year = str(date.today().year)
    assert exit_code([*words, year, "--out", str(sheet)]) == 0
    book = openpyxl.load_workbook(sheet)
    assert len(list(book["closing"].rows)) == 1 + 2  # held and surrendered
    page = tmp_path / "s.html"
    assert exit_code([*words, year, "--lang", "zh", "--out", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    with open_ledger(url) as ledger:
        assert f"3:{ledger.root()}" in text
    for word in ("期初", "40 t CO2e", "不是官方登记系统"):
        assert word in text
    assert exit_code([*words, "soon", "--out", str(page)]) == 2


def test_holdings_outside_a_company_s_markets_are_refused() -> None:
    with pytest.raises(InputError, match="is not in the carbon market"):
        desk.position(company(SMELTER, holdings=PLANT["holdings"]))


def test_states_of_duties_are_said_in_both_languages() -> None:
    states = set(datasets.load("compliance_calendar")["status"])
    words = {lang: Words(lang, catalogue(WORDS)) for lang in ("en", "zh")}
    assert {state: words["en"].get(f"status.{state}") for state in states} == {s: s for s in states}
    spoken = "".join(words["zh"].get(f"status.{state}") for state in states)
    assert not any(letter.isascii() and letter.isalpha() for letter in spoken)
