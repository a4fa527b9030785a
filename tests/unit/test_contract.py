"""The contract of tables: every table of a run, of a report and of a verb is what it says."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from dualcarbon.cli.main import exit_code
from dualcarbon.common import tables as contracts
from dualcarbon.common.tables import Column, apart, conformed, contract, described
from dualcarbon.experiments.project_finance.regimes import assumptions as of_finance
from dualcarbon.indicators.assumptions import assumptions
from dualcarbon.indicators.tables import OF_EQUILIBRIUM, equilibrium_tables, joined
from dualcarbon.indicators.users import user_balance
from dualcarbon.international.cbam import assess_batch
from dualcarbon.international.cbam.tables import report_tables as border_tables
from dualcarbon.international.clubs.tables import report_tables as club_tables
from dualcarbon.loop import loop_tables
from dualcarbon.report.export import ABOUT, write_workbook
from dualcarbon.responsibility.tables import report_tables as responsibility_tables
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.sweep.sessions import Sessions
from tests.rows import names_match, rows_match
from tests.unit.test_report_international import all_tables as international_tables

HOLDS = {
    "integer": pd.api.types.is_integer_dtype,
    "number": pd.api.types.is_float_dtype,
    "boolean": pd.api.types.is_bool_dtype,
    "key": pd.api.types.is_string_dtype,
    "text": pd.api.types.is_string_dtype,
}


def check(name: str, table: pd.DataFrame) -> None:
    about = contract()[name]
    names = list(table.columns)
    assert names[: len(about.columns)] == about.names, name
    assert len(names) == len(about.columns) or about.others, name
    for column in names:
        found = about.column(column)
        assert found is not None
        assert HOLDS[found.type](table[column].dtype), f"{name}.{column}: {table[column].dtype}"


def every_column() -> list[tuple[str, Column]]:
    return [
        (table.name, column)
        for table in contract().values()
        for column in (*table.columns, *([table.others] if table.others else []))
    ]


def test_every_column_has_a_type_labels_and_a_unit_where_it_is_a_number() -> None:
    for table, column in every_column():
        place = f"{table}.{column.name}"
        assert column.type in contracts.TYPES, place
        assert column.en.strip(), place
        assert column.zh.strip(), place
        assert (column.unit != "") == (column.type in contracts.NUMERIC), place
        assert column.dtype, place
    for table in contract().values():
        assert len(set(table.names)) == len(table.names), table.name


def test_a_column_that_says_see_column_unit_has_one() -> None:
    for table in contract().values():
        for column in table.columns:
            if column.unit == "see column unit":
                assert "unit" in table.names, f"{table.name}.{column.name}"


def test_no_shared_column_is_unused() -> None:
    from dualcarbon.common import documents

    used = {column.name for _, column in every_column()}
    assert set(documents.read(contracts.CONTRACT)["columns"]) - used == set()


@pytest.fixture(scope="module")
def of_run(every_session: Sessions) -> dict[str, pd.DataFrame]:
    scenario = load_scenario("teaching")
    equilibrium = every_session.of(scenario).solve(scenario.package())
    every = joined([equilibrium_tables("teaching", equilibrium)])
    return every | loop_tables(every)


def test_tables_of_a_run_are_as_the_contract_says(of_run: Mapping[str, pd.DataFrame]) -> None:
    assert set(OF_EQUILIBRIUM) <= set(of_run)
    for name, table in of_run.items():
        check(name, table)


def test_assumptions_and_the_balance_of_users_are_as_the_contract_says() -> None:
    stacked = joined(
        [
            {"assumptions": assumptions([load_scenario("teaching")])},
            {"assumptions": of_finance(), "user_balance": user_balance()},
        ]
    )
    for name, table in stacked.items():
        check(name, table)


def test_an_empty_table_has_all_its_columns_with_their_types() -> None:
    for name in contract():
        if not any(column.type == "list" for column in contract()[name].columns):
            check(name, conformed(name, pd.DataFrame()))


@pytest.mark.parametrize(
    "made",
    [
        responsibility_tables,
        lambda: border_tables(domestic_price_cny=100, rate=8),
        lambda: club_tables(prices=(25.0,), tariffs=(0.0, 0.04)),
        international_tables,
    ],
    ids=["responsibility", "border", "clubs", "international"],
)
def test_tables_of_reports_are_as_the_contract_says(made: Any) -> None:
    for name, table in made().items():
        check(name, table)
        texts = table.select_dtypes("str")
        both = [c for c in texts if texts[c].str.contains(r" \| ", na=False).any()]
        assert both == [], f"{name}: two languages in one cell"


def test_tables_of_a_batch_are_as_the_contract_says_even_where_no_row_is_good() -> None:
    good = {"cn": "72071111", "origin": "TR", "tonnes": "1", "year": "2026"}
    for rows in ([good], [{**good, "origin": "nowhere"}]):
        found = assess_batch(pd.DataFrame(rows))
        check("cbam_results", found.results)
        check("cbam_errors", found.errors)
        check("cbam_declarations", found.declarations)


def test_what_the_contract_does_not_know_is_refused() -> None:
    right = pd.DataFrame({"region": ["A"], "abatement_mt": [1], "price": [2]})
    assert conformed("recycling_abatement", right)["price"].dtype == float
    with pytest.raises(ValueError, match=r"lacks \['price'\]"):
        conformed("recycling_abatement", right.drop(columns="price"))
    with pytest.raises(ValueError, match=r"has \['more'\]"):
        conformed("recycling_abatement", right.assign(more=1))
    with pytest.raises(ValueError, match="dear"):
        conformed("recycling_abatement", right.assign(price="dear"))


def test_cells_of_former_versions_with_both_languages_become_two_columns() -> None:
    old = pd.DataFrame({"experiment": ["a", "b"], "variant": ["all | 全部", "plain"]})
    new = apart("experiments", old)
    assert new["variant_en"].tolist() == ["all", "plain"]
    assert new["variant_zh"].tolist() == ["全部", "plain"]
    assert "variant" not in new


def test_the_first_sheet_says_type_unit_and_labels(
    of_run: Mapping[str, pd.DataFrame], tmp_path: Path
) -> None:
    write_workbook({**of_run, "own": pd.DataFrame({"x": [1.5], "y": ["a"]})}, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True)
    heads, first, *rows = book[ABOUT].iter_rows(values_only=True)
    assert heads == ("table", "column", "type", "unit", "en", "zh", "rows")
    assert "dualcarbon" in str(first[1])
    assert ("generation", "twh", "number", "TWh per year", "Electricity", "电量") in [
        row[:6] for row in rows
    ]
    for table, column, kind, unit, en, zh, _ in rows:
        assert en, (table, column)
        assert zh, (table, column)
        if table != "own":
            assert bool(unit) == (kind in contracts.NUMERIC), (table, column)
    assert [row[2] for row in rows if row[0] == "own"] == ["number", "text"]
    assert len(described(of_run)) == len(rows) - 2


VERBS = {
    "scenarios": {"": "scenarios"},
    "data list": {"": "datasets"},
    "data show fleet": {"columns": "dataset_columns"},
    "cbam assess --cn 72071111 --origin TR --tonnes 1 --year 2026": {"lines": "cbam_lines"},
    "cbam batch SHIPMENTS": {"errors": "cbam_errors", "declarations": "cbam_declarations"},
    "cbam exposure CN": {"": "cbam_exposure"},
    "cbam exposure --index": {"": "cbam_index"},
    "cbam saving --cn 72071111 --origin TR --tonnes 1 --year 2026": {"": "cbam_saving"},
    "price effective": {"": "effective_prices"},
    "price effective PARTS": {"parts": "price_parts"},
    "price schemes": {"": "price_schemes"},
    "link --regions China,EU": {"regions": "link_regions", "flows": "link_flows"},
    "club sweep": {"": "club_sweep"},
    "club community": {"uses": "club_community"},
    "localise": {"rows": "localisation"},
    "finance appraise PROJECT": {"flows": "finance_flows", "support": "finance_support"},
    "finance screen ACTIVITY": {"verdicts": "finance_verdicts", "criteria": "finance_criteria"},
    "finance gap": {"": "finance_gap"},
    "finance belt-road": {"": "finance_bri"},
    "finance disclose PROJECT": {"": "finance_disclosure"},
    "responsibility": {"rows": "responsibility_wide"},
    "responsibility flows": {"rows": "responsibility_largest_flows"},
    "responsibility --by use": {"rows": "responsibility_parts"},
    "responsibility provinces": {"rows": "electricity_carbon"},
    "responsibility provinces --flows": {"rows": "electricity_carbon_flows"},
    "responsibility roads": {
        "rows": "responsibility_neutrality",
        "paths": "responsibility_roads",
        "targets": "responsibility_targets",
    },
    "responsibility multipliers": {"rows": "responsibility_multipliers"},
    "responsibility shock --change CHN:metals=5": {"rows": "responsibility_shock"},
    "responsibility decompose --from 2004 --to 2011 --regions CHN": {
        "rows": "responsibility_change"
    },
    "responsibility paths --region CHN --top 3": {"rows": "responsibility_chains"},
    "responsibility ranking": {"rows": "responsibility_ranking_percent"},
    "responsibility ranking --gain-from CBA": {"rows": "responsibility_gainers"},
    "responsibility cumulative": {"rows": "responsibility_since"},
    "responsibility tiers": {"rows": "responsibility_tiers"},
    "responsibility budgets": {"rows": "responsibility_budgets"},
    "responsibility budgets --by-account PBA,CBA": {"rows": "responsibility_budgets_by_account"},
    "responsibility series CHN --years 2010-2011": {"rows": "responsibility_years"},
    "responsibility tables": {"": "responsibility_readers"},
    "responsibility extract --region CHN --sectors construction": {
        "rows": "responsibility_extraction"
    },
    "responsibility uncertainty --draws 5 --regions CHN": {"rows": "responsibility_uncertainty"},
}
CSV = {
    "scenarios": "scenarios",
    "data list": "datasets",
    "cbam assess --cn 72071111 --origin TR --tonnes 1 --year 2026": "cbam_lines",
    "cbam batch SHIPMENTS": "cbam_results",
    "cbam exposure CN": "cbam_exposure",
    "cbam exposure --index": "cbam_index",
    "price effective PARTS": "price_parts",
    "price schemes": "price_schemes",
    "link --regions China,EU": "link_regions",
    "recycle --charge China=520": "recycling_net",
    "cooperation": "cooperation_issues",
    "club": "club_regions",
    "club rules": "club_rule_list",
    "club community": "club_community",
    "localise": "localisation",
    "club sweep": "club_participation",
    "finance appraise PROJECT": "finance_flows",
    "finance gap": "finance_gap",
    "finance hedge --prices 60,90 --exposure 10 --tolerance 50": "hedging",
    "finance belt-road": "finance_bri",
    "finance screen ACTIVITY": "finance_verdicts",
    "finance disclose PROJECT": "finance_disclosure",
    "responsibility": "responsibility_wide",
    "responsibility --by product": "responsibility_parts",
    "responsibility roads": "responsibility_roads",
    "responsibility series --table compact --years 2009-2011": "responsibility_table_years",
    "responsibility tables": "responsibility_readers",
    "responsibility flows": "responsibility_largest_flows",
    "responsibility tiers": "responsibility_tiers",
    "responsibility ranking": "responsibility_ranking_percent",
    "responsibility quality": "responsibility_findings",
    "responsibility quality --lang zh": "responsibility_findings",
}
FILES = {
    "SHIPMENTS": ("s.csv", "cn,origin,tonnes,year\n72071111,TR,1,2026\n72071111,XX,1,2026\n"),
    "PARTS": ("t.csv", "name,kind,price\nETS,ets,10\n"),
    "PROJECT": (
        "w.yaml",
        "name: wind\nlifetime: 20\ninvestment: 500\noutput_mwh: 220000\nprice_per_mwh: 300\n"
        "opex: 10\ndiscount_rate: 0.06\n",
    ),
    "ACTIVITY": ("a.yaml", "activity: cement\nmetrics: {tco2_per_t: 0.45}\n"),
}


def printed(capsys: pytest.CaptureFixture[str], folder: Path, command: str, kind: str) -> str:
    words = command.split()
    for word, (name, text) in FILES.items():
        if word in words:
            (folder / name).write_text(text, encoding="utf-8")
            words[words.index(word)] = str(folder / name)
    code = exit_code([*words, "--format", kind])
    out, err = capsys.readouterr()
    assert code in (0, 1), err
    return out


@pytest.mark.parametrize("command", VERBS)
def test_json_of_every_verb_is_as_the_contract_says(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    document = json.loads(printed(capsys, tmp_path, command, "json"))
    for place, name in VERBS[command].items():
        rows_match(name, document[place] if place else document)


@pytest.mark.parametrize("command", CSV)
def test_csv_of_every_verb_is_as_the_contract_says(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    found = pd.read_csv(io.StringIO(printed(capsys, tmp_path, command, "csv")))
    names_match(CSV[command], list(found.columns))


def test_carbon_of_electricity_is_traced_in_every_solved_year(
    of_run: Mapping[str, pd.DataFrame],
) -> None:
    table = of_run["electricity_carbon"].groupby("year")[["production_mt", "consumption_mt"]].sum()
    power = of_run["emissions"].query("sector == 'power'").groupby("year")["mt"].sum()
    assert table["production_mt"].to_dict() == pytest.approx(power.to_dict(), rel=1e-9)
    assert table["consumption_mt"].to_dict() == pytest.approx(power.to_dict(), rel=1e-9)
    assert len(table) == of_run["generation"]["year"].nunique()
