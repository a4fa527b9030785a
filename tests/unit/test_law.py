"""Laws: rows with date and status, what they make of a scenario, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from dualcarbon import datasets
from dualcarbon.errors import InputError
from dualcarbon.instruments import REGISTRY
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.scenario.law import laws, rules
from dualcarbon.scenario.model import Scenario
from dualcarbon.sweep.attribution.reforms import law_reforms, reformed

LAWS = (2022, 2024, 2026)
GRIDS = "regions=grids"


def today(*sets: str) -> Scenario:
    return load_scenario("today", [GRIDS, *sets])


def test_every_rule_is_said_once_in_every_law() -> None:
    table = datasets.load("law_rules").fillna("")
    assert laws() == list(LAWS)
    assert (table.groupby(["rule", "law"]).size() == 1).all()
    assert set(table.groupby("rule")["law"].nunique()) == {len(LAWS)}
    assert (table[["document", "status", "grade", "text_en", "text_zh"]] != "").all(axis=None)
    assert set(table["grade"]) <= set("ABCD")
    unknown = table[table["status"].str.startswith("not found")]
    assert set(unknown["grade"]) == {"D"}, "what was not found is an assumption"


def test_a_rule_sets_the_same_fields_in_every_law() -> None:
    """Else going from one law to another would leave something of the first behind."""
    for name in {rule.name for rule in rules(2022)}:
        found = [next(r for r in rules(law) if r.name == name) for law in LAWS]
        said = [r.instruments for r in found if r.instruments]
        keys = {key for patch in said for key in patch}
        for key in keys:
            given = [set(patch[key]) for patch in said if patch.get(key) is not None]
            if all(key in patch for patch in said) and key not in found[0].adds + found[2].adds:
                shared = set.intersection(*given)
                assert all(fields - {"intensity"} <= shared for fields in given), (name, key)
            assert key in REGISTRY


@pytest.mark.parametrize("law", LAWS)
def test_a_law_does_not_depend_on_the_one_before(law: int) -> None:
    direct = today(f"law={law}")
    for other in LAWS:
        found = today(f"law={other}", f"law={law}")
        for key, instrument in direct.instruments.items():
            assert found.instruments[key].model_dump(exclude={"intensity"}) == (
                instrument.model_dump(exclude={"intensity"})
            ), (other, key)
        assert found.title_en == direct.title_en == f"Today's markets, law of {law}"


def test_three_laws_are_three_packages() -> None:
    packages = [today(f"law={law}").package() for law in LAWS]
    assert packages[0] != packages[1] != packages[2] != packages[0]
    carbon = [package.instruments["carbon"] for package in packages]
    assert [market.sectors for market in carbon] == [(), *[("steel", "cement", "aluminium")] * 2]  # type: ignore[attr-defined]
    assert [market.allocation_of_users for market in carbon] == [  # type: ignore[attr-defined]
        "baseline", "verified", "intensity"]  # fmt: skip


def test_coal_is_paid_for_capacity_once() -> None:
    for law in LAWS:
        found = today(f"law={law}").instruments
        assert not found["capacity"].paid  # type: ignore[attr-defined]
        assert ("capacity_payment" in found) == (law > 2022)


def test_weights_lie_within_the_published_range() -> None:
    green = load_scenario("today", ["law=2026"]).instruments["green"]
    for name, low, high in (("share", 0.252, 0.70), ("nonhydro_share", 0.107, 0.30)):
        values = getattr(green, name)
        assert len(values) >= 30
        assert all(low - 1e-9 <= value <= high + 1e-9 for value in values.values())


def test_benchmarks_of_net_supply_are_less_own_use() -> None:
    market = today("law=2022").instruments["carbon"]
    table = datasets.load("ets_benchmarks").query("year == 2022").set_index("class")["t_per_mwh"]
    for name, value in market.benchmarks.items():  # type: ignore[attr-defined]
        assert 0.90 * table[name] < value / 1.05 < 0.99 * table[name]


def test_what_stands_behind_a_law_changes_it() -> None:
    assert today("law=2026", "green.validity=1").instruments["green"].validity == 1  # type: ignore[attr-defined]
    assert today("green.validity=1", "law=2026").instruments["green"].validity == 2  # type: ignore[attr-defined]


def test_a_file_names_its_law_and_changes_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "extends: today\nlaw: 2026\nsystem: {regions: grids}\n"
        "instruments: {green: {validity: 3}, mechanism_price: null}\n",
        encoding="utf-8",
    )
    found = load_scenario(path)
    assert found.instruments["green"].validity == 3  # type: ignore[attr-defined]
    assert "mechanism_price" not in found.instruments
    assert found.instruments["carbon"].allocation_of_users == "intensity"  # type: ignore[attr-defined]
    again = Scenario.of(found.resolved())
    assert again.instruments == found.instruments


@pytest.mark.parametrize("given", ["2023", "2030", "latest", "true"])
def test_a_law_that_does_not_exist_is_refused(given: str) -> None:
    with pytest.raises(InputError, match=r"there is no law of .* \(allowed: 2022, 2024, 2026\)"):
        today(f"law={given}")


def test_the_law_of_china_is_not_that_of_another_world() -> None:
    with pytest.raises(InputError, match="another world"):
        load_scenario("teaching", ["law=2022"])


def test_rules_of_a_law_are_reforms_of_a_base_under_another() -> None:
    base = today("law=2022")
    reforms = law_reforms(2026, base)
    names = ["allocation", "offsets", "obligations", "certificates", "new_energy", "capacity"]
    assert [reform.name for reform in reforms] == names
    together = reformed(base, reforms, (1 << len(reforms)) - 1)
    assert together.package() == today("law=2022", "law=2026").package()
    with pytest.raises(InputError, match="changes nothing"):
        law_reforms(2026, today("law=2026"))


@pytest.mark.parametrize("law", ["2022", "2024", "2026"])
@pytest.mark.parametrize("name", ["today_cap", "integrate", "unified"])
def test_a_reform_keeps_its_form_under_any_law(name: str, law: str) -> None:
    """The law holds in what a reform is laid over; what the reform changes stays changed."""
    reform, base = load_scenario(name), load_scenario(BASE_OF[name])
    ours, theirs = reform.changed([f"law={law}"]), base.changed([f"law={law}"])
    package = ours.package()
    assert package.base == theirs.package()
    assert package.from_base == (("carbon", "cap", "covered_emissions"),)
    assert ours.instruments["carbon"].model_dump()["benchmarks"] is None
    assert ("green" in ours.instruments) == ("green" in reform.instruments)


BASE_OF = {"today_cap": "today", "integrate": "today", "unified": "five_markets_today"}
