"""What each part of a package read when it was attached: it is attached anew when that changes.

A part is an instrument, or a pool of tokens. While one attaches, the model notes every channel
that it reads: its own fields, another instrument of the package, what is credited to a market, a
pool, a variable of another part. Each channel carries a stamp that moves when its content does; a
part is stale when a stamp moved after it read it. So a changed package re-uses all that it shares
with the last one, whatever the instruments and their order, and none of them declares anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

Channel = tuple[str, str]
ALL = "*"


def instrument(key: str) -> Channel:
    """Fields of an instrument of the package, or that there is none."""
    return "instrument", key


def credits(market: str) -> Channel:
    """Units credited to a market."""
    return "credits", market


def pool(name: str) -> Channel:
    """A pool of tokens."""
    return "pool", name


def claims(name: str) -> Channel:
    """Uses that instruments offer to a pool."""
    return "claims", name


def variable(name: str) -> Channel:
    """Which block a name of variables stands for."""
    return "variable", name


class Attached(Protocol):
    """What the system knows of an instrument: its key, and the unit that it trades, if any."""

    key: ClassVar[str]
    balance: ClassVar[str]
    unit: ClassVar[str]
    trades: ClassVar[tuple[str, str]]


@dataclass
class Attachments:
    """Stamps of channels, and the stamps that each attached part read.

    Attributes:
        stamps: present stamp by channel; channels never written have stamp zero.
        read_by: stamps read by each part when it was attached.
        reader: the part that attaches now; empty outside.
    """

    stamps: dict[Channel, int] = field(default_factory=dict)
    read_by: dict[str, dict[Channel, int]] = field(default_factory=dict)
    reader: str = ""

    @contextmanager
    def attaching(self, part: str) -> Iterator[None]:
        """Note what is read inside as read by a part; a part that fails is not attached."""
        self.read_by[part] = {}
        self.reader = part
        try:
            yield
        except BaseException:
            del self.read_by[part]
            raise
        finally:
            self.reader = ""

    def read(self, channel: Channel) -> None:
        """Note that the part that attaches now depends on a channel; nothing outside."""
        if self.reader:
            self.read_by[self.reader].setdefault(channel, self.stamps.get(channel, 0))

    def written(self, channel: Channel) -> None:
        """Note that the content of a channel is another one now."""
        self.stamps[channel] = self.stamps.get(channel, 0) + 1

    def stale(self, part: str) -> bool:
        """Whether a part is not attached, or read something that has changed since."""
        if part not in self.read_by:
            return True
        return any(self.stamps.get(c, 0) != stamp for c, stamp in self.read_by[part].items())

    def forget(self, part: str) -> None:
        """A part left the package."""
        self.read_by.pop(part, None)


class Beside(Mapping[str, Attached]):
    """The instruments of a package by key; looking one up notes the dependence on it."""

    def __init__(self, instruments: Mapping[str, Attached], attachments: Attachments) -> None:
        self._instruments, self._attachments = dict(instruments), attachments

    def __getitem__(self, key: str) -> Attached:
        self._attachments.read(instrument(key))
        return self._instruments[key]

    def __iter__(self) -> Iterator[str]:
        self._attachments.read(instrument(ALL))
        return iter(self._instruments)

    def __len__(self) -> int:
        self._attachments.read(instrument(ALL))
        return len(self._instruments)

    def plain(self) -> dict[str, Attached]:
        """The instruments, without noting anything."""
        return dict(self._instruments)
