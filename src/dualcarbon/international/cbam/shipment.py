"""What is imported: the goods, their mass, how they were made, and what was paid at origin."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from dualcarbon.common.records import Record
from dualcarbon.errors import InputError
from dualcarbon.international.cbam import official
from dualcarbon.international.cbam.allocation import check_route, check_year

UNKNOWN = "unknown"


class CarbonPrice(Record):
    """A carbon price at origin; PROVISIONAL, the act on Article 9 is a draft of 13 May 2026.

    Attributes:
        price: per tonne of CO2e, in ``currency``.
        exchange_rate: units of the currency per euro, average of the year.
        track: ``actual`` is a price effectively paid, certified by an independent person;
            ``default`` is the Commission's default carbon price of the country, net as it stands.
        covered_share: share of the embedded emissions on which the price falls.
        free_share: share of the covered emissions with free allowances or exempt below a baseline.
        rebate_share: share of the payment that was given back, at export or otherwise.
        credit_share: share of compliance by Article 6.2 or 6.4 credits of the Paris Agreement.
        certified: whether an accredited person has certified the payment.
    """

    price: float = Field(ge=0)
    currency: str = "EUR"
    exchange_rate: float | None = Field(default=None, gt=0)
    track: Literal["actual", "default"] = "actual"
    covered_share: float = Field(default=1, ge=0, le=1)
    free_share: float = Field(default=0, ge=0, le=1)
    rebate_share: float = Field(default=0, ge=0, le=1)
    credit_share: float = Field(default=0, ge=0, le=1)
    certified: bool = False

    @property
    def per_euro(self) -> float:
        """Units of the currency per euro.

        Raises:
            InputError: a currency other than the euro without its rate.
        """
        if self.exchange_rate is not None:
            return self.exchange_rate
        if self.currency.upper() == "EUR":
            return 1.0
        raise InputError(
            f"{self.currency} needs the yearly average rate per euro",
            where="carbon_price.exchange_rate",
        )


class Production(Record):
    """How one good was made.

    Attributes:
        cn: CN code.
        origin: country of production, ISO code or name.
        direct: actual specific direct emissions of the process itself, tCO2e per tonne, without
            the precursors that are listed; None for default values.
        indirect: actual specific indirect emissions, tCO2e per tonne; they count for goods
            outside Annex II.
        verified: whether an accredited verifier has confirmed the actual emissions.
        route: letter of the production route.
        precursors: covered goods that went into it; with actual emissions only.
        one_process: whether ``direct`` holds all steps from the raw material on, declared as one
            process, so that the benchmark of the whole chain applies.
    """

    cn: str
    origin: str
    direct: float | None = Field(default=None, ge=0)
    indirect: float = Field(default=0, ge=0)
    verified: bool = False
    route: str | None = None
    precursors: tuple[Precursor, ...] = ()
    one_process: bool = False

    @field_validator("cn", mode="before")
    @classmethod
    def _code(cls, value: object) -> object:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("route")
    @classmethod
    def _route(cls, value: str | None) -> str | None:
        route = value.strip().upper() if value else None
        check_route(route)
        return route

    @property
    def actual(self) -> bool:
        """Whether actual emissions are declared."""
        return self.direct is not None

    @property
    def code(self) -> str:
        """Digits of the CN code."""
        return official.digits(self.cn)


class Precursor(Production):
    """A covered good that went into another; ``origin`` may be ``unknown``.

    Attributes:
        per_tonne: tonnes of it per tonne of the good it went into.
    """

    per_tonne: float = Field(gt=0)


class Shipment(Production):
    """An import of one good.

    Attributes:
        tonnes: net mass.
        year: year of the import, from 2026.
        mwh: energy, for electricity, which has no mass.
        emission_factor: tCO2 per MWh of the electricity.
        clinker_share: tonnes of clinker per tonne of cement.
        importer: who imports; the threshold of 50 t is per importer and year.
        importer_tonnes: what this importer brings in over the year, all covered goods, tonnes.
        imported_on: day of the import, for the price of its quarter or week.
        carbon_price: carbon price at origin.
    """

    tonnes: float | None = Field(default=None, gt=0)
    year: int
    mwh: float | None = Field(default=None, gt=0)
    emission_factor: float | None = Field(default=None, ge=0)
    clinker_share: float | None = Field(default=None, gt=0, le=1)
    importer: str | None = None
    importer_tonnes: float | None = Field(default=None, ge=0)
    imported_on: date | None = None
    carbon_price: CarbonPrice | None = None

    @field_validator("year")
    @classmethod
    def _year(cls, value: int) -> int:
        check_year(value)
        return value


Production.model_rebuild()
Shipment.model_rebuild()
