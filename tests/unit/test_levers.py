"""Levers: every field that can be moved has words, a range it may take, and a start that holds."""

from __future__ import annotations

import json

import pytest

from dualcarbon.common.words import LANGUAGES
from dualcarbon.instruments import REGISTRY
from dualcarbon.instruments.levers import MARKETS, about, levers_of, words
from dualcarbon.lab.controls import controls
from dualcarbon.lab.state import State, shipped
from dualcarbon.report.text import Text
from dualcarbon.scenario.documents import shipped_names
from tests.pages import ROOT


@pytest.mark.parametrize("key", REGISTRY)
def test_every_lever_has_words_and_a_range_that_its_field_allows(key: str) -> None:
    assert key in words()
    known = about(key)
    assert known["market"] in MARKETS
    assert (ROOT / "docs" / known["page"]).is_file()
    assert (ROOT / known["test"]).is_file()
    for lever in levers_of(key):
        assert lever.path in words(), f"{lever.path} has no words in levers.yaml"
        assert all(lever.label[lang] and lever.says[lang] for lang in LANGUAGES), lever.path
        if lever.kind == "number":
            assert lever.low < lever.high
            assert 0 < lever.step <= (lever.high - lever.low) / 2
            assert lever.unit, lever.path
        if lever.kind == "choice":
            assert all(set(w) >= set(LANGUAGES) for w in (lever.choices or {}).values())


def test_no_words_are_left_over() -> None:
    known = set(REGISTRY) | {lever.path for key in REGISTRY for lever in levers_of(key)}
    assert set(words()) - known == set()


@pytest.mark.parametrize("name", shipped_names())
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_lever_set_to_its_own_value_changes_nothing(name: str, lang: str) -> None:
    scenario = shipped(name)
    changes = {}
    for instrument in controls(scenario, Text(lang)):
        assert instrument["on"] == (instrument["key"] in scenario.instruments)
        for lever in instrument["levers"]:
            value = lever["value"]
            if lever["kind"] == "number" and value is not None:
                assert lever["low"] <= value <= lever["high"], lever["path"]
                value = float(f"{value / lever['factor']:.12g}")
            changes[lever["path"]] = value
    state = State.of(json.loads(json.dumps({"base": name, "changes": changes})))
    if len(changes) > 80:
        pytest.skip("more levers than a state may change")
    assert state.scenario().instruments == scenario.instruments


@pytest.mark.parametrize("key", REGISTRY)
def test_an_instrument_is_switched_on_with_its_start(key: str) -> None:
    start = about(key).get("start")
    if start is None or key in shipped("five_markets_today").instruments:
        return
    state = State.of({"base": "five_markets_today", "changes": {key: start}})
    assert key in state.scenario().instruments
