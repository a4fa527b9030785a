"""What a club asks for: its price, its tariff, and the rules that shape both."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dualcarbon.common.records import Record

NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
DEFAULT_RULE = "uniform_tariff"


class Policy(Record):
    """A club's terms.

    Attributes:
        price: carbon price that members keep, USD/t; a region's own price where that is higher.
        scc: social cost of carbon of the world, USD/t; the club's price by default, as in C-DICE.
        tariff: rate on imports from outside, share of value; rules may replace it.
        rules: names of rules, applied together; see :mod:`dualcarbon.international.clubs.rules`.
        settings: settings of rules by rule and name.
        prices: prices of single regions inside the club, USD/t; they replace the club's.
        prices_outside: prices that single regions keep outside, USD/t, e.g. from a scenario at
            home; their own price where that is higher.
        cap: whether no region can abate more than all it emits.
    """

    price: NotNegative = 25.0
    scc: NotNegative | None = None
    tariff: Share = 0.0
    rules: tuple[str, ...] = (DEFAULT_RULE,)
    settings: dict[str, dict[str, float]] = Field(default_factory=dict)
    prices: dict[str, NotNegative] = Field(default_factory=dict)
    prices_outside: dict[str, NotNegative] = Field(default_factory=dict)
    cap: bool = False

    @property
    def social_cost(self) -> float:
        """Social cost of carbon, USD/t."""
        return self.price if self.scc is None else self.scc
