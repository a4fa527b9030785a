"""Tables, figures and sections of the EU border."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from dualcarbon.cli.main import exit_code
from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import InputError
from dualcarbon.international.cbam import Shipment, assess, price_path
from dualcarbon.international.cbam.tables import GOODS, ORIGINS, report_tables
from dualcarbon.report.html import report_page, write_report
from dualcarbon.report.text import strings

PRICE = 82.32


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return report_tables(domestic_price_cny=100, rate=8)


def test_every_table_names_its_source_and_grade(tables: dict[str, pd.DataFrame]) -> None:
    assert len(tables) == 9
    for name, table in tables.items():
        assert name.startswith("border_")
        said = [c for c in table if c in ("source", "source_en", "source_zh")]
        assert said, name
        assert (table[said].map(len) > 0).all(axis=None), name
        assert set(table["grade"]) <= set("ABCD"), name


def test_costs_are_those_of_single_shipments(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["border_costs"]
    assert len(table) == len(GOODS) * len(ORIGINS) * 9
    for row in table.sample(20, random_state=1).itertuples():
        made = Shipment(cn=row.cn, origin=row.origin, tonnes=1, year=row.year)
        found = assess(made, PRICE)
        assert row.eur_per_t == pytest.approx(found.certificates * PRICE)


def test_parts_of_a_bill_are_worth_the_embedded_emissions(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["border_bill"]
    wide = table.pivot_table(index=["year", "case"], columns="part", values="eur_per_t")
    assert (wide >= 0).all(axis=None)
    marked = {2026: 3.5057, 2027: 3.8244}
    for (year, _), total in wide.sum(axis=1).items():
        assert total == pytest.approx(marked.get(year, 4.1431) * PRICE)
    free, paid = wide.xs("free", level="case"), wide.xs("paid", level="case")
    assert free["deduction"].abs().max() < 1e-9
    saved = free["certificates"] - paid["certificates"]
    assert saved.to_numpy() == pytest.approx(paid["deduction"].to_numpy())
    assert paid["deduction"][2034] == pytest.approx(4.1431 * 100 / 8)


def test_revenue_moves_home_until_the_border_bill_is_used_up(
    tables: dict[str, pd.DataFrame],
) -> None:
    wide = tables["border_revenue"].pivot(
        index="domestic_price_cny", columns="receiver", values="eur_per_t"
    )
    below = wide[wide.index / 8 <= PRICE]
    assert below.sum(axis=1).to_numpy() == pytest.approx(4.1431 * PRICE, abs=1e-4)
    assert wide["home"].is_monotonic_increasing
    assert wide["eu"].is_monotonic_decreasing


def test_a_price_at_home_may_change_over_the_years() -> None:
    home = pd.Series({2025: 80.0, 2035: 180.0})
    found = report_tables(domestic_price_cny=home, rate=8)["border_bill"]
    paid = found[(found["case"] == "paid") & (found["part"] == "deduction")].set_index("year")
    assert paid["domestic_price_cny"][2030] == pytest.approx(130)
    assert paid["eur_per_t"][2030] == pytest.approx(4.1431 * 130 / 8)
    with pytest.raises(InputError, match="no carbon prices at home"):
        report_tables(domestic_price_cny=pd.Series(dtype=float))


def test_a_country_without_known_trade_has_no_exposure() -> None:
    found = report_tables(country="TR", prices=price_path(80, last=2027), goods={"72083900": "x"})
    assert "border_exposure" not in found
    assert set(found["border_costs"]["year"]) == {2026, 2027}
    with pytest.raises(InputError, match="no certificate prices"):
        report_tables(prices=pd.Series(dtype=float))


def test_one_good_in_one_year_at_chosen_prices_at_home() -> None:
    found = report_tables(
        country="TR", goods={"76011010": "aluminium"}, steps=(0.0, 80.0), year=2028, rate=8
    )
    revenue = found["border_revenue"]
    assert set(revenue["domestic_price_cny"]) == {0.0, 80.0}
    assert set(revenue["year"]) == {2028}
    assert set(found["border_costs"]["good"]) == {"aluminium"}
    made = Shipment(cn="76011010", origin="TR", tonnes=1, year=2028)
    paid = revenue[revenue["domestic_price_cny"] == 0].set_index("receiver")["eur_per_t"]
    assert paid["eu"] == pytest.approx(assess(made, PRICE).cost_eur, abs=0.01)
    page = report_page(found, lang="en")
    assert "Who receives the carbon cost of a tonne: Unwrought aluminium, Türkiye" in page
    assert "coil" not in page.split('id="border"')[1].split("</section>")[0].lower()
    with pytest.raises(InputError, match="no certificate price of 2040"):
        report_tables(year=2040)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_shows_every_figure_in_its_language(
    tables: dict[str, pd.DataFrame], lang: str
) -> None:
    page = report_page(tables, lang=lang)
    known = strings()
    for key in ("section.border", "section.border_prices", "table.border_index"):
        assert known[key][lang] in page
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", page, flags=re.DOTALL)
    assert len(captions) == 7
    for caption in captions:
        assert re.search(r"(Grade|等级：)\W?[ABCD]", caption)
    assert re.search(r">[^<]*\b(nan|None|inf)\b", page) is None
    other = known["good.hot_rolled_coil"]["en" if lang == "zh" else "zh"]
    assert other not in page


def test_sections_are_left_out_without_their_tables(
    tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    path = write_report({"border_prices": tables["border_prices"]}, tmp_path / "page.html")
    page = path.read_text(encoding="utf-8")
    assert strings()["section.border_prices"]["en"] in page
    assert strings()["lead.border"]["en"] not in page


@pytest.mark.parametrize(
    "words",
    [
        ["exposure", "CN"],
        ["saving", "--cn", "76011010", "--origin", "TR", "--tonnes", "9", "--year", "2030"],
    ],
)
def test_a_verb_writes_the_page_that_it_is_asked_for(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "border.html"
    assert exit_code(["cbam", *words, "--report", str(path), "--lang", "zh"]) == 0
    page = path.read_text(encoding="utf-8")
    assert strings()["section.border"]["zh"] in page
    good = strings()["good.hot_rolled_coil" if words[0] == "exposure" else "good.aluminium"]["zh"]
    assert strings()["figure.border_bill"]["zh"].split("：")[0] in page
    assert good in page
    assert capsys.readouterr().out


def test_bills_by_law_and_what_verified_data_save(tables: dict[str, pd.DataFrame]) -> None:
    laws = tables["border_laws"].set_index(["cn", "origin", "year", "law"])["eur_per_t"]
    assert laws["72271000", "TH", 2026, "2026-07"] == pytest.approx(288.379, abs=1e-3)
    assert laws["72271000", "TH", 2026, "2025-12"] == pytest.approx(194.714, abs=1e-3)
    own = tables["border_product"]
    default = own[own["case"] == "default"].set_index("year")["eur_per_t"]
    verified = own[own["case"] == "verified"]
    saved = default[verified["year"]].to_numpy() - verified["eur_per_t"].to_numpy()
    assert verified["saving_eur_per_t"].to_numpy() == pytest.approx(saved)
    open_ = verified["break_even"] - verified["intensity"]
    assert saved == pytest.approx((open_ * PRICE).to_numpy())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_of_the_new_questions(tables: dict[str, pd.DataFrame], lang: str) -> None:
    page = report_page(tables, lang=lang)
    words = strings()
    for key in ("figure.border_laws", "table.border_package"):
        assert words[key][lang].partition("{")[0] in page
    assert {"en": "verified, ", "zh": "经核查，"}[lang] in page
