"""Links between markets: what the papers propose, as flows of units from one to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import linopy
from pydantic import Field

from dualcarbon.errors import InputError
from dualcarbon.instruments.base import (
    EVERYONE,
    Instrument,
    Price,
    Share,
    Step,
    YearlyShare,
    need_market,
)
from dualcarbon.instruments.carbon.coverage import covered_emissions
from dualcarbon.instruments.claims import Eligibility
from dualcarbon.instruments.payments import Payment, as_party, through_market, token_sales
from dualcarbon.system.parties import LINKS, RIGHT_HOLDERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

CARBON_USE = "carbon"


def token_credit(model: PolicyModel, use: str, rate: float) -> linopy.LinearExpression:
    """Tons credited for tokens of a use: ``rate * claimed[use]``, by period."""
    if model.tokens is None:
        raise InputError(
            "a link needs renewable output, but the network has none",
            where="network.carriers",
            allowed="carriers with renewable = true",
        )
    return model.tokens.claimed(use) * rate


class GreenPowerForAllowances(Instrument):
    """Covered emitters meet part of their obligation by consuming green power (the CCER design).

    Each token used so counts ``k`` t CO2 against the obligation, up to a share of covered
    emissions: ``k claimed[carbon, y] <= limit e[y]``. Its row's dual is what one more ton of
    the limit is worth.

    Attributes:
        k: t CO2 credited per MWh of green power.
        limit: most of the obligation that may be met so, as a share of covered emissions; by year
            where a link begins later.
        eligible: which output may be used; ``vintages: [new]`` is additionality.
        tightening: share of the limit by which allowances are cut in advance; with 1 the link
            adds no allowances in total when it is fully used.

    Source: Zou, Wang and Sun 2022, section 4.1.
    """

    key: ClassVar[str] = "green_power_for_allowances"
    link: ClassVar[bool] = True

    k: float = Field(0.5306, gt=0, le=2)
    limit: YearlyShare = 0.05
    eligible: Eligibility = Eligibility()
    tightening: Share = 0.0

    def token_claims(self) -> dict[str, Eligibility]:
        """Tokens may be used for the carbon obligation."""
        return {CARBON_USE: self.eligible}

    def needs(self, beside: Mapping[str, Instrument]) -> None:
        """The obligation that green power meets must be there."""
        need_market(beside, self.key, "carbon")

    def tons(self, beside: Mapping[str, Instrument]) -> dict[str, float]:
        """Tons that a MWh of green power counts."""
        return {CARBON_USE: self.k}

    def attach(self, model: PolicyModel) -> None:
        """Credit tokens to the carbon market and limit them."""
        credited = token_credit(model, CARBON_USE, self.k)
        emissions = covered_emissions(model)
        limit = model.per_period(self.limit)
        model.credit("carbon", credited - (self.tightening * limit) * emissions)
        model.row(
            "green_power_for_allowances-limit",
            credited - limit * emissions <= 0,
            unit="CNY/t",
            meaning="green power meets at most a share of the carbon obligation",
            zh="绿电抵扣量占碳排放履约义务的比例不超过上限",
        )

    def price(self, solution: Solution) -> list[Price]:
        """Worth of one more ton of the limit, CNY/t."""
        row = "green_power_for_allowances-limit"
        return [Price(self.key, "limit", EVERYONE, solution.price(row), "CNY/t", row)]

    def settle(self, solution: Solution) -> list[Payment]:
        """Owners of green power receive the allowance price less the limit's rent, times k."""
        value = solution.price("carbon-balance")
        rent = solution.price("green_power_for_allowances-limit")
        emissions = solution.evaluate(covered_emissions(solution.model)).to_series()
        tons = token_sales(solution, CARBON_USE) * self.k
        paid = tons.mul(value - rent, axis=1)
        limit = solution.model.horizon.spread(self.limit)
        credited = tons.sum() - self.tightening * limit * emissions
        return through_market(self.key, LINKS.what, _pass_through(paid, credited * value))


class IntegratedAttributes(Instrument):
    """The certificate owns the reduction: one pool of tokens serves RPS and carbon obligations.

    Tokens count ``k`` t CO2 in the carbon market without limit, and allowances can be turned
    into certificates at ``1/k`` MWh per ton, so that both markets clear at one price:
    ``certificate = k * allowance`` wherever both flows are open.

    Attributes:
        k: t CO2 per MWh.
        eligible: which output may be used for the carbon obligation.
        allowances_to_certificates: whether the flow from allowances to certificates is open.

    Source: Zou, Wang and Sun 2022, section 4.1.
    """

    key: ClassVar[str] = "integrated_attributes"
    link: ClassVar[bool] = True

    k: float = Field(0.5306, gt=0, le=2)
    eligible: Eligibility = Eligibility()
    allowances_to_certificates: bool = True

    def token_claims(self) -> dict[str, Eligibility]:
        """Tokens may be used for the carbon obligation."""
        return {CARBON_USE: self.eligible}

    def needs(self, beside: Mapping[str, Instrument]) -> None:
        """The obligation that certificates meet must be there."""
        need_market(beside, self.key, "carbon")

    def tons(self, beside: Mapping[str, Instrument]) -> dict[str, float]:
        """Tons that a MWh counts."""
        return {CARBON_USE: self.k}

    def converts(self) -> list[Step]:
        """Certificates into allowances and, where that flow is open, back at the inverse rate."""
        back = [Step("carbon", "green", 1.0 / self.k, "k")]
        there = [Step("green", "carbon", self.k, "k")]
        return there + back if self.allowances_to_certificates else there

    def attach(self, model: PolicyModel) -> None:
        """Open the flows between certificates and allowances."""
        model.credit("carbon", token_credit(model, CARBON_USE, self.k))
        if self.allowances_to_certificates and "green" in model.instruments:
            tons = model.variable("integrated_attributes-allowances_used")
            model.credit("carbon", -1.0 * tons)
            model.credit("green", (1.0 / self.k) * tons)

    def settle(self, solution: Solution) -> list[Payment]:
        """Owners of tokens receive k times the allowance price."""
        value = solution.price("carbon-balance")
        tons = token_sales(solution, CARBON_USE) * self.k
        parts = _pass_through(tons.mul(value, axis=1), tons.sum() * value)
        return through_market(self.key, LINKS.what, parts)


def _pass_through(paid: pd.DataFrame, earned: pd.Series) -> list[pd.DataFrame]:
    """What a link earned in its markets goes to owners of the units, the rest to its users."""
    return [paid, _rent(earned - paid.sum())]


def _rent(amount: pd.Series) -> pd.DataFrame:
    return as_party(RIGHT_HOLDERS, amount)
