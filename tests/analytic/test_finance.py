"""Project appraisal: the golden case, closed forms, numpy-financial and spreadsheets."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy_financial as npf
import openpyxl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dualcarbon.errors import InputError
from dualcarbon.international.finance import (
    Carbon,
    FlowFile,
    Guarantee,
    Loan,
    Project,
    Tax,
    annuity,
    appraise,
    cost_across_regions,
    cost_of_capital_effect,
    credit_quality,
    disclosure,
    finance_gap,
    grant_element,
    irr,
    measure,
    npv,
    payback,
    read_project,
    schedule,
    service,
    share_of_need,
    support_effects,
)

amounts = st.floats(1.0, 1000.0)


def wind(**changes: object) -> Project:
    """100 MW of wind: 5 000 CNY/kW, 2 200 h, 0.30 CNY/kWh, 2 % of operating cost, 20 years."""
    base: dict[str, object] = {
        "name": "wind",
        "capacity_mw": 100.0,
        "unit_cost_per_kw": 5000.0,
        "full_load_hours": 2200.0,
        "price_per_mwh": 300.0,
        "opex_share": 0.02,
        "lifetime": 20,
        "discount_rate": 0.06,
        "carbon": {"emission_factor": 0.5306, "baseline_price_per_mwh": 300.0},
    }
    return Project(**(base | changes))


def test_golden_case() -> None:
    one = appraise(wind())
    assert one.flows["output_mwh"].iloc[1] == 220_000.0
    assert one.project_irr.value == pytest.approx(0.09313, abs=5e-6)
    assert one.npv == pytest.approx(142.32, abs=5e-3)
    assert one.payback == pytest.approx(8.93, abs=5e-3)
    assert one.lcoe / 1000 == pytest.approx(0.24360, abs=5e-6)
    assert one.abated_t / 20 == pytest.approx(116_732, abs=0.5)
    assert one.abatement_cost[0] == pytest.approx(-106.3, abs=0.05)


def test_undiscounted_tonnes_give_a_smaller_figure_per_tonne() -> None:
    one = appraise(wind())
    discounted, plain = one.abatement_cost
    factor = sum(1.06**-t for t in range(1, 21)) / 20
    assert plain == pytest.approx(discounted * factor)


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=30), st.floats(-0.5, 0.5))
def test_present_value_is_that_of_numpy_financial(flows: list[float], rate: float) -> None:
    assert npv(flows, rate) == pytest.approx(npf.npv(rate, flows), rel=1e-9, abs=1e-6)


@given(amounts, st.lists(amounts, min_size=2, max_size=25))
def test_one_change_of_sign_gives_the_rate_of_numpy_financial(
    outlay: float, income: list[float]
) -> None:
    flows = [-outlay, *income]
    found, oracle = irr(flows), npf.irr(flows)
    assume(-0.9 < oracle < 90.0)
    assert found.status == "unique"
    assert found.value == pytest.approx(oracle, rel=1e-6, abs=1e-8)


def test_rates_none_and_multiple_are_said() -> None:
    assert irr([1.0, 2.0, 3.0]).status == "none"
    assert irr([10.0, -15.0, 10.0]).status == "none"
    pump = irr([-1600.0, 10000.0, -10000.0])  # Lorie and Savage (1955): 25 % and 400 %
    assert pump.status == "multiple"
    assert pump.rates == pytest.approx((0.25, 4.0))
    assert math.isnan(pump.value)


def test_payback_of_level_income() -> None:
    assert payback([-100.0, *[20.0] * 10]) == pytest.approx(5.0)
    assert math.isnan(payback([-100.0, 20.0]))
    assert payback([-100.0, *[20.0] * 10], 0.05) > 5.0


@pytest.mark.parametrize("repayment", ["annuity", "equal_principal"])
@pytest.mark.parametrize("grace", [0, 3])
def test_debt_service_is_worth_the_loan_at_its_own_rate(repayment: str, grace: int) -> None:
    loan = Loan(share=0.7, rate=0.04, tenor=12, grace=grace, repayment=repayment)
    paid = service(loan, 350.0, 20)
    assert paid.principal.sum() == pytest.approx(350.0)
    assert npf.npv(0.04, [-350.0, *paid.total]) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("rate", [0.0, 0.05])
def test_annuity_repays_the_principal(rate: float) -> None:
    payment = annuity(1.0, rate, 25)
    assert sum(payment / (1 + rate) ** t for t in range(1, 26)) == pytest.approx(1.0, rel=1e-12)


def test_annuity_is_the_payment_of_numpy_financial() -> None:
    paid = service(Loan(share=1.0, rate=0.05, tenor=10), 100.0, 10).total
    assert paid == pytest.approx(np.full(10, -npf.pmt(0.05, 10, 100.0)))


def test_cover_ratio_and_equity_flow() -> None:
    one = appraise(wind(loans=({"share": 0.7, "rate": 0.04, "tenor": 15},)))
    payment = -float(npf.pmt(0.04, 15, 350.0))
    assert one.dscr == pytest.approx((56.0 / payment, 56.0 / payment))
    flows = [-150.0, *[56.0 - payment] * 15, *[56.0] * 5]
    assert one.equity_irr.value == pytest.approx(npf.irr(flows))


def test_debt_at_the_discount_rate_leaves_the_value_unchanged() -> None:
    one = appraise(wind(loans=({"share": 0.7, "rate": 0.06, "tenor": 15},)))
    assert npv(one.flows["equity_flow"].tolist(), 0.06) == pytest.approx(one.npv)


def test_tax_with_relief_and_losses() -> None:
    tax = Tax(rate=0.25, depreciation_years=20, free_years=3, half_years=3)
    flows = schedule(wind(tax=tax))
    profit = 56.0 - 500.0 / 20
    assert flows["tax"].iloc[[1, 4, 7]].tolist() == pytest.approx(
        [0.0, 0.125 * profit, 0.25 * profit]
    )
    lossy = schedule(
        wind(price_per_mwh=100.0, price_growth=0.1, tax=Tax(rate=0.25, depreciation_years=20))
    )
    assert lossy["tax"].iloc[1] == 0.0
    assert lossy["tax"].iloc[-1] > 0.0


def test_grant_element_is_zero_at_market_terms_and_known_otherwise() -> None:
    assert grant_element(Loan(share=0.5, rate=0.05, tenor=10)) == pytest.approx(0.0, abs=1e-12)
    soft = Loan(share=0.5, rate=0.01, market_rate=0.05, tenor=10)
    payment = -npf.pmt(0.01, 10, 1.0)
    assert grant_element(soft) == pytest.approx(1 - payment * (1 - 1.05**-10) / 0.05)


def test_support_raises_the_return_and_is_taken_away_one_by_one() -> None:
    loan = Loan(share=0.7, rate=0.02, market_rate=0.06, tenor=15)
    project = wind(loans=(loan,), grant=25.0)
    table = support_effects(project).set_index("case")
    assert set(table.index) == {"as_given", "without_concession", "without_grant", "without_any"}
    assert (table["equity_irr"].drop("as_given") < table.loc["as_given", "equity_irr"]).all()
    assert table["equity_irr"].idxmin() == "without_any"


def test_a_guarantee_pays_when_its_cut_exceeds_its_fee() -> None:
    def loan(fee: float) -> Loan:
        terms = Guarantee(cover=1.0, fee=fee, rate_cut=0.02)
        return Loan(share=0.7, rate=0.06, tenor=15, guarantee=terms)

    cheap, dear = (support_effects(wind(loans=(loan(f),))).set_index("case") for f in (0.01, 0.03))
    assert cheap.loc["as_given", "equity_irr"] > cheap.loc["without_guarantee", "equity_irr"]
    assert dear.loc["as_given", "equity_irr"] < dear.loc["without_guarantee", "equity_irr"]


@given(st.floats(0.0, 0.3), st.floats(0.001, 0.2))
def test_capital_costs_more_at_a_higher_rate(low: float, step: float) -> None:
    table = cost_of_capital_effect(wind(), [low, low + step])
    assert table["lcoe"].is_monotonic_increasing
    assert table["npv"].is_monotonic_decreasing


def test_at_the_project_return_the_cost_is_the_price() -> None:
    one = appraise(wind())
    assert appraise(wind(), one.project_irr.value).lcoe == pytest.approx(300.0)


def test_credits_are_revenue_and_never_beside_certificates() -> None:
    carbon = {"emission_factor": 0.5, "credit_price": 80.0, "credit_share": 0.6, "credit_years": 7}
    flows = schedule(wind(carbon=carbon))
    assert flows["credits"].iloc[1] == pytest.approx(220_000 * 0.5 * 0.6 * 80 / 1e6)
    assert flows["credits"].iloc[8] == 0.0
    with pytest.raises(InputError, match="earns no CCER"):
        Carbon(**(carbon | {"green_certificate_share": 0.5}))
    assert Carbon(**(carbon | {"green_certificate_share": 0.4})).kept_share == pytest.approx(0.0)


def test_unknown_is_not_a_yes_in_the_credit_checklist() -> None:
    everything = dict.fromkeys(credit_quality({}).answers, "yes")
    assert credit_quality(everything).grade == "meets"
    assert credit_quality({}).grade == "open"
    assert credit_quality(everything | {"permanence": "unknown"}).grade == "open"
    assert credit_quality({"additionality": "no"}).grade == "fails"


def test_workbook_with_the_published_examples_of_a_spreadsheet(tmp_path: Path) -> None:
    """Worked examples in the help of IRR (8.66 %) and NPV (1 922.06 at 8 %) of a spreadsheet."""
    first = workbook(tmp_path, [-70000, 12000, 15000, 18000, 21000, 26000])
    assert measure(first, 0.08).irr.value == pytest.approx(0.086631, abs=5e-7)
    second = workbook(tmp_path, [-40000, 8000, 9200, 10000, 12000, 14500])
    assert measure(second, 0.08).npv == pytest.approx(1922.06, abs=5e-3)


def workbook(folder: Path, flows: list[float]) -> FlowFile:
    book = openpyxl.Workbook()
    book.active.append(["year", "cash_flow"])
    for year, flow in enumerate(flows):
        book.active.append([2025 + year, flow])
    book.save(folder / "flows.xlsx")
    found = read_project(folder / "flows.xlsx")
    assert isinstance(found, FlowFile)
    return found


def test_levelised_cost_of_a_plain_flow_is_that_of_the_project(tmp_path: Path) -> None:
    one = appraise(wind())
    table = one.flows.assign(cost=one.flows["investment"] + one.flows["opex"])
    table = table.rename(columns={"project_flow": "cash_flow"})
    table[["cash_flow", "cost", "output_mwh", "abated_t"]].to_csv(
        tmp_path / "flow.csv", index=False
    )
    found = read_project(tmp_path / "flow.csv")
    assert isinstance(found, FlowFile)
    assert measure(found, 0.06).lcoe == pytest.approx(one.lcoe)


def test_keys_and_values_and_yaml_describe_the_same_project(tmp_path: Path) -> None:
    rows = [
        "key,value", "name,wind", "capacity_mw,100", "unit_cost_per_kw,5000",
        "full_load_hours,2200", "price_per_mwh,300", "opex_share,0.02", "lifetime,20",
        "discount_rate,0.06", "carbon.emission_factor,0.5306",
        "carbon.baseline_price_per_mwh,300", "loans.1.share,0.5", "loans.1.rate,0.04",
        "loans.1.tenor,15",
    ]  # fmt: skip
    (tmp_path / "p.csv").write_text("\n".join(rows), encoding="utf-8")
    assert read_project(tmp_path / "p.csv") == wind(
        loans=({"share": 0.5, "rate": 0.04, "tenor": 15},)
    )


def test_disclosure_gives_figures_where_the_appraisal_has_them() -> None:
    table = disclosure(appraise(wind()), product="credit").set_index("item")
    assert set(table["product"]) == {"credit"}
    assert "9.31%" in table.loc["returns", "figure"]
    assert not table.loc["dscr", "given"]
    assert set(disclosure(appraise(wind()))["product"]) == {"credit", "bond", "lease", "insurance"}


def test_gap_is_need_less_supply_and_the_goal_is_an_eighth() -> None:
    table = finance_gap().set_index("region")
    known = table.dropna(subset="supply")
    assert (known["gap_low"] + known["supply"]).to_numpy() == pytest.approx(known["need_low"])
    assert share_of_need("external_goal", "emde_need")[1] == pytest.approx(1 / 8)
    unep = table.loc["Developing countries, adaptation"]  # Adaptation Gap Report 2025: 284-339
    assert (unep["gap_low"], unep["gap_high"]) == (284.0, 339.0)
    assert table.loc["World", "supply_year"] == 2023
    assert (table["source"].str.len() > 0).all()
    assert set(table["grade"]) <= set("ABCD")


def test_dearer_capital_makes_the_same_project_dearer() -> None:
    table = cost_across_regions(wind())
    assert table["lcoe"].is_monotonic_increasing
    india = table.set_index("region").loc["India"]
    assert india["lcoe"] == pytest.approx(appraise(wind(), 0.071).lcoe)


@given(st.lists(st.floats(-0.5, 3.0), min_size=2, max_size=4))
def test_every_rate_of_a_flow_made_from_its_rates_is_found(rates: list[float]) -> None:
    rates = sorted(rates)
    assume(all(b - a > 0.05 for a, b in pairwise(rates)))
    flows = np.polynomial.polynomial.polyfromroots([1 / (1 + r) for r in rates])
    assert irr(flows.tolist()).rates == pytest.approx(tuple(rates), rel=1e-6, abs=1e-7)


def test_a_loss_lowers_the_tax_of_later_years() -> None:
    """Losses first and profits then: the tax is that on their sum."""
    project = wind(price_per_mwh=100.0, price_growth=0.1, tax=Tax(rate=0.25, depreciation_years=20))
    flows = schedule(project).iloc[1:]
    profit = flows["sales"] - flows["opex"] - project.capital / 20
    assert profit.iloc[0] < 0.0 < profit.sum()
    assert (profit.diff().dropna() > 0.0).all()
    assert flows["tax"].sum() == pytest.approx(0.25 * profit.sum())


def test_credits_are_earned_in_their_years_and_no_longer() -> None:
    carbon = {"emission_factor": 0.5, "credit_price": 80.0, "credit_share": 0.6, "credit_years": 7}
    flows = schedule(wind(carbon=carbon))
    earned = 100.0 * 2200.0 * 0.5 * 0.6 * 80.0 / 1e6
    assert flows["credits"].tolist() == pytest.approx([0.0] + [earned] * 7 + [0.0] * 13)


def test_relief_from_tax_lasts_as_long_as_it_says() -> None:
    terms = {"rate": 0.25, "depreciation_years": 20}
    whole = schedule(wind(tax=Tax(**terms)))["tax"].iloc[1:]
    less = schedule(wind(tax=Tax(**terms, free_years=3, half_years=3)))["tax"].iloc[1:]
    assert (whole > 0.0).all()
    assert (less / whole).tolist() == pytest.approx([0.0] * 3 + [0.5] * 3 + [1.0] * 14)


def test_cost_of_capital_weighs_loans_fees_and_equity() -> None:
    terms = {"rate": 0.05, "tenor": 15, "share": 0.6}
    found = appraise(wind(loans=[terms], equity_return=0.1))
    assert found.wacc == pytest.approx(0.6 * 0.05 + 0.4 * 0.1)
    covered = {**terms, "guarantee": {"cover": 0.8, "fee": 0.01, "rate_cut": 0.0}}
    assert appraise(wind(loans=[covered], equity_return=0.1)).wacc == pytest.approx(
        0.6 * (0.05 + 0.8 * 0.01) + 0.4 * 0.1
    )


def plain_project(**more: object) -> Project:
    given = {"name": "plant", "lifetime": 4, "investment": 100.0, "output_mwh": 1e6,
             "price_per_mwh": 60.0, "discount_rate": 0.1, **more}  # fmt: skip
    return Project.model_validate({"opex": 10.0, **given} if "opex_by_year" not in more else given)


def test_yearly_costs_replacements_and_the_end_are_in_flow_and_levelised_cost() -> None:
    project = plain_project(opex_by_year=(5.0, 8.0), replacements={2: 30.0}, decommissioning=12.0)
    found = appraise(project)
    flow = [-100.0, 55.0, 52.0 - 30.0, 52.0, 52.0 - 12.0]
    assert found.flows["project_flow"].to_numpy() == pytest.approx(flow)
    assert found.npv == pytest.approx(sum(f / 1.1**t for t, f in enumerate(flow)))
    cost = [100.0, 5.0, 38.0, 8.0, 20.0]
    output = sum(1e6 / 1.1**t for t in range(1, 5))
    levelised = 1e6 * sum(c / 1.1**t for t, c in enumerate(cost)) / output
    assert found.lcoe == pytest.approx(levelised)
    assert found.project_irr.rates == pytest.approx((npf.irr(flow),))


def test_one_cost_for_all_years_is_the_same_cost_each_year() -> None:
    one = appraise(plain_project(opex=10.0)).flows
    each = appraise(plain_project(opex_by_year=(10.0,))).flows
    assert one.equals(each)


@given(st.integers(1, 3), st.integers(1, 8), st.floats(0.0, 50.0))
def test_everything_invested_is_written_off_once(year: int, years: int, amount: float) -> None:
    tax = Tax(rate=0.25, depreciation_years=years)
    project = plain_project(opex=0.0, price_per_mwh=500.0, replacements={year: amount}, tax=tax)
    paid = appraise(project).flows["tax"].sum() / 0.25
    first = min(4, years) / years * 100.0
    assert 4 * 500.0 - paid == pytest.approx(first + amount)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"replacements": {4: 1.0}}, "1 to 3"),
        ({"replacements": {2: -1.0}}, "replacements"),
        ({"opex_by_year": (1.0,) * 5}, "5 years of cost"),
        ({"opex_by_year": (1.0,), "opex_share": 0.1}, "not both"),
        ({"decommissioning": -1.0}, "decommissioning"),
    ],
)
def test_costs_that_cannot_be_are_refused(more: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        plain_project(**more)
