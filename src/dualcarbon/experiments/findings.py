"""What the three experiments measured, and the conditions that their sentences ask for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from dualcarbon.experiments.rows import MATTERS
from dualcarbon.experiments.statements import Findings, Words, text

CLOSE = 0.5  # CNY/t: allowance prices that print alike
WORTHLESS = 0.05  # CNY/MWh below which a certificate is worth nothing


@dataclass(frozen=True)
class DesignFound(Findings):
    """What a design does: share and CO2 in percent, allowance price before and after, CNY/t.

    Attributes:
        credited: allowances that green power takes the place of, Mt.
    """

    topic: ClassVar[str] = "link.design"
    share: float
    co2: float
    before: float
    after: float
    credited: float

    @property
    def credited_wan(self) -> float:
        """What is credited in ten thousand tonnes."""
        return 100.0 * self.credited

    @property
    def risen(self) -> float:
        """Change of the share where it is more than rounding."""
        return 0.0 if self.unmoved else self.share

    @property
    def unmoved(self) -> bool:
        """Whether the share stays."""
        return abs(self.share) < MATTERS

    @property
    def replaced(self) -> bool:
        """Whether credits only took the place of allowances: nothing moved, not even the price."""
        still = self.unmoved and abs(self.co2) < MATTERS and abs(self.after - self.before) < CLOSE
        return still and self.credited > 0


@dataclass(frozen=True)
class LinkFound(Findings):
    """What the designs do together.

    Attributes:
        works: designs that raise the share; best, best_name: the largest change, percent.
        published: the published change.
        existing_share, existing_price: change of the share (percent) and of the allowance price
            (CNY/t) where any green power counts and no allowance is cut.
        certificate: price without the link in ``year``, CNY/MWh.
        points: by how much obligations are raised; once, twice: change of the share then, where a
            MWh counts once and where it may count twice.
    """

    topic: ClassVar[str] = "link.verdict"
    works: tuple[Words, ...]
    best: float
    best_name: Words
    published: float
    existing_share: float
    existing_price: float
    certificate: float
    year: int
    points: float
    once: float
    twice: float

    @property
    def some_work(self) -> bool:
        """Whether any design raises the share."""
        return bool(self.works)

    @property
    def none_works(self) -> bool:
        """Whether designs were tried and none raises the share."""
        return not self.works and math.isfinite(self.best)

    @property
    def adds_nothing(self) -> bool:
        """Whether crediting existing output leaves the share where it is, or lower."""
        return self.existing_share < MATTERS

    @property
    def existing_risen(self) -> float:
        """Change of the share where existing output is credited, if more than rounding."""
        return self.existing_share if abs(self.existing_share) >= MATTERS else 0.0

    @property
    def certificates_free(self) -> bool:
        """Whether certificates are worth nothing without the link."""
        return abs(self.certificate) < WORTHLESS

    @property
    def obligation_binds(self) -> bool:
        """Whether certificates have a price without the link."""
        return self.certificate >= WORTHLESS


@dataclass(frozen=True)
class AmbitionFound(Findings):
    """What one market does at an ambition: discounted costs, and when emissions peak.

    Attributes:
        extra_bn: cost of separate instruments over none; change_bn: of one market over them.
        year: milestone year of the largest emissions; last: last milestone year.
    """

    topic: ClassVar[str] = "integrate.ambition"
    extra_bn: float
    change_bn: float
    year: int
    last: int

    @property
    def peaks(self) -> bool:
        """Whether emissions are lower at the end than at their most."""
        return self.year < self.last

    @property
    def no_peak(self) -> bool:
        """Whether emissions are largest in the last year."""
        return self.year >= self.last


@dataclass(frozen=True)
class IntegrateFound(Findings):
    """What one market does over all ambitions.

    Attributes:
        low, high: change of system cost, percent; policy_low, policy_high: of the cost of policy.
        published_low, published_high: change of the cost of peaking, percent.
        extra_bn, saved_bn: cost of separate instruments over none and what one market saves, by
            ambition.
        spread_before, spread_after: standard deviation of marginal costs over all who emit in the
            last year, CNY/t; spread_name: at which ambition.
    """

    topic: ClassVar[str] = "integrate.verdict"
    low: float
    high: float
    policy_low: float
    policy_high: float
    published_low: float
    published_high: float
    extra_bn: tuple[float, ...]
    saved_bn: tuple[float, ...]
    spread_before: float
    spread_after: float
    spread_name: Words

    @property
    def spread_change(self) -> float:
        """Change of the standard deviation of marginal costs, CNY/t."""
        return self.spread_after - self.spread_before

    @property
    def ordered(self) -> tuple[float, ...]:
        """What one market saves, from the least to the most costly separate instruments."""
        pairs = zip(self.extra_bn, self.saved_bn, strict=True)
        return tuple(saved for _, saved in sorted(pairs))

    @property
    def saved_growth_bn(self) -> float:
        """What one market saves at the hardest ambition over the easiest."""
        return self.ordered[-1] - self.ordered[0] if len(self.ordered) > 1 else math.nan

    @property
    def follows_pressure(self) -> bool:
        """Whether the saving grows with every step of ambition."""
        return len(self.ordered) > 1 and all(b > a for a, b in pairwise(self.ordered))

    @property
    def ignores_pressure(self) -> bool:
        """Whether several ambitions were tried and the saving does not grow with each."""
        known = all(math.isfinite(v) for v in (*self.extra_bn, *self.saved_bn))
        return known and len(self.ordered) > 1 and not self.follows_pressure

    @property
    def savings(self) -> Words:
        """The savings in order, bn CNY and hundred million yuan."""
        en = ", ".join(f"{saved:,.0f}" for saved in self.ordered)
        return en, "、".join(f"{10 * saved:,.0f}" for saved in self.ordered)


@dataclass(frozen=True)
class SpreadFound(Findings):
    """Change of the return over provinces: how many of them gain, and percentiles, percent."""

    topic: ClassVar[str] = "complete.spread"
    better: int
    count: int
    low: float
    high: float


@dataclass(frozen=True)
class CompleteFound(Findings):
    """What completion does to the return of a given project.

    Attributes:
        low, high: median changes over all cases, percent; published_low, published_high.
        tariff_low, tariff_high: median changes where today's rules pay guaranteed hours at the
            tariff; market_low, market_high: where both pay market prices.
        paid_today, paid_completed: median revenue under the first, CNY/MWh.
        exporters, importers: median change, at market prices alone, of provinces whose net
            exports grow and of those whose net exports shrink, percent.
    """

    topic: ClassVar[str] = "complete.verdict"
    low: float
    high: float
    published_low: float
    published_high: float
    tariff_low: float
    tariff_high: float
    paid_today: float
    paid_completed: float
    market_low: float
    market_high: float
    exporters: float
    importers: float

    @property
    def tariff_span(self) -> Words:
        """Sizes of the median changes at the tariff, percent: one figure, or two ends."""
        sizes = sorted(abs(v) for v in (self.tariff_low, self.tariff_high))
        ends = [f"{v:.0f}" for v in sizes]
        if ends[0] == ends[1]:
            return ends[0], ends[0]
        return text("percent_between", {"low": ends[0], "high": ends[1]})

    @property
    def market_measured(self) -> bool:
        """Whether returns were compared between market prices alone."""
        return math.isfinite(self.market_low) and math.isfinite(self.market_high)

    @property
    def market_span(self) -> Words:
        """Median changes between market prices alone, percent: one figure, or two ends."""
        low, high = f"{self.market_low:+.0f}", f"{self.market_high:+.0f}"
        return (low, low) if low == high else text("percent_between", {"low": low, "high": high})

    @property
    def paid_change(self) -> float:
        """What the completed market pays over today's rules, CNY/MWh."""
        return self.paid_completed - self.paid_today
