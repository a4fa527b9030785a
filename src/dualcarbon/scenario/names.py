"""Whether provinces, technologies and sectors that a scenario names exist in its world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dualcarbon.errors import unknown_name
from dualcarbon.instruments.base import Instrument
from dualcarbon.instruments.claims import Eligibility

CARRIER_FIELDS = {"carriers", "carrier", "shared_carriers", "hydro_carriers", "storage",
                  "weather_carriers"}  # fmt: skip
SECTOR_FIELDS = {"sectors", "savers"}
CARRIER_KEYS = {"credit", "thermal"}
REGION_KEYS = {"share", "nonhydro_share", "rate", "strike"}
KIND = {"region": "province", "carrier": "technology", "sector": "sector", "class": "class"}


def check_names(instrument: Instrument, names: Mapping[str, list[str]], where: str) -> None:
    """Check every name that an instrument was given.

    Args:
        instrument: the instrument.
        names: names that exist, by kind; see :meth:`World.names`.
        where: where the instrument stands.

    Raises:
        InputError: naming the first unknown one and the nearest that exists.
    """
    for kind, name, place in given_names(instrument, where):
        known = names["class"] + names["carrier"] if kind == "class" else names[kind]
        if name not in known:
            raise unknown_name(KIND.get(kind, kind), name, known, where=place)


def given_names(instrument: Instrument, where: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and place of every name that is not a field's default."""
    for field, about in type(instrument).model_fields.items():
        value, place = getattr(instrument, field), f"{where}.{field}"
        if value == about.default:
            continue
        if isinstance(value, Eligibility):
            for carrier in value.carriers or ():
                yield "carrier", carrier, f"{place}.carriers"
        elif field in CARRIER_FIELDS:
            for carrier in (value,) if isinstance(value, str) else value or ():
                yield "carrier", carrier, place
        else:
            yield from _other_names(field, value, place)


def _other_names(field: str, value: Any, place: str) -> Iterator[tuple[str, str, str]]:
    if field in SECTOR_FIELDS:
        yield from (("sector", sector, place) for sector in value or ())
    elif field == "areas" and isinstance(value, Mapping):
        for area, members in value.items():
            yield from (("region", member, f"{place}.{area}") for member in members)
    elif field == "area" and value is not None:
        yield "area", value, place
    elif field == "benchmarks":
        yield from (("class", name, place) for name in value or ())
    elif isinstance(value, Mapping):
        kind = "carrier" if field in CARRIER_KEYS else "region"
        if field in CARRIER_KEYS | REGION_KEYS:
            yield from ((kind, key, place) for key in value if isinstance(key, str))
