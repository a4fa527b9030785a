"""Uses of border revenue: nothing is made or lost, and each reaches whom it names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcarbon.errors import InputError
from dualcarbon.international.linking import QuadraticMac, StepMac
from dualcarbon.international.recycling import (
    USES,
    Border,
    buy_abatement,
    compare,
    flows,
    net_receipts,
    report_tables,
)

CHARGES = {"China": 600.0, "India": 400.0, "Mozambique": 100.0}
shares = st.floats(0.0, 1.0)


@given(
    st.dictionaries(st.text("ABC", min_size=1, max_size=3), st.floats(0, 1e4), min_size=1),
    shares,
    shares,
)
def test_every_use_nets_to_zero(charges: dict[str, float], borne: float, part: float) -> None:
    border = Border(charges, borne_by_exporters=borne, shares=dict.fromkeys(USES, part))
    assert compare(border).sum().abs().max() <= 1e-8 * (1 + border.revenue)


def test_none_levies_nothing() -> None:
    assert flows(Border(CHARGES), "none").empty


def test_the_importer_keeps_what_is_not_used() -> None:
    border = Border(CHARGES, shares={"returned": 0.75})
    assert net_receipts(flows(border, "importer_budget"))["EU, budget"] == 1100.0
    assert net_receipts(flows(border, "returned"))["EU, budget"] == pytest.approx(275.0)


def test_return_is_in_proportion_to_what_was_paid() -> None:
    net = net_receipts(flows(Border(CHARGES, shares={"returned": 0.5}), "returned"))
    for origin, charge in CHARGES.items():
        assert net[f"{origin}, exporters"] == -charge
        assert net[f"{origin}, government"] == pytest.approx(0.5 * charge)


def test_incidence_splits_the_charge() -> None:
    net = net_receipts(flows(Border(CHARGES, borne_by_exporters=0.4), "importer_budget"))
    assert net["China, exporters"] == pytest.approx(-240.0)
    assert net["EU, buyers"] == pytest.approx(-660.0)


def test_least_developed_countries_receive_the_same_per_head() -> None:
    from dualcarbon import datasets

    people = datasets.load("ldc_population").set_index("country")["population"]
    net = net_receipts(flows(Border(CHARGES), "ldc_per_head"))
    heads = {net[f"{c}, government"] / people[c] for c in ("Ethiopia", "Nepal", "Tuvalu")}
    assert max(heads) == pytest.approx(min(heads))
    assert len(people) == 44


def test_money_buys_abatement_at_equal_marginal_cost() -> None:
    curves = {"A": QuadraticMac(0.5), "B": QuadraticMac(0.25)}
    bought = buy_abatement(curves, 300.0)
    price = (2 * 300.0 / (1 / 0.5 + 1 / 0.25)) ** 0.5
    assert bought.price == pytest.approx(price)
    assert bought.total_mt == pytest.approx(price / 0.5 + price / 0.25)
    assert bought.spent_musd == pytest.approx(300.0)


def test_the_last_step_is_bought_in_part() -> None:
    bought = buy_abatement({"A": StepMac(((10.0, 5.0), (10.0, 20.0)))}, 150.0)
    assert bought.total_mt == pytest.approx(15.0)
    ended = buy_abatement({"A": StepMac(((10.0, 5.0),))}, 500.0)
    assert (ended.total_mt, ended.spent_musd) == pytest.approx((10.0, 50.0))


def test_tables_gather_the_least_developed_countries() -> None:
    tables = report_tables(Border(CHARGES), {"A": QuadraticMac(0.5)})
    parties = set(tables["recycling_net"]["party"])
    assert "least developed countries" in parties
    assert not any("Tuvalu" in party for party in parties)
    assert tables["recycling_net"].groupby("use")["million"].sum().abs().max() < 1e-9


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: Border({}), "no origin"),
        (lambda: Border({"A": -1.0}), "payments, A"),
        (lambda: Border(CHARGES, borne_by_exporters=1.2), "0 to 1"),
        (lambda: Border(CHARGES, shares={"returnd": 0.5}), "did you mean 'returned'"),
        (lambda: flows(Border(CHARGES), "climate_fund"), "unknown use"),
        (lambda: buy_abatement({"A": QuadraticMac(1.0)}, -5.0), "budget is -5"),
    ],
)
def test_wrong_inputs_are_said(wrong: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        wrong()  # type: ignore[operator]
