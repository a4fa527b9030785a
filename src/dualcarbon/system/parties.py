"""Who owns, consumes, uses, and what stands between them: the parties of a settlement.

A party is what it is, not how its name is spelt: everything that asks whether somebody is a
plant, or a market that only passes money on, reads ``kind``; the name is for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, total_ordering
from typing import Literal

Kind = Literal[
    "plant",
    "user",
    "consumer",
    "flexible",
    "hub",
    "government",
    "grid",
    "project",
    "volunteer",
    "buyout_fund",
    "allowance_bank",
    "certificate_bank",
    "right_holder",
    "other",
]
"""Kinds of party. A ``hub`` passes on all that it receives: the market itself."""

NAMES: dict[str, str] = {
    "plant": "{what} plants, {bus}",
    "user": "{what} users, {bus}",
    "consumer": "consumers, {bus}",
    "flexible": "{what}, {bus}",
    "project": "offset projects, {what}",
}
"""How kinds are printed of which there are many; every other party is printed as ``what``."""

FLEXIBLE = {
    "flexible_load": "large users",
    "ev_load": "electric vehicles",
    "interruptible_load": "large users",
}
"""Consumers who offer flexible demand, by its carrier."""


@total_ordering
@dataclass(frozen=True)
class Party:
    """Somebody who pays or is paid; ordered by name.

    Attributes:
        kind: what sort of party.
        what: carrier of plants, sector of users, or the name of a party of which there is one.
        bus: where it is; empty for a party that is nowhere in the network.
    """

    kind: Kind
    what: str
    bus: str = ""

    @cached_property
    def name(self) -> str:
        """The name as tables print it, such as ``steel users, Henan``."""
        return NAMES.get(self.kind, "{what}").format(what=self.what, bus=self.bus)

    def __str__(self) -> str:
        return self.name

    def __lt__(self, other: Party) -> bool:
        return (self.name, self.kind, self.what) < (other.name, other.kind, other.what)


GOVERNMENT = Party("government", "government")
GRID = Party("grid", "grid owners")
RIGHT_HOLDERS = Party("right_holder", "holders of the right to convert")
BUYOUT_FUND = Party("buyout_fund", "buy-out fund")


def seller(carrier: str, bus: str) -> Party:
    """The party that owns the plants, or offers the flexible demand, of a carrier at a bus."""
    if carrier in FLEXIBLE:
        return Party("flexible", FLEXIBLE[carrier], bus)
    return Party("plant", carrier, bus)


def buyer(bus: str) -> Party:
    """The party that consumes electricity at a bus."""
    return Party("consumer", "electricity consumers", bus)


def user(sector: str, bus: str) -> Party:
    """The party of energy users of a sector at a bus."""
    return Party("user", sector, bus)


def party(who: Party | str) -> Party:
    """A party as it is; by a name alone, one of none of the known kinds."""
    return who if isinstance(who, Party) else Party("other", str(who))


def hub(name: str) -> Party:
    """A market, or another hub, that keeps nothing of the money that passes through it."""
    return Party("hub", name)


LINKS = hub("links between markets")
