"""The marginal abatement cost curve: convex, its integral the cost, its height the dual."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from dualcarbon.cli.app import app
from dualcarbon.cli.main import exit_code
from dualcarbon.errors import InputError
from dualcarbon.instruments.carbon.coverage import BALANCE
from dualcarbon.runs import folder as runfolder
from dualcarbon.runs import run as running
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.sweep.abatement_curve import AbatementCurve, abatement_curve, capped
from dualcarbon.sweep.sessions import Sessions
from tests.rows import rows_match

SHARES = tuple(np.round(np.arange(0.04, 0.42, 0.04), 2))


@pytest.fixture(scope="module")
def curve(every_session: Sessions) -> AbatementCurve:
    """The curve of the teaching world."""
    base = load_scenario("teaching")
    return abatement_curve(every_session.of(base), base.package(), SHARES)


def test_marginal_cost_never_falls(curve: AbatementCurve) -> None:
    assert (np.diff(curve.slope) >= -1e-6 * curve.slope.max()).all()
    assert curve.checks()["holds"].all()


def test_integral_is_the_difference_in_system_cost(curve: AbatementCurve) -> None:
    """Sums below and above the steps enclose the cost at every point."""
    step = np.diff(curve.shares)
    rise = curve.cost - curve.cost[0]
    low = np.concatenate([[0.0], np.cumsum(curve.slope[:-1] * step)])
    high = np.concatenate([[0.0], np.cumsum(curve.slope[1:] * step)])
    assert (low <= rise * (1 + 1e-9) + 1.0).all()
    assert (rise <= high * (1 + 1e-9) + 1.0).all()


def test_height_is_the_cost_of_one_more_ton(curve: AbatementCurve, every_session: Sessions) -> None:
    """The dual against the cost of a slightly tighter cap, at a point inside a step."""
    base = load_scenario("teaching")
    session = every_session.of(base)
    rules = base.package().changed({key: None for key in ("carbon", "green")})
    reference = session.solve(rules)
    cap = curve.reference * (1.0 - 0.28 * curve.pace)
    at = session.solve(capped(rules, reference, cap))
    tighter = session.solve(capped(rules, reference, cap - 1e3 * curve.pace))
    tons = 1e3 * (curve.pace * curve.weight)
    expected = float((at.solution.price(BALANCE) * tons).sum())
    assert tighter.objective - at.objective == pytest.approx(expected, rel=1e-4)
    assert (tighter.system_cost - at.system_cost).mul(curve.weight).sum() == pytest.approx(
        tighter.objective - at.objective, rel=1e-6
    )


def test_every_year_meets_its_cap(curve: AbatementCurve) -> None:
    table = curve.table()
    every = table[table["sector"] == "all"].pivot(index="share", columns="year",
                                                  values="abatement_mt")  # fmt: skip
    wanted = np.outer(curve.shares, curve.pace * curve.reference) / 1e6
    assert (every.to_numpy() >= wanted - 1e-6).all()
    assert (every.loc[0.0] == 0.0).all()
    parts = table[table["sector"] != "all"].groupby(["share", "year"])["abatement_mt"].sum()
    assert np.allclose(parts.to_numpy(), every.stack().to_numpy(), atol=1e-9)


def test_curve_ends_where_nothing_more_can_be_abated(
    every_session: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    base = load_scenario("teaching")
    found = abatement_curve(every_session.of(base), base.package(), (0.1, 0.97))
    assert list(found.shares) == [0.0, 0.1]
    assert "97%" in caplog.text


@pytest.mark.parametrize("shares", [(), (0.2, 0.1), (0.5, 1.0), (-0.1, 0.2)])
def test_shares_must_rise(every_session: Sessions, shares: tuple[float, ...]) -> None:
    base = load_scenario("teaching")
    with pytest.raises(InputError, match="rising shares"):
        abatement_curve(every_session.of(base), base.package(), shares)


def test_wrong_shares_are_refused_before_anything_is_built(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert exit_code(["macc", "teaching", "--shares", "2"]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1
    assert "rising shares between 0 and 1" in told[0]


@pytest.mark.usefixtures("warm")
def test_verb_prints_the_points_and_adds_them_to_a_run(tmp_path: Path) -> None:
    folder = tmp_path / "teaching"
    running.run("teaching", out=folder)
    given = ["macc", "teaching", "--shares", "0.1", "--add-to", str(folder)]
    added = CliRunner().invoke(app, given)
    assert added.exit_code == 0, added.exception
    assert (folder / "tables" / "macc.csv").is_file()
    assert "What the next tonne costs" in (folder / "report.html").read_text(encoding="utf-8")
    assert "macc" in runfolder.read_tables(folder)
    found = CliRunner().invoke(app, ["macc", "teaching", "--shares", "0.1", "--format", "json"])
    assert found.exit_code == 0, found.exception
    rows = json.loads(found.stdout)
    rows_match("macc", rows)
    wrong = CliRunner().invoke(app, ["macc", "teaching", "--shares", "ten"])
    assert "'ten' is no number" in str(wrong.exception)
