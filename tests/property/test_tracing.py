"""Carbon traced over flows of electricity: identities for every input, and cases on paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon.common.tracing import of_tables, tabled, traced
from dualcarbon.errors import InputError
from dualcarbon.responsibility.electricity import THERMAL, observed, observed_table, of_run
from tests.report_world import run_tables


def grid(seed: int, size: int) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Places that send no more than they have."""
    draw = np.random.default_rng(seed)
    names = [f"P{i}" for i in range(size)]
    energy = pd.Series(draw.uniform(1, 100, size) * (draw.random(size) > 0.2), names)
    emitted = pd.Series(draw.uniform(0, 1, size), names) * energy
    sent = draw.uniform(0, 1, (size, size)) * (draw.random((size, size)) < 0.4)
    np.fill_diagonal(sent, 0.0)
    sent *= (0.9 * energy.to_numpy() / np.maximum(sent.sum(axis=1), 1e-9))[:, None]
    flows = pd.DataFrame(sent, names, names).rename_axis(index="from", columns="to").stack()
    return energy, emitted, flows.rename("value").reset_index()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 12))
def test_what_all_answer_for_is_what_all_emit(seed: int, size: int) -> None:
    energy, emitted, flows = grid(seed, size)
    found = traced(energy, emitted, flows)
    t = found.table
    assert t["consumption"].sum() == pytest.approx(t["production"].sum(), rel=1e-12)
    assert t["used"].sum() == pytest.approx(t["generation"].sum(), rel=1e-12)
    assert found.flows.sum().to_numpy() == pytest.approx(t["consumption"].to_numpy(), abs=1e-9)
    assert found.flows.sum(axis=1).to_numpy() == pytest.approx(t["production"].to_numpy(), abs=1e-9)
    assert (found.flows.to_numpy() >= -1e-12).all()
    assert t["intensity"].max() <= (emitted / energy.where(energy > 0)).max() + 1e-12


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_without_flows_and_with_one_intensity_nothing_moves(seed: int) -> None:
    energy, emitted, flows = grid(seed, 6)
    alone = traced(energy, emitted, flows.head(0)).table
    assert alone["consumption"].to_numpy() == pytest.approx(emitted.to_numpy())
    same = traced(energy + 1, 0.7 * (energy + 1), flows).table
    assert same["consumption"].to_numpy() == pytest.approx(0.7 * same["used"].to_numpy())


def test_a_chain_on_paper() -> None:
    """Coal 100 at 1 t sends 60 to a place with 40 clean, which sends 50 on."""
    energy = pd.Series({"coal": 100.0, "hydro": 40.0, "city": 0.0})
    emitted = pd.Series({"coal": 100.0})
    flows = pd.DataFrame({"from": ["coal", "hydro"], "to": ["hydro", "city"], "value": [60.0, 50]})
    found = traced(energy, emitted, flows)
    assert found.table["consumption"].to_dict() == pytest.approx(
        {"coal": 40, "hydro": 30, "city": 30}
    )
    assert found.table["intensity"].to_dict() == pytest.approx(
        {"coal": 1.0, "hydro": 0.6, "city": 0.6}
    )
    assert found.flows.loc["coal", "city"] == pytest.approx(30)


def test_a_circle_is_solved_exactly() -> None:
    """Both directions in a year: tracing of a circle, checked by summing the rounds."""
    energy, emitted = pd.Series({"a": 10.0, "b": 10.0}), pd.Series({"a": 10.0, "b": 0.0})
    flows = pd.DataFrame({"from": ["a", "b"], "to": ["b", "a"], "value": [6.0, 4.0]})
    found = traced(energy, emitted, flows).table
    x, e = np.array([14.0, 16.0]), np.zeros(2)
    for _ in range(200):
        e = np.array([10 + 4 * e[1], 6 * e[0]]) / x
    assert found["intensity"].to_numpy() == pytest.approx(e)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": 170.0}, "flows of 'a': sends 170, but generates and receives 100"),
        ({"value": -1.0}, "flow a to b: -1.0 is not zero or more"),
        ({"to": "c"}, "flows: unknown place 'c'"),
    ],
)
def test_flows_that_cannot_be(change: dict[str, object], words: str) -> None:
    energy = pd.Series({"a": 100.0, "b": 5.0})
    flows = pd.DataFrame({"from": ["a"], "to": ["b"], "value": [1.0]}).assign(**change)
    with pytest.raises(InputError, match=words):
        traced(energy, energy, flows)


def test_figures_that_cannot_be() -> None:
    energy = pd.Series({"a": 100.0, "b": np.nan})
    none = pd.DataFrame({"from": [], "to": [], "value": []})
    with pytest.raises(InputError, match="generation of 'b'"):
        traced(energy, energy, none)
    with pytest.raises(InputError, match="emissions: unknown place 'c'"):
        traced(pd.Series({"a": 1.0}), pd.Series({"c": 1.0}), none)
    with pytest.raises(InputError, match="factor: -1 is below zero"):
        observed(-1)


def test_the_year_2024_as_observed() -> None:
    """Exporters and importers of coal power; the sum is exact, the figures rest on fitted flows."""
    table = observed_table().set_index("province")
    assert table["consumption_mt"].sum() == pytest.approx(table["production_mt"].sum(), rel=1e-9)
    anchors = {"InnerMongolia": -187, "Shandong": 108, "Jiangsu": 102, "Zhejiang": 93}
    assert table.loc[list(anchors), "balance_mt"].to_dict() == pytest.approx(anchors, abs=1.5)
    assert table["balance_mt"].idxmin() == "InnerMongolia"
    assert table["balance_mt"].idxmax() == "Shandong"
    double = observed_table(2 * THERMAL).set_index("province")
    assert double["balance_mt"].to_numpy() == pytest.approx(2 * table["balance_mt"].to_numpy())


def test_the_tables_of_a_run_are_traced_and_wrong_ones_named() -> None:
    tables = run_tables()
    tables["flows"] = tables["flows"].assign(twh=lambda t: t["twh"].clip(lower=0) * 0.02)
    found = of_run(tables, "link", 2030)
    mine = tables["emissions"].query("scenario == 'link' and year == 2030 and sector == 'power'")
    assert found.table["consumption"].sum() == pytest.approx(mine["mt"].sum(), rel=1e-9)
    assert tabled(found)["balance_mt"].sum() == pytest.approx(0.0, abs=1e-6)
    for scenario, year, words in (("lin", 2030, "did you mean 'link'"), ("link", 2031, "2031")):
        with pytest.raises(InputError, match=words):
            of_run(tables, scenario, year)
    del tables["flows"]
    with pytest.raises(InputError, match="no table 'flows'"):
        of_run(tables, "link", 2030)


def test_emissions_without_electricity_stay_at_home() -> None:
    energy, emitted = pd.Series({"a": 0.0, "b": 5.0}), pd.Series({"a": 2.0, "b": 1.0})
    none = pd.DataFrame({"from": [], "to": [], "value": []})
    assert traced(energy, emitted, none).table["consumption"].tolist() == [2.0, 1.0]


def test_an_empty_table_of_flows_leaves_everything_at_home() -> None:
    made = pd.DataFrame({"province": ["a"], "carrier": ["coal"], "twh": [5.0]})
    emitted = pd.DataFrame({"province": ["a"], "sector": ["power"], "mt": [4.0]})
    none = pd.DataFrame(columns=["from", "to", "twh"])
    assert of_tables(made, emitted, none).table["consumption"].tolist() == [4.0]
