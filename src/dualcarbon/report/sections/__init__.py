"""Sections of the report, one file each, in the order in which they are read."""

from collections.abc import Callable

from dualcarbon.report.page import Section
from dualcarbon.report.sections import (
    assumptions,
    attribution,
    backcast,
    border,
    carbon,
    chain,
    checks,
    claims,
    clubs,
    cooperation,
    energy_users,
    experiments,
    finance,
    headline,
    indicators,
    linking,
    macc,
    overlaps,
    paper_claims,
    payments,
    prices,
    project_finance,
    quantities,
    reproduce,
    responsibility,
    responsibility_history,
    responsibility_papers,
    responsibility_people,
    responsibility_rights,
    returns,
)
from dualcarbon.report.view import View

SECTIONS: tuple[Callable[[View], Section | None], ...] = (
    headline.build,
    indicators.build,
    quantities.build,
    prices.build,
    payments.build,
    returns.build,
    project_finance.build,
    project_finance.build_replacement,
    carbon.build,
    energy_users.build,
    claims.build,
    overlaps.build,
    paper_claims.build,
    paper_claims.build_path,
    chain.build,
    border.build,
    border.build_prices,
    clubs.build,
    linking.build,
    linking.build_recycling,
    cooperation.build,
    finance.build_project,
    finance.build_screen,
    finance.build_gap,
    attribution.build,
    macc.build,
    experiments.build,
    experiments.build_sensitivity,
    backcast.build,
    responsibility.build_accounts,
    responsibility.build_trade,
    responsibility_history.build,
    responsibility_people.build,
    responsibility_rights.build,
    responsibility_papers.build,
    checks.build,
    assumptions.build,
    reproduce.build,
)


def build_all(view: View) -> list[Section]:
    """All sections for which the run has tables."""
    return [section for build in SECTIONS if (section := build(view)) is not None]
