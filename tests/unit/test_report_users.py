"""Energy users in tables and in the report: steps taken, their sources, the balance."""

from __future__ import annotations

import pandas as pd
import pytest

from dualcarbon import datasets
from dualcarbon.common.words import LANGUAGES
from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.indicators.tables import equilibrium_tables
from dualcarbon.indicators.users import user_balance, user_steps
from dualcarbon.instruments import CarbonTax
from dualcarbon.report.html import report_page
from dualcarbon.report.text import Text, strings
from dualcarbon.system.china import build_china
from dualcarbon.system.energy_users import TIERS
from dualcarbon.system.settings import ChinaSettings
from tests.unit.test_report import Page


@pytest.fixture(scope="module")
def taxed() -> Equilibrium:
    settings = ChinaSettings(years=(2030,), days=1, segments=1, regions="grids")
    session = Session.open(*build_china(settings))
    return session.solve(Package.of([CarbonTax(rate=200.0, sectors=("steel", "cement"))]))


@pytest.fixture(scope="module")
def tables(taxed: Equilibrium) -> dict[str, pd.DataFrame]:
    return equilibrium_tables("today", taxed) | {"user_balance": user_balance()}


def test_steps_add_up_to_what_the_users_save(taxed: Equilibrium) -> None:
    solution = taxed.solution
    table = user_steps(solution)
    users = solution.model.energy_users
    cut = (users.baseline - solution.user_emissions).to_numpy().sum() / 1e6
    assert table["co2_mt"].sum() == pytest.approx(cut)
    assert cut > 100
    saved = (solution.model.annual.load - solution.consumption()).to_numpy().sum() / 1e6
    assert table["electricity_twh"].sum() == pytest.approx(saved)
    assert (table["taken"] <= table["potential"] * (1 + 1e-9)).all()


def test_every_step_has_a_name_in_both_languages() -> None:
    measures = set(datasets.load("abatement_steps")["measure"])
    measures |= {f"less_output_{i}" for i in range(1, len(TIERS) + 1)}
    assert {f"step.{m}" for m in measures} <= set(strings())
    items = {f"user_item.{i}" for i in user_balance()["item"]}
    assert items <= set(strings())
    sectors = {f"sector.{s}" for s in user_balance()["sector"]}
    assert sectors <= set(strings())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_section_prints_curves_and_balance_with_sources(
    tables: dict[str, pd.DataFrame], lang: str
) -> None:
    text = Text(lang)
    page = Page(report_page(tables, lang=lang))
    assert page.open == []
    words = " ".join(page.words)
    for needed in ("section.energy_users", "step.efficient_motors", "user_item.energy_mtce"):
        assert text(needed) in words
    for source in datasets.load("abatement_steps")["source"]:
        assert source in words
    assert "CISA" in words
