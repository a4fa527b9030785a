"""The data-quality report: every defect, planted in a sound table, is found where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from dualcarbon.cli.app import app
from dualcarbon.common.tables import columns
from dualcarbon.common.words import catalogue
from dualcarbon.responsibility import InputOutputTable
from dualcarbon.responsibility.quality import CATALOGUE, CHECKS, SEVERITIES, assess
from dualcarbon.responsibility.readers import read_table
from dualcarbon.responsibility.readers.archives import write_npz
from dualcarbon.responsibility.table.embedded import load_table
from tests.io_tables import WIOD, needs_wiod
from tests.small_world import small_world

RUN = CliRunner()


def sound() -> InputOutputTable:
    """A table of three countries without any defect; no year, so that no world is compared."""
    return replace(small_world(4), regions=("AUS", "CHN", "USA"), year=0)


def changed(**arrays: Callable[[np.ndarray], None]) -> InputOutputTable:
    """The sound table with arrays changed in place."""
    table = sound()
    for name, change in arrays.items():
        copy = np.array(getattr(table, name), dtype=float)
        change(copy)
        table = replace(table, **{name: copy})
    return table


def put(index: object, value: float) -> Callable[[np.ndarray], None]:
    def change(array: np.ndarray) -> None:
        array[index] = value

    return change


def times(index: object, factor: float) -> Callable[[np.ndarray], None]:
    def change(array: np.ndarray) -> None:
        array[index] *= factor

    return change


PLANTED: dict[str, tuple[InputOutputTable, str, str]] = {
    "negative_output": (changed(x=put(4, -2.0)), "error", "CHN, S1"),
    "zero_output": (changed(x=put(4, 0.0)), "warning", "CHN, S1"),
    "emissions_on_zero_output": (changed(x=put(4, 0.0)), "warning", "CHN, S1"),
    "inputs_over_output": (changed(Z=times((slice(None), 7), 9.0)), "warning", "USA, S1"),
    "negative_primary_inputs": (changed(v=put(2, -3.0)), "warning", "AUS, S2"),
    "row_imbalance": (changed(x=times(3, 1.5)), "error", "CHN, S0"),
    "column_imbalance": (changed(v=times(3, 1.0001)), "note", "CHN, S0"),
    "negative_final_demand": (
        changed(Y=put((4, 5), -1.0)), "note", "CHN, S1 for USA, investment",
    ),
    "negative_flows": (changed(Z=put((1, 6), -0.5)), "warning", "AUS, S1 to USA, S0"),
    "spectral_radius": (changed(Z=times(slice(None), 3.0)), "error", ""),
    "no_emissions": (changed(F=put(slice(None), 0.0)), "error", "CO2"),
    "no_households": (changed(F_Y=put((0, 1), 0.0)), "warning", "CHN"),
    "negative_emissions": (changed(F=put((0, 8), -0.2)), "warning", "USA, S2"),
    "odd_intensity": (changed(x=times(5, 1e-4)), "warning", "CHN, S2"),
    "units_without_mass": (replace(sound(), stressor_units=("TJ",)), "note", "TJ"),
    "unknown_regions": (replace(sound(), regions=("AUS", "CHM", "USA")), "note", "CHM"),
    "empty_regions": (changed(Y=put((slice(None), slice(2, 4)), 0.0)), "warning", "CHN"),
}  # fmt: skip


def test_a_sound_table_has_no_finding() -> None:
    report = assess(sound())
    assert report.findings == ()
    assert set(report.passed) == set(CHECKS)
    assert report.severity is None


@pytest.mark.parametrize("key", PLANTED)
def test_a_planted_defect_is_found_where_it_stands(key: str) -> None:
    table, severity, place = PLANTED[key]
    found = assess(table).of(key)
    assert found is not None
    assert found.severity == severity
    assert place in found.worst
    assert found.count >= 1


def test_the_effect_is_what_the_defect_touches() -> None:
    table = PLANTED["emissions_on_zero_output"][0]
    found = assess(table).of("emissions_on_zero_output")
    assert found is not None
    assert found.effect_mt == pytest.approx(table.F[0, 4])
    kilotonnes = replace(table, F=table.F * 1000, stressor_units=("kt",))
    same = assess(kilotonnes).of("emissions_on_zero_output")
    assert same is not None
    assert same.effect_mt == pytest.approx(table.F[0, 4])


def test_spectral_radius_is_the_largest_eigenvalue() -> None:
    for seed in range(4):
        table = small_world(seed, regions=4, sectors=5)
        wanted = np.abs(np.linalg.eigvals(table.Z / table.x)).max()
        assert assess(table).spectral_radius == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize(
    ("factor", "severity"), [(1e-3, "error"), (1e3, "error"), (2.0, "warning"), (0.3, "note")]
)
def test_a_wrong_unit_of_emissions_shows_against_the_world(factor: float, severity: str) -> None:
    table = load_table(year=2011)
    assert assess(table).of("world_emissions") is None
    found = assess(replace(table, F=table.F * factor, F_Y=table.F_Y * factor))
    wrong = found.of("world_emissions")
    assert wrong is not None
    assert wrong.severity == severity


def test_a_wrong_unit_of_money_shows_against_gdp() -> None:
    table = load_table(year=2011)
    assert assess(table).of("world_value_added") is None
    found = assess(replace(table, currency="kUSD")).of("world_value_added")
    assert found is not None
    assert found.severity == "error"


def test_rounded_flows_and_rounding_imbalance_are_notes() -> None:
    report = assess(load_table())
    whole, balance = report.of("whole_numbers"), report.of("row_imbalance")
    assert whole is not None
    assert balance is not None
    assert whole.severity == balance.severity == "note"
    assert balance.value < 0.1


def test_findings_come_with_the_gravest_first_and_words_in_both_languages() -> None:
    table = PLANTED["negative_output"][0]
    report = assess(table)
    order = [SEVERITIES.index(found.severity) for found in report.findings]
    assert order == sorted(order)
    words = catalogue(CATALOGUE)
    for check in CHECKS:
        for part in (words[f"title.{check}"], words[f"advice.{check}"]):
            assert all(len(text) > 3 for text in part.values())
    for language in ("en", "zh"):
        frame = report.frame(language)
        assert list(frame.columns) == columns("responsibility_findings")
        levels = {words[f"severity.{level}"][language] for level in SEVERITIES}
        assert set(frame.iloc[:, 0]) <= levels
    assert json.loads(json.dumps(report.as_dict()))["severity"] == "error"


def run(*arguments: str) -> tuple[int, str]:
    result = RUN.invoke(app, ["responsibility", "quality", *arguments])
    return result.exit_code, result.stdout


def test_verb_reports_the_embedded_table_and_a_file(tmp_path: Path) -> None:
    code, text = run("--format", "json")
    assert code == 0
    assert json.loads(text[text.index("{") :])["year"] == 2011
    file = write_npz(PLANTED["negative_output"][0], tmp_path / "bad.npz")
    code, text = run("npz", "--path", str(file), "--format", "csv")
    assert code == 0
    assert "error,output below 0" in text
    code, text = run("npz", "--path", str(file), "--lang", "zh")
    assert code == 0
    assert "总产出为负" in text


@needs_wiod
@pytest.mark.parametrize("year", [1995, 1999])
def test_tables_without_co2_open_and_have_no_defect_of_money(year: int) -> None:
    report = assess(read_table("wiod2013", WIOD, year, co2="none"))
    errors = {found.key for found in report.findings if found.severity == "error"}
    assert errors == {"no_emissions"}
    assert 0.5 < report.spectral_radius < 0.65


@needs_wiod
def test_verb_leaves_nothing_out_and_opens_a_year_without_co2() -> None:
    common = ("--table", "wiod2013", "--path", str(WIOD), "--format", "json")
    found = json.loads(run(*common, "--year", "2009")[1])
    lost = [f for f in found["findings"] if f["key"] == "emissions_on_zero_output"]
    assert lost[0]["worst"] == "IDN, c19"
    code, text = run(*common, "--year", "1995")
    assert code == 0
    assert json.loads(text)["findings"][0]["key"] == "no_emissions"


@needs_wiod
def test_emissions_on_zero_output_are_those_that_the_archive_notes() -> None:
    for year in (2000, 2002, 2009):
        report = assess(read_table("wiod2013", WIOD, year, zero_output="keep"))
        assert report.severity == "warning"
        lost = report.of("emissions_on_zero_output")
        assert lost is not None
        with np.load(WIOD / f"co2_mt_{year}.npz") as stored:
            assert lost.effect_mt == pytest.approx(float(stored["F_on_zero_output"]), rel=1e-4)
