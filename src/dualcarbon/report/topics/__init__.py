"""Topics of the report: each holds its sections, its figures and its words."""

from __future__ import annotations

from collections.abc import Callable

from dualcarbon.report.page import Section
from dualcarbon.report.topics.border import run
from dualcarbon.report.topics.border import section as border
from dualcarbon.report.topics.carbon import section as carbon
from dualcarbon.report.topics.clubs import section as clubs
from dualcarbon.report.topics.cooperation import section as cooperation
from dualcarbon.report.topics.experiments import attribution, backcast, claims
from dualcarbon.report.topics.experiments import section as experiments
from dualcarbon.report.topics.finance import gap
from dualcarbon.report.topics.finance import section as finance
from dualcarbon.report.topics.linking import section as linking
from dualcarbon.report.topics.money import finance as regimes
from dualcarbon.report.topics.money import section as money
from dualcarbon.report.topics.overlaps import section as overlaps
from dualcarbon.report.topics.overview import assumptions
from dualcarbon.report.topics.overview import section as overview
from dualcarbon.report.topics.power import completion, consumer, prices, quantities
from dualcarbon.report.topics.responsibility import people, rights
from dualcarbon.report.topics.responsibility import section as responsibility
from dualcarbon.report.view import View

SECTIONS: tuple[Callable[[View], Section | None], ...] = (
    experiments.build_headline,
    overview.build_indicators,
    quantities.build,
    prices.build,
    consumer.build,
    money.build,
    money.build_returns,
    completion.build,
    regimes.build,
    regimes.build_replacement,
    carbon.build,
    carbon.build_users,
    overlaps.build_claims,
    overlaps.build,
    claims.build,
    claims.build_path,
    run.build,
    border.build,
    border.build_prices,
    clubs.build,
    linking.build,
    linking.build_recycling,
    cooperation.build,
    finance.build_project,
    finance.build_screen,
    gap.build,
    attribution.build,
    carbon.build_curve,
    experiments.build,
    experiments.build_sensitivity,
    backcast.build,
    responsibility.build_accounts,
    responsibility.build_trade,
    responsibility.build_history,
    people.build,
    rights.build,
    responsibility.build_papers,
    overview.build_checks,
    assumptions.build,
    overview.build_reproduce,
)
"""Builders in the order in which the sections are read."""


def build_all(view: View) -> list[Section]:
    """All sections for which the run has tables."""
    return [section for build in SECTIONS if (section := build(view)) is not None]
