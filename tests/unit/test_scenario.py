"""Scenarios: what extends means, figures from data, changes, schema."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from dualcarbon import CarbonMarket, InputError, Scenario, datasets, load_scenario
from dualcarbon.common import documents as yaml_io
from dualcarbon.instruments import REGISTRY
from dualcarbon.scenario import schema
from dualcarbon.scenario.defaults import SOURCES, DataContext
from dualcarbon.scenario.documents import SHIPPED, load_scenarios, merged, shipped_names

CHINA = DataContext((2025, 2030, 2035), {p: p for p in datasets.provinces()})


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_scenarios_of_the_papers_are_shipped() -> None:
    wanted = {"today", "link", "integrate", "complete", "all_reforms", "today_cap", "teaching"}
    assert wanted <= set(shipped_names())


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_scenario_speaks_both_languages_and_names_its_schema(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.title_en
    assert any("\u4e00" <= c <= "\u9fff" for c in scenario.title_zh)
    assert scenario.description_en
    assert scenario.description_zh
    first = (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../schema.json"


@pytest.mark.parametrize("name", shipped_names())
def test_resolved_scenario_loads_as_the_same_scenario(name: str, tmp_path: Path) -> None:
    scenario = load_scenario(name)
    again = load_scenario(write(tmp_path, "again.yaml", scenario.to_yaml()))
    assert again.resolved() == scenario.resolved()
    assert again.package() == scenario.package()


def test_reforms_change_what_they_reform_and_nothing_else() -> None:
    today = load_scenario("today").instruments
    for name, changed in {
        "link": {"green_power_for_allowances"},
        "integrate": {"carbon", "green"},
        "complete": {"electricity"},
        "today_cap": {"carbon"},
    }.items():
        reform = load_scenario(name).instruments
        keys = set(today) | set(reform)
        assert {k for k in keys if today.get(k) != reform.get(k)} == changed


def test_extends_merges_fields_and_replaces_their_values() -> None:
    base = {
        "system": {"days": 4, "wacc": 0.06},
        "instruments": {"carbon": {"stringency": {2025: 1.0, 2030: 0.9}, "banking": True}},
    }
    own = {"system": {"days": 8}, "instruments": {"carbon": {"stringency": {2025: 0.8}}}}
    assert merged(base, own) == {
        "system": {"days": 8, "wacc": 0.06},
        "instruments": {"carbon": {"stringency": {2025: 0.8}, "banking": True}},
    }
    assert base["instruments"]["carbon"]["stringency"] == {2025: 1.0, 2030: 0.9}


def test_null_drops_an_instrument_or_returns_a_setting_to_its_default(tmp_path: Path) -> None:
    text = "extends: today\nsystem: {wacc: null}\ninstruments: {green: null, carbon: null}\n"
    scenario = load_scenario(write(tmp_path, "less.yaml", text))
    assert not {"green", "carbon"} & set(scenario.instruments)
    assert scenario.system == load_scenario("today").system
    assert scenario.name == "less"


def test_extends_follows_a_file_relative_to_its_own(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path, "base.yaml", "extends: teaching\ninstruments: {green: {buyout: 70}}\n")
    text = "extends: ../base.yaml\ninstruments: {carbon: {offset_limit: 0.1}}\n"
    scenario = load_scenario(write(tmp_path / "sub", "own.yaml", text))
    assert scenario.instruments["green"].buyout == 70
    assert scenario.instruments["carbon"].offset_limit == 0.1
    assert scenario.world == "teaching"


def test_changes_reach_every_depth() -> None:
    scenario = load_scenario(
        "today",
        [
            "carbon.stringency.2030=0.9",
            "instruments.carbon.ccer_eligible.vintages=[existing, new]",
            "days=7",
            "system.wacc=0.08",
            "reserve=null",
            "tax={rate: 50}",
        ],
    )
    carbon = scenario.instruments["carbon"]
    assert carbon.stringency[2030] == 0.9
    assert carbon.stringency[2025] == 1.0
    assert carbon.ccer_eligible.vintages == ("existing", "new")
    assert (scenario.system.days, scenario.system.wacc) == (7, 0.08)
    assert "reserve" not in scenario.instruments
    assert scenario.instruments["tax"].rate == 50


def test_a_change_touches_only_the_scenarios_that_have_the_instrument() -> None:
    today, link = load_scenarios(["today", "link"], ["green_power_for_allowances.k=0.4"])
    assert "green_power_for_allowances" not in today.instruments
    assert link.instruments["green_power_for_allowances"].k == 0.4
    both = load_scenarios(["today", "link"], ["tax.rate=30"])
    assert all(s.instruments["tax"].rate == 30 for s in both)


def test_scenario_is_frozen_and_changes_give_a_new_one() -> None:
    scenario = load_scenario("teaching")
    with pytest.raises(ValueError, match="frozen"):
        scenario.name = "other"
    assert scenario.changed(["carbon.offset_limit=0"]).instruments["carbon"].offset_limit == 0
    assert scenario.instruments["carbon"].offset_limit == 0.05


def test_scenario_from_python_objects() -> None:
    scenario = Scenario.of(
        {"name": "mine", "world": "teaching", "instruments": {"carbon": {"cap": 4e8}}}
    )
    assert scenario.package().instruments == {"carbon": CarbonMarket(cap=4e8)}


def test_figures_from_data_are_the_tables_figures() -> None:
    tables = datasets.load("ets_benchmarks")
    official = tables[tables["year"] == 2024].set_index("class")["t_per_mwh"]
    today = load_scenario("today").instruments
    assert today["carbon"].benchmarks == pytest.approx(official.to_dict())
    weights = datasets.load("rps_weights")
    weights = weights[weights["year"] == 2025].set_index("province")["total_share"]
    assert today["green"].share == pytest.approx(weights.to_dict())
    payment = datasets.load("tariffs").set_index("province")
    column = payment["capacity_payment_coal_cny_per_kw_y_2026"] * 1e3
    assert today["capacity_payment"].rate == pytest.approx(column.to_dict())


@pytest.mark.parametrize("name", SOURCES)
def test_source_of_figures_is_described_in_the_catalogue(name: str) -> None:
    source = SOURCES[name]
    described = datasets.catalogue()
    row = described[(described["table"] == source.table) & (described["column"] == source.column)]
    assert len(row) == 1
    assert source.value(CHINA)


def test_figures_of_grids_lie_between_those_of_their_provinces() -> None:
    provinces = load_scenario("today").instruments["green"].share
    grids = load_scenario("today", ["system.regions=grids"]).instruments["green"].share
    regions = datasets.load("regions").set_index("province")["grid"]
    assert set(grids) == set(regions)
    for grid, share in grids.items():
        members = [provinces[p] for p in regions.index[regions == grid] if p in provinces]
        assert min(members) - 1e-3 <= share <= max(members) + 1e-3


def test_offsets_that_come_later_start_in_their_year() -> None:
    steps = SOURCES["ccer_supply"].value(CHINA)
    table = datasets.load("ccer_supply").set_index("step")
    late = next(s for s in steps if table.loc[s["name"], "available_from"] > 2025)
    assert late["quantity"][2025] == 0
    assert late["quantity"][2030] == pytest.approx(1e6 * table.loc[late["name"], "potential_mt"])


def test_shipped_schema_is_that_of_the_models() -> None:
    shipped = schema.FILE.read_text(encoding="utf-8")
    assert shipped == schema.schema_text(), "renew it: dualcarbon schema > <this file>"
    properties = json.loads(shipped)["properties"]
    assert set(properties) == {*Scenario.model_fields, "law"}
    assert set(properties["instruments"]["properties"]) == set(REGISTRY)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4e9", 4e9),
        ("4.5E-3", 4.5e-3),
        ("-1e3", -1e3),
        (".5", 0.5),
        ("1_000", 1000),
        ("2025", 2025),
        ("e5", "e5"),
        ("2025-01-01x", "2025-01-01x"),
        ("null", None),
    ],
)
def test_numbers_in_yaml_are_numbers(text: str, value: object) -> None:
    read = yaml_io.parse(text, "test")
    assert read == value
    assert type(read) is type(value)


def test_yaml_that_is_written_is_read_by_any_yaml_reader() -> None:
    document = load_scenario("today").resolved()
    assert yaml.safe_load(yaml_io.dump(document)) == document


def test_error_of_a_change_names_the_change() -> None:
    with pytest.raises(InputError) as caught:
        load_scenario("today", ["carbon.offset_limit=2"])
    assert caught.value.where == "today with --set: instruments.carbon.offset_limit"


@pytest.mark.parametrize("market", ["white", "energy_use"])
def test_double_claims_go_with_the_market_that_a_change_drops(market: str) -> None:
    assert load_scenario("five_markets_today").double_claims == (("white", "energy_use"),)
    assert load_scenario("five_markets_today", [f"{market}=null"]).double_claims == ()
    kept = load_scenario("five_markets_today", ["tax={rate: 50}"])
    assert kept.double_claims == (("white", "energy_use"),)
    with pytest.raises(InputError, match="double_claims"):
        load_scenario("five_markets_today", [f"{market}=null", "double_claims=[[white, wite]]"])


def guide() -> str:
    path = Path(__file__).parents[2] / "docs" / "how-to" / "scenarios.md"
    return path.read_text(encoding="utf-8")


def test_files_of_the_guide_load(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", guide(), re.DOTALL)
    assert len(blocks) >= 2
    for number, block in enumerate(blocks):
        text = block if "extends" in block else f"extends: today\n{block}"
        load_scenario(write(tmp_path, f"guide_{number}.yaml", text))


def test_changes_of_the_guide_are_read() -> None:
    sets = re.findall(r"`--set '?([^`']+)'?`", guide())
    changes = [text for text in sets if "PATH" not in text]
    assert len(changes) >= 6
    for text in changes:
        load_scenario("today", [text])


def test_guide_lists_every_shipped_scenario_and_reform() -> None:
    listed = guide().partition("## Change one value")[0].split("*reforms*")
    for text, folder in zip(listed, (SHIPPED, SHIPPED.parent / "reforms"), strict=True):
        rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
        names = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
        assert names == {path.stem for path in folder.glob("*.yaml")}


def test_guide_lists_every_source_with_its_options() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|(.*?)\|.*\|$", guide(), re.MULTILINE))
    for name, source in SOURCES.items():
        assert name in rows
        assert set(re.findall(r"`(\w+)`", rows[name])) == set(source.options)


@pytest.mark.parametrize("name", ["today", "today_cap", "five_markets_today"])
def test_a_cap_given_on_the_command_line_takes_the_place_of_benchmarks(name: str) -> None:
    carbon = load_scenario(name, ["carbon.cap=4e9"]).instruments["carbon"]
    assert carbon.cap == 4e9
    assert carbon.benchmarks is None
    again = load_scenario(name, ["carbon.cap=4e9", "carbon.floor=20"]).changed(
        ["carbon.benchmarks={from_data: ets_benchmarks, year: 2024}"]
    )
    assert again.instruments["carbon"].cap is None
    with pytest.raises(InputError, match="either 'cap'"):
        load_scenario(name, ["carbon.cap=4e9", "carbon.benchmarks={gas: 0.3}"])
