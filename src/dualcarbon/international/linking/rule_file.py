"""Rules of a link as a file or the command line gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from dualcarbon.common.records import Record
from dualcarbon.errors import InputError
from dualcarbon.international.linking.rules import Rules


class RulesEntry(Record):
    """Fields of :class:`Rules` with their types."""

    multiplier: float = 1.0
    values: dict[str, float] = Field(default_factory=dict)
    discount: float = 1.0
    limit: float | dict[str, float] | None = None
    permit_tax: float | dict[str, float] = 0.0
    share_of_proceeds: float = 0.0
    cancellation: float = 0.0
    buyers: frozenset[str] | None = None
    sellers: frozenset[str] | None = None
    rent_to_sellers: float = 0.0


def rules_from(given: Mapping[str, Any], where: str | None = None) -> Rules:
    """Rules from a mapping.

    Args:
        given: arguments of :class:`Rules`.
        where: file that they come from, for messages.

    Raises:
        InputError: an unknown key, a wrong type, or a figure out of its range.
    """
    try:
        entry = RulesEntry(**{str(key): value for key, value in given.items()})
        return Rules(**{name: getattr(entry, name) for name in RulesEntry.model_fields})
    except InputError as error:
        raise error.within(f"{where}, rules" if where else "rules") from error
