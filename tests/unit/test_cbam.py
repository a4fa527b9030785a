"""CBAM over all goods and origins, batches of shipments, exposure, and the verbs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dualcarbon import datasets
from dualcarbon.cli.main import exit_code
from dualcarbon.international import cbam, pricing
from dualcarbon.international.cbam import Assessment, Shipment, assess, official
from dualcarbon.international.cbam.goods import ELECTRICITY, goods, nearest_codes
from dualcarbon.international.cbam.rules import ORDER

Capture = pytest.CaptureFixture[str]
YEARS = range(2026, 2035)
NATURAL_HYDROGEN = ("28041000", "ML")  # its default value is zero in the regulation itself
SOME = ("CN", "TR", "DZ", "AL", "SG", "KR", "AF", "other")


def of(cn: str, origin: str, year: int) -> Assessment:
    """An assessment by default values; electricity at a given factor."""
    amount = {"mwh": 100, "emission_factor": 0.8} if cn == "27160000" else {"tonnes": 100}
    return assess(Shipment.model_validate({"cn": cn, "origin": origin, "year": year, **amount}), 80)


def check_all(origins: list[str], years: range | tuple[int, ...]) -> int:
    """Assess all goods; those with free allocation left must have some."""
    count = 0
    for cn, good in goods().items():
        for origin in origins:
            for year in years:
                found = of(cn, origin, year)
                count += 1
                assert (found.embedded_t > 0) == ((cn, origin) != NATURAL_HYDROGEN), (cn, origin)
                assert found.certificates >= 0, (cn, origin, year)
                has = year < 2034 and good.sector != ELECTRICITY
                assert (found.free_allocation_t > 0) == has, (cn, origin, year)
    return count


def test_all_goods_have_values_and_benchmarks() -> None:
    assert check_all(list(SOME), (2026, 2028, 2034)) == len(goods()) * len(SOME) * 3


@pytest.mark.slow
def test_all_goods_origins_and_years() -> None:
    origins = [origin.code for origin in cbam.listed_origins()]
    assert len(origins) == 122
    assert check_all(origins, YEARS) >= 569 * 122 * 9


def test_the_tables_are_complete() -> None:
    assert len(official.goods()) == 569
    assert set(goods()) >= {entry["cn"] for entry in official.goods()}
    assert len(official.benchmarks()) == 570
    assert {o.row for o in cbam.listed_origins()} == set(official.default_rows())


def test_every_table_of_values_is_read_in_full() -> None:
    first = official.default_rows("2025-12")
    rows = [r for by in first.values() for rows in by.values() for r in rows]
    assert len(rows) == 11391
    for row in rows:
        assert (row.total is None) == (row.marked_up == ())
        assert len(row.marked_up) in (0, 3)
        assert list(row.marked_up) == sorted(row.marked_up)


def test_marked_up_values_are_those_of_the_rates() -> None:
    """Ten, twenty, thirty per cent, fertilisers one; cement partly compounds; to a unit in the
    third decimal."""
    for headings in official.default_rows("2025-12").values():
        for rows in headings.values():
            for row in rows:
                for step, value in enumerate(row.marked_up, start=1):
                    base = float(row.total or 0)
                    fertiliser = row.cn.startswith(("28", "31")) and not row.cn.startswith("2804")
                    rates = {0.01} if fertiliser else {0.1 * step, 1.1**step - 1}
                    assert min(abs(float(value) - base * (1 + r)) for r in rates) < 0.0012


def test_every_origin_of_the_tables_has_a_code() -> None:
    for origin in cbam.listed_origins():
        assert cbam.origin(origin.name) == cbam.origin(origin.code)
    assert cbam.origin("na").name == "Namibia"
    assert cbam.origin("  turkiye ").code == cbam.origin("Turkey").code == "TR"
    assert not cbam.origin("AF").listed


def test_nearest_codes_share_the_longest_beginning() -> None:
    assert nearest_codes("73181590", goods())[0].startswith("731815")


def test_each_line_has_an_article_and_a_status() -> None:
    found = of("72083900", "CN", 2030)
    audit = found.audit()
    assert (audit["article"].str.len() > 0).all()
    assert set(audit["status"]) <= set(ORDER)
    values = audit.set_index("rule")["value"]
    see, benchmark, factor = (values[k] for k in ("default_value", "benchmark", "cbam_factor"))
    assert found.certificates == pytest.approx(100 * (see - factor * benchmark))
    assert found.cost_eur == pytest.approx(found.certificates * 80, abs=0.005)
    assert json.loads(json.dumps(found.to_dict()))["cost_eur"] == found.cost_eur


def rows(**changed: list[object]) -> pd.DataFrame:
    table = {
        "cn": ["72071111", "7318 15 90", "76011010"],
        "origin": ["TR", "CN", "Atlantis"],
        "tonnes": ["100", "5", "7"],
        "year": ["2026", "2026", "2026"],
    }
    return pd.DataFrame(table | changed)


def test_bad_rows_do_not_stop_the_good_ones() -> None:
    found = cbam.assess_batch(rows(), 80)
    assert found.results[["row", "cost_eur"]].to_numpy().tolist() == [[2, 9688.8]]
    assert found.errors["row"].tolist() == [3, 4]
    assert "not a good under CBAM" in found.errors["message"][0]
    assert "unknown origin" in found.errors["message"][1]
    assert found.cost_eur == 9688.8


def test_the_threshold_is_per_importer_and_year() -> None:
    """30 + 20 t stay exempt, 30 + 20.1 t do not; hydrogen neither counts nor is exempt."""
    table = pd.DataFrame(
        {
            "cn": ["72071111", "76011010", "28041000"] * 2,
            "origin": ["TR"] * 6,
            "tonnes": ["30", "20", "9", "30", "20.1", "9"],
            "year": ["2026"] * 6,
            "importer": ["A"] * 3 + ["B"] * 3,
        }
    )
    found = cbam.assess_batch(table, 80).results
    assert found["exempt"].tolist() == [True, True, False, False, False, False]
    assert found["cost_eur"][2] == found["cost_eur"][5] > 0


def test_a_row_may_hold_its_own_price_precursors_and_origin_price() -> None:
    precursors = '[{"cn": "72071111", "origin": "TR", "per_tonne": 1.1}]'
    table = pd.DataFrame(
        {
            "cn": ["72083900"],
            "origin": ["TR"],
            "tonnes": ["100"],
            "year": ["2026.0"],
            "price": ["90"],
            "direct": ["0.15"],
            "verified": ["yes"],
            "precursors": [precursors],
            "carbon_price": ["9"],
            "carbon_price_track": ["actual"],
            "carbon_price_certified": ["TRUE"],
        }
    )
    found = cbam.assess_batch(table, 80).results.iloc[0]
    embedded = 100 * (0.15 + 1.1 * 2.541)
    assert found["embedded_t"] == pytest.approx(embedded)
    assert found["deduction_t"] == pytest.approx(embedded * 9 / 90)


def test_declarations_sum_over_importer_and_year() -> None:
    table = pd.DataFrame(
        {
            "cn": ["72071111", "72083900", "72083900"],
            "origin": ["TR", "CN", "CN"],
            "tonnes": ["100", "100", "100"],
            "year": ["2027", "2027", "2026"],
            "importer": ["A", "A", "A"],
        }
    )
    found = cbam.assess_batch(table, 80)
    later = found.declarations.set_index("year").loc[2027]
    rows_of_year = found.results[found.results["year"] == 2027]
    assert later["certificates"] == pytest.approx(rows_of_year["certificates"].sum())
    assert 0 <= later["surrender"] - later["certificates"] < 1
    open_ = 231.0 + 318.7 - 100 * 0.95 * (1.364 + 1.370)
    assert later["hold_t"] == pytest.approx(open_ / 2)
    assert later["declare_by"] == "2028-09-30"
    assert found.declarations.set_index("year").loc[2026, "hold_t"] == 0
    assert found.declarations["cost_eur"].sum() == pytest.approx(found.cost_eur)


def test_the_list_of_acts_and_the_law_of_a_bill(capsys: Capture) -> None:
    table = json.loads(said(capsys, "cbam", "rules", "--law", "2025-12", "--format", "json"))
    assert {row["act"] for row in table} < set(cbam.acts()["act"])
    assert "替换默认值" in said(capsys, "cbam", "rules", "--format", "csv")
    assert "法令" in said(capsys, "cbam", "rules", "--lang", "zh")
    asked = ("--cn", "72271000", "--origin", "THA", "--tonnes", "1000", "--year", "2026")
    for law, cost in (("2025-12", 194_713.55), ("2026-07", 288_379.31)):
        printed = said(capsys, "cbam", "assess", *asked, "--law", law, "--format", "json")
        assert json.loads(printed)["cost_eur"] == cost
    assert "2026-11-27" in said(capsys, "cbam", "assess", *asked)
    assert exit_code(("cbam", "rules", "--law", "2027")) == 2
    assert "unknown law '2027'" in capsys.readouterr().err


def test_prices_by_quarter_and_week(capsys: Capture, tmp_path: Path) -> None:
    prices = {"2026-Q1": 75.36, "2026-Q2": 70.0, "2027-W05": 81.0}
    for day, price in (("2026-03-31", 75.36), ("2026-04-01", 70.0), ("2027-02-03", 81.0)):
        made = Shipment.model_validate(
            {"cn": "72083900", "origin": "CN", "tonnes": 1, "year": day[:4], "imported_on": day}
        )
        assert assess(made, prices).price_eur == price
    path = tmp_path / "prices.csv"
    pd.Series(prices, name="eur_per_t").rename_axis("period").to_csv(path)
    asked = ("--cn", "72083900", "--origin", "CN", "--tonnes", "1", "--year", "2026")
    more = ("--set", "imported_on=2026-05-01", "--prices", str(path), "--format", "json")
    assert json.loads(said(capsys, "cbam", "assess", *asked, *more))["price_eur"] == 70
    assert exit_code(("cbam", "assess", *asked, "--prices", str(path), "--price", "80")) == 2
    assert "one price or a file of prices" in capsys.readouterr().err
    path.write_text("quarter,price\n2026-Q1,80\n", encoding="utf-8")
    assert exit_code(("cbam", "assess", *asked, "--prices", str(path))) == 2
    assert "columns period" in capsys.readouterr().err


def test_progress_counts_all_rows() -> None:
    told: list[tuple[int, int]] = []
    table = pd.concat([rows().head(1)] * 5, ignore_index=True)
    cbam.assess_batch(table, 80, progress=lambda done, of: told.append((done, of)))
    assert told == [(n, 5) for n in range(1, 6)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_assessed_without_errors(
    capsys: Capture, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"shipments.{kind}"
    assert exit_code(("cbam", "template", str(path))) == 0
    out = tmp_path / f"out.{kind}"
    arguments = ("cbam", "batch", str(path), "--out", str(out), "--format", "json")
    capsys.readouterr()
    assert exit_code(arguments) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["assessed"], summary["errors"]) == (4, [])
    read = pd.read_csv(out) if kind == "csv" else pd.read_excel(out, sheet_name="results")
    assert read["cost_eur"].sum() == pytest.approx(summary["cost_eur"])
    assert read["exempt"].tolist() == [False, False, False, True]


def test_some_bad_rows_end_with_one(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "shipments.csv"
    rows().to_csv(path, index=False)
    assert exit_code(("cbam", "batch", str(path))) == 1
    printed = capsys.readouterr()
    assert "row 3: cn: '7318 15 90'" in printed.err
    assert len(pd.read_excel(tmp_path / "shipments-cbam.xlsx", sheet_name="errors")) == 2


@pytest.mark.parametrize("format_", ["table", "json"])
def test_only_bad_rows_end_with_two_and_write_nothing(
    capsys: Capture, tmp_path: Path, format_: str
) -> None:
    path = tmp_path / "neg.csv"
    path.write_text("cn,origin,tonnes,year\n72083900,CN,-5,2027\n72083900,CN,-6,2027\n")
    assert exit_code(("cbam", "batch", str(path), "--price", "80", "--format", format_)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    told = [line for line in printed.err.splitlines() if line.startswith(("row ", "error: "))]
    assert [line.partition(":")[0] for line in told] == ["row 2", "row 3", "error"]
    assert [p.name for p in tmp_path.iterdir()] == ["neg.csv"]


def said(capsys: Capture, *arguments: str) -> str:
    assert exit_code(arguments) == 0
    return capsys.readouterr().out


def test_the_verb_gives_the_worked_example(capsys: Capture) -> None:
    asked = ("--cn", "72071111", "--origin", "TR", "--tonnes", "100", "--year", "2026")
    found = json.loads(said(capsys, "cbam", "assess", *asked, "--price", "80", "--format", "json"))
    assert found["embedded_t"] == 254.1
    assert found["free_allocation_t"] == 132.99
    assert found["certificates"] == 121.11
    assert found["cost_eur"] == 9688.80
    assert "9,688.80 EUR" in said(capsys, "cbam", "assess", *asked, "--price", "80")


def test_exposure_is_tonnes_times_the_bill_of_a_tonne(capsys: Capture) -> None:
    table = cbam.exposure("CN", cbam.price_path(80))
    assert set(table["year"]) == set(YEARS)
    metal = table[table["sector"] == "aluminium"].set_index("year")
    assert metal.loc[2026, "cost_eur"] == pytest.approx(
        689000 * (4.532 - 0.975 * 1.485) * 80, rel=1e-9
    )
    euros = 22.76e9 / pricing.exchange_rate("EUR", "CNY", 2023)
    assert metal.loc[2026, "cost_share"] == pytest.approx(metal.loc[2026, "cost_eur"] / euros)
    assert metal["cost_eur"].is_monotonic_increasing
    assert table.loc[table["sector"] == "iron_steel", "cost_share"].isna().all()
    priced = cbam.exposure("CN", cbam.price_path(80), domestic_price_eur=8)
    saved = table["cost_eur"] - priced["cost_eur"]
    assert np.allclose(saved, table["embedded_t"] * 8, rtol=1e-9)
    printed = json.loads(
        said(capsys, "cbam", "exposure", "CN", "--price", "80", "--format", "json")
    )
    assert sum(r["cost_eur"] for r in printed) == pytest.approx(table["cost_eur"].sum())
    assert "2034" in said(capsys, "cbam", "exposure")


def test_the_index_is_the_share_times_the_carbon_of_a_dollar(capsys: Capture) -> None:
    table = cbam.exposure_index().set_index(["origin", "industry"])
    raw = datasets.load("export_intensity").set_index(["origin", "industry"])
    china, row = table.loc[("CHN", "metals")], raw.loc[("CHN", "metals")]
    share = row["exports_eu_musd"] / row["exports_musd"]
    assert china["aggregate"] == pytest.approx(share * row["embodied_kg_per_usd"] * 0.1)
    assert china["relative"] < china["aggregate"]
    assert not raw.loc[table.index, "in_eu"].any()
    direct = cbam.exposure_index("direct").set_index(["origin", "industry"])
    upstream = table["carbon_kg_per_usd"] - direct["carbon_kg_per_usd"]
    assert (upstream > -1e-9).all()
    assert "relative" in said(capsys, "cbam", "exposure", "--index")


def test_a_price_at_home_moves_the_revenue_not_the_cost(capsys: Capture) -> None:
    """Up to the price at which nothing is left to pay at the border."""
    made = Shipment(cn="72083900", origin="CN", tonnes=1000, year=2030)
    table = cbam.price_sweep(made, 80, [0, 100, 300], 8)
    assert np.allclose(table["exporter_eur"], table["exporter_eur"][0], atol=0.02)
    assert np.allclose(table["home_eur"] + table["eu_eur"], table["exporter_eur"], atol=0.01)
    free = cbam.price_sweep(made, 80, [100], 8, free_share=1)
    assert free["saving_eur"][0] == free["home_eur"][0] == 0
    asked = ("--cn", "72083900", "--origin", "CN", "--tonnes", "1000", "--year", "2030")
    arguments = ("--price", "80", "--domestic-prices", "0,100,300", "--exchange-rate", "8")
    printed = json.loads(said(capsys, "cbam", "saving", *asked, *arguments, "--format", "json"))
    assert pd.DataFrame(printed)["home_eur"].tolist() == pytest.approx(table["home_eur"].tolist())


VERBS = ("assess", "batch", "template", "exposure", "saving", "rules")


@pytest.mark.parametrize(
    "verb",
    [("cbam", v) for v in VERBS] + [("price", "effective"), ("price", "schemes")],
    ids=" ".join,
)
def test_the_example_of_each_help_page_works(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    end = said(capsys, *verb, "--help").rpartition("Example:")[2]
    commands = [line.split()[1:] for line in end.splitlines() if line.strip()]
    assert commands[-1][:2] == list(verb)
    for command in commands:
        assert said(capsys, *command)


def test_a_day_from_a_spreadsheet_is_read() -> None:
    table = rows().head(1).assign(imported_on="2026-02-03 00:00:00")
    assert cbam.assess_batch(table).results["price_eur"].tolist() == [75.36]
