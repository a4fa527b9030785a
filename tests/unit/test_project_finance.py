"""Revenue regimes, the cost of capital that follows, and whether certificates replace subsidies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy_financial as npf
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcarbon import datasets
from dualcarbon.common.cashflow import annuity
from dualcarbon.experiments.context import ExperimentContext
from dualcarbon.experiments.parameters import parameters
from dualcarbon.experiments.project_finance import experiment as finance
from dualcarbon.experiments.project_finance.cases import Cases, joined, normal_nodes
from dualcarbon.experiments.project_finance.regimes import (
    FILE,
    MARKET,
    REGIMES,
    Offers,
    Regime,
    Terms,
    assumptions,
    mechanism_strike,
    zone_tariff,
)
from dualcarbon.experiments.project_finance.replacement import (
    NOT,
    NOT_NEEDED,
    PARTLY,
    REPLACED,
    covered,
    needed_price,
    replacement_rows,
    verdict,
)
from dualcarbon.experiments.project_finance.valuation import (
    P90,
    Plant,
    Valuation,
    appraise,
    cost_of_capital,
    debt_capacity,
)
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.sweep.sessions import Sessions

PROVINCES = pd.Index(["North", "South"])
YEARS = pd.Index([2025, 2030])
LIFE = 20
MECHANISM, HEDGED = REGIMES["mechanism"], REGIMES["hedged"]
PLANT = Plant("onwind", 2025, outlay=5.6e6, fixed=5e4, life=LIFE, discount=0.06)
OFFERS = Offers(pd.DataFrame({"tariff": [470.0, 380.0], "benchmark": [390.0, 300.0],
                              "strike": [320.0, 250.0]}, index=PROVINCES))  # fmt: skip
WHOLE_LIFE = {"feed_in_term": LIFE, "mechanism_term": LIFE, "hedge_term": LIFE}


@pytest.fixture
def terms() -> Terms:
    return replace(Terms.shipped(), hedge_fee=0.0, **WHOLE_LIFE)  # type: ignore[arg-type]


def cases(price_sd: float = 0.2, yield_sd: float = 0.06, certificate: float = 5.0) -> Cases:
    """Two provinces and two periods; prices and output around their means."""
    hours = pd.DataFrame([[2600.0, 2600.0], [2000.0, 2000.0]], PROVINCES, YEARS)
    level = pd.DataFrame([[260.0, 240.0], [320.0, 300.0]], PROVINCES, YEARS)
    factors, likely = normal_nodes(price_sd)
    spread, chance = normal_nodes(yield_sd)
    prices = [level * f for f in factors]
    certificates = [pd.Series(certificate * f, YEARS) for f in factors]
    return joined(hours, prices, certificates, likely, spread, chance)


@given(st.floats(0.0, 0.5))
def test_nodes_keep_mean_and_variance(sd: float) -> None:
    factors, weights = normal_nodes(sd)
    assert weights.sum() == pytest.approx(1.0)
    assert (weights * factors).sum() == pytest.approx(1.0)
    assert (weights * (factors - 1.0) ** 2).sum() == pytest.approx(sd**2, abs=1e-12)


def test_variance_over_cases_is_that_of_the_product_of_independent_factors() -> None:
    found = cases()
    revenue = found.price * found.hours
    mean = found.mean(revenue)
    assert np.allclose(mean, [[2600 * 260, 2600 * 240], [2000 * 320, 2000 * 300]])
    relative = (1 + 0.2**2) * (1 + 0.06**2) - 1
    assert np.allclose(found.sd(revenue), mean * np.sqrt(relative))


def test_contract_over_the_whole_volume_leaves_no_price_risk(terms: Terms) -> None:
    still = cases(yield_sd=0.0)
    whole = replace(terms, mechanism_volume=1.0)
    assert np.allclose(still.sd(MECHANISM.revenue(still, OFFERS, whole)), 0.0, atol=1e-6)
    assert (still.sd(MECHANISM.revenue(still, OFFERS, terms)) > 0).all()
    assert (still.sd(MARKET.revenue(still, OFFERS, terms)) > 0).all()


def test_fair_hedge_leaves_mean_revenue_and_lowers_its_variance(terms: Terms) -> None:
    found = cases()
    plain, swapped = (r.revenue(found, OFFERS, terms) for r in (MARKET, HEDGED))
    assert np.allclose(found.mean(plain), found.mean(swapped))
    assert (found.sd(swapped) < found.sd(plain)).all()
    paid = HEDGED.revenue(found, OFFERS, replace(terms, hedge_fee=5.0))
    fee = 5.0 * terms.hedge_volume * found.mean(found.hours)
    assert np.allclose(found.mean(swapped) - found.mean(paid), fee)


def test_regimes_are_what_their_equations_say(terms: Terms) -> None:
    """One province, one case: every number by hand."""
    one = Cases(pd.Index(["A"]), pd.Index([2025]), np.ones(1), np.full((1, 1, 1), 2000.0),
                np.full((1, 1, 1), 250.0), np.full((1, 1, 1), 10.0))  # fmt: skip
    offers = Offers(pd.DataFrame({"tariff": 470.0, "benchmark": 390.0, "strike": 320.0}, ["A"]))
    earned = {key: regime.revenue(one, offers, terms).item() for key, regime in REGIMES.items()}
    assert earned == pytest.approx({
        "feed_in": 2000 * 470.0,
        "subsidy_as_certificates": 2000 * 400.0,
        "market": 2000 * 260.0,
        "mechanism": 2000 * (0.8 * 320.0 + 0.2 * 260.0),
        "hedged": 2000 * 260.0,
    })  # fmt: skip


@pytest.mark.parametrize("regime", REGIMES.values(), ids=list(REGIMES))
def test_irr_makes_the_net_present_value_zero(regime: Regime, terms: Terms) -> None:
    found = appraise(regime, cases(), OFFERS, PLANT, terms)
    for flow, rate in zip(found.cash(), found.irr(), strict=True):
        assert npf.npv(rate, flow) == pytest.approx(0.0, abs=1e-3)
        assert rate == pytest.approx(npf.irr(flow), abs=1e-8)
    for flow, npv, rate in zip(found.cash(), found.npv(), found.capital.wacc, strict=True):
        assert npv == pytest.approx(npf.npv(rate, flow))


def test_irr_of_a_feed_in_tariff_is_that_of_an_annuity(terms: Terms) -> None:
    found = appraise(REGIMES["feed_in"], cases(), OFFERS, PLANT, terms)
    yearly = np.array([470.0 * 2600, 380.0 * 2000]) - PLANT.fixed
    expected = [annuity(PLANT.outlay, rate, LIFE) for rate in found.irr()]
    assert expected == pytest.approx(list(yearly), rel=1e-9)


def test_contract_ends_and_the_market_follows() -> None:
    terms = replace(Terms.shipped(), mechanism_volume=1.0, mechanism_term=12)
    found = appraise(MECHANISM, cases(), OFFERS, PLANT, terms)
    on_market = appraise(MARKET, cases(), OFFERS, PLANT, terms)
    assert np.allclose(found.mean[:, :12], [[320.0 * 2600] * 12, [250.0 * 2000] * 12])
    assert np.allclose(found.mean[:, 12:], on_market.mean[:, 12:])


def test_debt_is_what_p90_cash_serves_at_the_cover(terms: Terms) -> None:
    cash = np.full((1, LIFE), 4e5)
    expected = -npf.pv(terms.debt_rate, terms.debt_tenor, 4e5 / terms.dscr)
    assert debt_capacity(cash, terms) == pytest.approx([expected])
    assert debt_capacity(-cash, terms) == pytest.approx([0.0])


def test_cost_of_capital_by_hand(terms: Terms) -> None:
    mean, sd = np.full((1, LIFE), 5.5e5), np.full((1, LIFE), 8e4)
    found = cost_of_capital(mean, sd, PLANT.fixed, PLANT.outlay, terms)
    cash = (5.5e5 - P90 * 8e4 - PLANT.fixed) / terms.dscr
    debt = -npf.pv(terms.debt_rate, terms.debt_tenor, cash)
    equity = PLANT.outlay - debt
    cost = terms.equity_base + terms.price_of_risk * 8e4 / equity
    assert found.gearing == pytest.approx([debt / PLANT.outlay])
    assert found.equity_cost == pytest.approx([cost])
    assert found.wacc == pytest.approx([(debt * terms.debt_rate + equity * cost) / PLANT.outlay])


@given(st.floats(0.0, 0.6), st.floats(0.0, 0.6))
def test_less_risk_means_more_debt_and_cheaper_capital(one: float, other: float) -> None:
    terms = Terms.shipped()
    low, high = sorted((one, other))
    calm, wild = (appraise(MARKET, cases(sd), OFFERS, PLANT, terms) for sd in (low, high))
    assert (calm.capital.gearing >= wild.capital.gearing - 1e-12).all()
    assert (calm.capital.gearing <= terms.gearing).all()
    if (calm.capital.gearing < terms.gearing).all():
        assert (calm.capital.wacc <= wild.capital.wacc + 1e-12).all()


def test_price_needed_is_the_one_at_which_a_project_breaks_even(terms: Terms) -> None:
    needed = needed_price(cases(), OFFERS, PLANT, terms)
    there = cases()
    paid = replace(there, certificate=np.broadcast_to(
        needed[:, None, None], there.certificate.shape).copy())  # fmt: skip
    assert appraise(MARKET, paid, OFFERS, PLANT, terms).npv() == pytest.approx([0, 0], abs=1.0)


def test_answer_by_province(terms: Terms) -> None:
    rows = replacement_rows(cases(), OFFERS, PLANT, terms).set_index("province")
    on_market: Valuation = appraise(MARKET, cases(certificate=0.0), OFFERS, PLANT, terms)
    energy = on_market.per_mwh(on_market.mean)
    assert rows["subsidy_cny_per_mwh"].to_numpy() == pytest.approx([470.0, 380.0] - energy)
    assert rows["certificate_price"].to_numpy() == pytest.approx([5.0, 5.0])
    assert rows["covered"].to_numpy() == pytest.approx(5.0 / ([470.0, 380.0] - energy))
    for row in rows.itertuples():
        assert row.verdict == verdict(row.certificate_price_needed, row.certificate_price)
        assert row.reading_en
        assert row.reading_zh


@pytest.mark.parametrize(
    ("needed", "cleared", "answer"),
    [(-3.0, 0.0, NOT_NEEDED), (20.0, 25.0, REPLACED), (20.0, 5.0, PARTLY), (20.0, 0.0, NOT)],
)
def test_verdicts(needed: float, cleared: float, answer: str) -> None:
    assert verdict(needed, cleared) == answer


def test_covered_share_stays_between_none_and_all() -> None:
    found = covered(np.array([100.0, 100.0, 100.0, -5.0]), np.array([0.0, 25.0, 300.0, 0.0]))
    assert list(found) == [0.0, 0.25, 1.0, 1.0]


def test_every_parameter_has_unit_year_grade_source_and_both_languages() -> None:
    for name, entry in parameters(FILE).items():
        assert set(entry) == {"value", "unit", "year", "grade", "source", "note_en", "note_zh"}, (
            name
        )
        assert entry["grade"] in {"A", "B", "C", "D"}
        assert entry["note_en"] != entry["note_zh"]
    assert len(assumptions()) == len(parameters(FILE))


@pytest.mark.parametrize("technology", ["onwind", "solar"])
def test_tariffs_by_province(technology: str) -> None:
    benchmark = datasets.load("tariffs").set_index("province")["coal_benchmark_cny_per_mwh"]
    provinces = pd.Index(datasets.provinces())
    tariff = zone_tariff(technology, provinces, benchmark)
    assert (tariff >= benchmark.reindex(provinces)).all()
    assert tariff.notna().all()
    strike = mechanism_strike(technology, provinces, benchmark)
    assert strike["Shandong"] == {"onwind": 319.0, "solar": 225.0}[technology]
    assert strike.between(100.0, 500.0).all()
    named = {
        p for members in parameters(FILE)[f"zones_{technology}"]["value"].values() for p in members
    }
    assert named <= set(provinces)


@pytest.mark.slow
@pytest.mark.parametrize("regions", ["grids", "provinces"])
def test_every_province_under_every_regime(regions: str) -> None:
    sets = (f"system.regions={regions}",)
    scenarios = {name: load_scenario(name, sets) for name in ("today", "complete")}
    context = ExperimentContext(scenarios, {}, Sessions(), sets)
    tables = finance.experiment(context)
    table = tables["project_finance"]
    buses = len(scenarios["today"].world_.names(scenarios["today"].system)["region"])
    assert len(table) == 2 * buses * len(REGIMES)
    assert table.drop(columns=["npv_per_cny"]).notna().all(axis=None)
    wide = table.pivot(index=["province", "technology"], columns="regime", values="revenue_sd")
    assert (wide["hedged"] < wide["market"]).all()
    assert (wide["mechanism"] < wide["market"]).all()
    assert table["wacc"].between(0.02, 0.12).all()
    assert len(tables["subsidy_replacement"]) == 2 * buses
