"""Figures: scales, colours, layout and the arithmetic behind the readings."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcarbon.charts.colour import contrast, ink_on, ramp, twin
from dualcarbon.charts.numbers import Unit, change, number, percent, signed, span, tiny, with_unit
from dualcarbon.charts.specs import Bar, Group, Series, Stacked
from dualcarbon.charts.svg import render
from dualcarbon.charts.svg.axis import Scale, nice
from dualcarbon.charts.svg.element import width_of, wrap
from dualcarbon.report.figure import tables_with_grade
from dualcarbon.report.parties import MARKET, kind_of, net_receipts
from dualcarbon.system.parties import (
    BUYOUT_FUND,
    GOVERNMENT,
    GRID,
    RIGHT_HOLDERS,
    Party,
    buyer,
    hub,
    party,
    seller,
    user,
)
from tests.report_world import run_tables, settlement_of

FIGURES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (1234567.0, "1,234,567"), (12.34, "12.3"), (2.4, "2.4"), (-0.0004, "0"),
     (0.0456, "0.046"), (-3.0, "−3"), (float("nan"), "–"), (99.96, "100"), (100.0, "100")],
)  # fmt: skip
def test_numbers_are_rounded_to_what_they_bear(value: float, words: str) -> None:
    assert number(value) == words


def test_signs_ranges_and_percentages() -> None:
    assert (signed(2.4), signed(-2.4), signed(0.0)) == ("+2.4", "−2.4", "0")
    assert span(20, 20, "%") == "+20%"
    assert span(-2.9, -1.7, "%") == "−2.9 … −1.7%"
    assert span(float("nan"), float("nan")) == "–"
    assert percent(0.1234) == "12.3%"
    assert (change(0.04), change(-21.3), change(0.73)) == ("0.0", "−21.3", "+0.7")
    assert tiny(3e-9) == "3 × 10⁻⁹"
    assert with_unit(0.06, Unit("%", 100.0)) == "6%"
    assert with_unit(0.97, Unit("×")) == "×0.97"


@given(FIGURES)
def test_a_nice_domain_holds_its_values_and_has_round_ticks(values: list[float]) -> None:
    scale = Scale(*nice(values), 0.0, 100.0)
    room = 1e-6 * (scale.high - scale.low)
    assert scale.low - room <= min(values) <= max(values) <= scale.high + room
    assert 2 <= len(scale.ticks()) <= 12


@given(st.floats(0, 1))
def test_ink_can_be_read_on_every_colour_of_a_ramp(position: float) -> None:
    colour = ramp(position)
    assert contrast(colour, ink_on(colour)) >= 4.5


@given(st.integers(0, 0xFFFFFF))
def test_twins_stand_out_from_dark_paper(colour: int) -> None:
    assert contrast(twin(f"#{colour:06x}"), "#171b20") >= 3.0


@given(st.text("电力市场 abc，、", min_size=1, max_size=60), st.floats(40, 200))
def test_wrapped_lines_keep_to_their_room(words: str, room: float) -> None:
    lines = wrap(words, room)
    assert len(lines) <= 3
    assert all(width_of(line) <= room + 1 for line in lines)


def stacked(values: list[float], label: str = "G") -> Stacked:
    keys = [f"s{i}" for i, _ in enumerate(values)]
    bar = Bar("2030", dict(zip(keys, values, strict=True)))
    series = [Series(key, "A", "#2f6fb3") for key in keys]
    return Stacked(title="T", unit="TWh", series=series, groups=[Group(label, [bar])])


@given(FIGURES, st.sampled_from([350.0, 740.0]))
def test_bars_stay_on_the_paper(values: list[float], paper: float) -> None:
    drawn = render(stacked(values), paper, "x-wide")
    for left, wide in re.findall(
        r'<rect class="s seg"[^>]* x="([-\d.]+)"[^>]* width="([\d.]+)"', drawn
    ):
        assert float(left) >= 0
        assert float(left) + float(wide) <= paper + 1


def test_lengths_of_bars_are_in_proportion() -> None:
    drawn = render(stacked([100.0, 50.0]), 740.0, "x-wide")
    first, second = re.findall(r'class="s seg"[^>]* width="([\d.]+)"', drawn)
    assert float(first) == pytest.approx(2 * float(second), rel=0.01)


def test_text_of_a_figure_is_escaped() -> None:
    assert "&lt;b&gt;&amp;" in render(stacked([1.0], "<b>&"), 740.0, "x-wide")


@pytest.mark.parametrize(
    ("who", "kind"),
    [(seller("coal_usc", "Shandong"), "coal_plants"), (seller("solar_dist", "A"), "solar_plants"),
     (seller("battery", "A"), "storage_owners"), (seller("CCGT", "A"), "other_parties"),
     (seller("ev_load", "A"), "flexible_consumers"), (buyer("Hebei"), "consumers"),
     (user("steel", "Hebei"), "industry"), (user("households", "Hebei"), "consumers"),
     (hub("rights fund"), MARKET), (GOVERNMENT, "government"), (GRID, "grid_owners"),
     (Party("project", "forestry"), "offset_projects"), (BUYOUT_FUND, "buyout_fund"),
     (Party("allowance_bank", "allowance banks"), "allowance_banks"),
     (Party("volunteer", "voluntary buyers"), "voluntary_buyers"),
     (RIGHT_HOLDERS, "right_holders"), (party("somebody"), "other_parties")],
)  # fmt: skip
def test_parties_are_sorted_into_kinds(who: Party, kind: str) -> None:
    assert kind_of(who.kind, who.what) == kind


def test_net_receipts_sum_to_zero_for_every_instrument() -> None:
    net = net_receipts(run_tables()["settlement"])
    sums = net.groupby(["scenario", "year", "instrument"])["bn_cny"].sum()
    assert sums.abs().max() < 1e-9


def test_net_receipts_of_one_payment() -> None:
    one = settlement_of([("s", 2030, "carbon", seller("coal_usc", "A"), GOVERNMENT, 2.0)])
    net = net_receipts(one).set_index("kind")["bn_cny"]
    assert net.to_dict() == {"government": 2.0, "coal_plants": -2.0}


def test_figures_of_grade_d_are_known_to_the_captions() -> None:
    assert "ccer_supply" in tables_with_grade("D")
