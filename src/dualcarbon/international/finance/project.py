"""What a project file says, and its environmental claims; amounts in millions of its currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from dualcarbon.common.records import Record
from dualcarbon.errors import InputError, unknown_name

PRINCIPLES: dict[str, str] = {
    "governance": "effective governance of the programme",
    "tracking": "registry that identifies every credit and its retirement",
    "transparency": "public information on the activity",
    "third_party_verification": "independent validation and verification",
    "additionality": "reductions would not have happened without the revenue",
    "permanence": "reversals compensated for at least 40 years",
    "robust_quantification": "conservative and complete accounting",
    "no_double_counting": "not issued, claimed or used twice",
    "sustainable_development": "safeguards and benefits for people and nature",
    "net_zero_contribution": "no lock-in of emissions",
}
"""The ten Core Carbon Principles of the Integrity Council for the Voluntary Carbon Market."""

SOURCES = {
    "exclusive": "NEA and MEE notice of 26 August 2024: no CCER for electricity with certificates",
    "principles": "ICVCM Core Carbon Principles, 2023",
}


@dataclass(frozen=True)
class CreditQuality:
    """A checklist, not a rating.

    Attributes:
        answers: by principle: yes, no or unknown.
    """

    answers: dict[str, str]

    @property
    def grade(self) -> str:
        """``meets`` all ten, ``fails`` at least one, or ``open``: unknown never counts as yes."""
        given = set(self.answers.values())
        if "no" in given:
            return "fails"
        return "open" if "unknown" in given else "meets"

    @property
    def counts(self) -> dict[str, int]:
        """How many answers of each kind."""
        values = list(self.answers.values())
        return {kind: values.count(kind) for kind in ("yes", "no", "unknown")}


def credit_quality(answers: dict[str, str]) -> CreditQuality:
    """Fill in the checklist; what is not answered is unknown.

    Raises:
        InputError: a principle that does not exist, or another answer.

    Source: ICVCM Core Carbon Principles (2023).
    """
    for name, answer in answers.items():
        if name not in PRINCIPLES:
            raise unknown_name("principle", name, PRINCIPLES, where="quality")
        if answer not in ("yes", "no", "unknown"):
            raise unknown_name("answer", answer, ("yes", "no", "unknown"), where=name)
    return CreditQuality({name: answers.get(name, "unknown") for name in PRINCIPLES})


def check_exclusive(certificate_share: float, credit_share: float) -> None:
    """Check that no MWh carries both a green certificate and a credit.

    Args:
        certificate_share: share of the output sold with green certificates.
        credit_share: share of the output that earns credits.

    Raises:
        InputError: the two shares exceed the output together.

    Source: NEA and MEE notice of 26 August 2024, in force since 1 October 2024.
    """
    both = certificate_share + credit_share
    if both > 1.0 + 1e-12:
        raise InputError(
            f"certificates and credits claim {both:.3g} of the output; electricity sold with "
            "certificates earns no CCER",
            where="carbon",
            allowed="green_certificate_share + credit_share <= 1",
        )


HOURS = 8784.0
Amount = Annotated[float, Field(ge=0)]


class Guarantee(Record):
    """A guarantee of a loan: its cover, yearly fee, and the cut in the rate that it brings."""

    cover: float = Field(gt=0, le=1)
    fee: float = Field(ge=0, lt=1, description="per year, on the covered balance")
    rate_cut: float = Field(ge=0, lt=1, description="percentage points as a share")


class Loan(Record):
    """A loan.

    ``share`` of the investment, ``rate`` per year, ``tenor`` years from the first year of
    operation of which the first ``grace`` pay interest only; ``market_rate`` is what the same loan
    would cost without concession.
    """

    name: str = "loan"
    share: float = Field(gt=0, le=1)
    rate: float = Field(ge=0, lt=1)
    tenor: int = Field(ge=1, le=60)
    grace: int = Field(default=0, ge=0, le=30)
    repayment: Literal["annuity", "equal_principal"] = "annuity"
    market_rate: float | None = Field(default=None, ge=0, lt=1)
    guarantee: Guarantee | None = None


class Tax(Record):
    """Tax on profit: straight-line depreciation, losses carried forward, years of relief."""

    rate: float = Field(ge=0, lt=1)
    depreciation_years: int = Field(ge=1, le=60)
    free_years: int = Field(default=0, ge=0, le=30)
    half_years: int = Field(default=0, ge=0, le=30)


class Carbon(Record):
    """What the project avoids, and how its environmental claims are used.

    ``green_certificate_share`` of the output is sold with certificates, ``credit_share`` of it
    earns credits (CCER or others); the two exclude each other, MWh by MWh.
    """

    emission_factor: float = Field(ge=0, le=3, description="tCO2 avoided per MWh")
    factor_source: str = ""
    baseline_price_per_mwh: float | None = Field(default=None, ge=0)
    credit_price: float = Field(default=0, ge=0, description="currency per t")
    credit_share: float = Field(default=0, ge=0, le=1)
    credit_years: int = Field(default=10, ge=0, le=60)
    green_certificate_price: float = Field(default=0, ge=0, description="currency per MWh")
    green_certificate_share: float = Field(default=0, ge=0, le=1)
    quality: dict[str, str] = Field(default_factory=dict)

    @field_validator("quality", mode="before")
    @classmethod
    def _words(cls, answers: object) -> object:
        return yes_or_no(answers)

    @model_validator(mode="after")
    def _claimed_once(self) -> Carbon:
        check_exclusive(self.green_certificate_share, self.credit_share)
        credit_quality(self.quality)
        return self

    @property
    def kept_share(self) -> float:
        """Share of the output whose attribute the owner keeps for its own claims."""
        return 1.0 - self.green_certificate_share - self.credit_share


class Project(Record):
    """A project described by capacity and unit costs, or by totals.

    Amounts are in million. ``opex_by_year`` gives the operating cost of each year of operation, the
    last figure standing for all later years; ``replacements`` gives by year of operation what is
    invested again, and ``decommissioning`` what the end costs in the last year, both of which the
    levelised cost and the tax know.
    """

    name: str
    activity: str | None = None
    currency: str = "CNY"
    first_year: int = Field(default=2025, ge=1990, le=2100)
    lifetime: int = Field(ge=1, le=100)
    discount_rate: float = Field(default=0.06, gt=-1, lt=1)
    equity_return: float | None = Field(default=None, gt=-1, lt=1)
    capacity_mw: float | None = Field(default=None, gt=0)
    unit_cost_per_kw: float | None = Field(default=None, gt=0)
    investment: float | None = Field(default=None, gt=0)
    full_load_hours: float | None = Field(default=None, gt=0, le=HOURS)
    output_mwh: float | None = Field(default=None, gt=0)
    degradation: float = Field(default=0, ge=0, lt=1)
    price_per_mwh: float = Field(default=0, ge=0)
    price_growth: float = Field(default=0, gt=-1, lt=1)
    opex: float | None = Field(default=None, ge=0)
    opex_share: float | None = Field(default=None, ge=0, le=1)
    opex_by_year: tuple[Amount, ...] = ()
    replacements: dict[int, Amount] = Field(default_factory=dict)
    decommissioning: float = Field(default=0, ge=0)
    other_revenue: float = 0.0
    grant: float = Field(default=0, ge=0)
    residual: float = Field(default=0, ge=0)
    loans: tuple[Loan, ...] = ()
    tax: Tax | None = None
    carbon: Carbon | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Project:
        _one_of(self, "investment", ("capacity_mw", "unit_cost_per_kw"))
        _one_of(self, "output_mwh", ("capacity_mw", "full_load_hours"))
        if not self.opex_by_year:
            _one_of(self, "opex", ("opex_share",))
        elif self.opex is not None or self.opex_share is not None:
            raise InputError("give one figure or one for each year, not both", where="opex_by_year")
        if len(self.opex_by_year) > self.lifetime:
            given = f"{len(self.opex_by_year)} years of cost, {self.lifetime} of operation"
            raise InputError(given, where="opex_by_year")
        for year in self.replacements:
            if not 1 <= year < self.lifetime:
                allowed = f"1 to {self.lifetime - 1}"
                raise InputError(f"not in year {year}", where="replacements", allowed=allowed)
        total = sum(loan.share for loan in self.loans)
        if total > 1.0 + 1e-12:
            raise InputError(f"loans cover {total:.3g} of the investment", where="loans")
        if any(loan.grace >= loan.tenor for loan in self.loans):
            raise InputError("grace must be shorter than the tenor", where="loans")
        if any(loan.tenor > self.lifetime for loan in self.loans):
            raise InputError("tenor must not exceed the lifetime", where="loans")
        if self.grant > self.capital:
            raise InputError(f"grant {self.grant:g} exceeds the investment", where="grant")
        return self

    @property
    def capital(self) -> float:
        """Investment, million."""
        if self.investment is not None:
            return self.investment
        return (self.capacity_mw or 0.0) * (self.unit_cost_per_kw or 0.0) / 1000.0

    @property
    def first_output(self) -> float:
        """Output of the first year of operation, MWh."""
        if self.output_mwh is not None:
            return self.output_mwh
        return (self.capacity_mw or 0.0) * (self.full_load_hours or 0.0)

    @property
    def yearly_opex(self) -> tuple[float, ...]:
        """Operating cost of each year of operation, million."""
        if self.opex_by_year:
            later = self.lifetime - len(self.opex_by_year)
            return (*self.opex_by_year, *(self.opex_by_year[-1:] * later))
        level = self.opex if self.opex is not None else (self.opex_share or 0.0) * self.capital
        return (level,) * self.lifetime


def _one_of(project: Project, total: str, parts: tuple[str, ...]) -> None:
    """Check that a total or all of its parts are given.

    Raises:
        InputError: neither.
    """
    missing = [name for name in parts if getattr(project, name) is None]
    if getattr(project, total) is None and missing:
        raise InputError(f"'{total}' or '{' and '.join(parts)}' is missing")


def yes_or_no(answers: object) -> object:
    """Answers as words: YAML reads a bare ``yes`` as true."""
    if not isinstance(answers, Mapping):
        return answers
    words = {True: "yes", False: "no"}
    return {k: words[v] if isinstance(v, bool) else v for k, v in answers.items()}
