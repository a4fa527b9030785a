"""A package of instruments: who is in it, what they offer, how it is attached to a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments import REGISTRY
from dualcarbon.instruments.base import Instrument
from dualcarbon.instruments.claims import Eligibility, SavingRule
from dualcarbon.instruments.links.circles import check_circles
from dualcarbon.instruments.savings import attach_savings
from dualcarbon.instruments.tokens import attach_tokens
from dualcarbon.system import attachments as channel
from dualcarbon.system.model import SAVINGS, SYSTEM, TOKENS, PolicyModel

POOLS: dict[str, Callable[..., Any]] = {TOKENS: attach_tokens, SAVINGS: attach_savings}
RESERVED = (SYSTEM, *POOLS)


@dataclass(frozen=True)
class Package:
    """Instruments that hold together.

    Attributes:
        instruments: by key.
        double_claims: pairs of token uses freed from exclusivity.
        base: package that is solved first, where fields ask for what it leads to.
        from_base: those fields: instrument, field, name of the figure; see
            :mod:`dualcarbon.equilibrium.from_base`.
    """

    instruments: dict[str, Instrument]
    double_claims: tuple[tuple[str, str], ...] = ()
    base: Package | None = None
    from_base: tuple[tuple[str, str, str], ...] = ()

    @classmethod
    def of(
        cls, instruments: Iterable[Instrument], double_claims: Iterable[tuple[str, str]] = ()
    ) -> Package:
        """Collect instruments.

        Raises:
            InputError: something is no instrument, a key appears twice, links lack a market
                or contradict each other, or a double claim names a use that is not offered.
        """
        by_key: dict[str, Instrument] = {}
        for instrument in instruments:
            if not isinstance(instrument, Instrument):
                raise InputError(f"{instrument!r} is not an instrument", allowed=sorted(REGISTRY))
            if instrument.key in by_key:
                raise InputError(f"instrument '{instrument.key}' is given twice")
            by_key[instrument.key] = instrument
        check_beside(by_key)
        pairs = tuple((str(a), str(b)) for a, b in double_claims)
        package = cls(by_key, pairs)
        package.pairs()
        return package

    @property
    def standing(self) -> dict[str, Instrument]:
        """Instruments that no other of the package stands in place of, by key."""
        replaced = {key for instrument in self.instruments.values() for key in instrument.replaces}
        return {key: i for key, i in self.instruments.items() if key not in replaced}

    def changed(self, changes: Mapping[str, Any]) -> Package:
        """Package with some instruments changed, added (an instrument) or dropped (None).

        Double claims go with the instruments whose uses they name.

        Raises:
            InputError: a change names no instrument, gives another instrument under its key, or a
                field that it does not have; links lack a market or contradict each other.
        """
        instruments = dict(self.instruments)
        for key, change in changes.items():
            if change is None and key in {*instruments, *REGISTRY}:
                instruments.pop(key, None)
            elif isinstance(change, Instrument):
                if change.key != key:
                    raise InputError(
                        f"'{key}' is given the instrument '{change.key}'",
                        where="instruments",
                        allowed=f"{change.key}=..., or fields of '{key}'",
                    )
                instruments[key] = change
            else:
                kind = type(instruments[key]) if key in instruments else REGISTRY.get(key)
                if kind is None:
                    raise unknown_name("instrument", key, sorted({*instruments, *REGISTRY}))
                fields = instruments[key].model_dump() if key in instruments else {}
                instruments[key] = kind(**{**fields, **change})
        check_beside(instruments)
        offered = set(Package(instruments).uses())
        claims = tuple(p for p in self.double_claims if set(p) <= offered)
        asked = tuple(at for at in self.from_base if not _given(changes, *at[:2]))
        return Package(instruments, claims, self.base if asked else None, asked)

    def claims(self) -> dict[str, Eligibility]:
        """Token uses of all instruments with their eligibility."""
        found: dict[str, Eligibility] = {}
        for instrument in self.instruments.values():
            found.update(instrument.token_claims())
        return found

    def saving_claims(self) -> dict[str, SavingRule]:
        """Uses of saved energy of all instruments with whose savings are eligible."""
        found: dict[str, SavingRule] = {}
        for instrument in self.standing.values():
            found.update(instrument.saving_claims(self.instruments))
        return found

    def uses(self) -> list[str]:
        """Uses of tokens and of saved energy that a double claim can name."""
        return sorted({*self.claims(), *self.saving_claims()})

    def pairs(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Double claims of renewable MWh, and those of saved energy.

        Raises:
            InputError: a pair names a use that no instrument of the package offers, or one use
                of each.
        """
        tokens, savings = self.claims(), self.saving_claims()
        of_tokens, of_savings = [], []
        for pair in self.double_claims:
            if pair[0] == pair[1]:
                raise InputError(f"'{pair[0]}' is paired with itself", where="double_claims")
            for use in pair:
                if use not in tokens and use not in savings:
                    raise unknown_name("token use", use, self.uses(), where="double_claims")
            if all(use in tokens for use in pair):
                of_tokens.append(pair)
            elif all(use in savings for use in pair):
                of_savings.append(pair)
            else:
                raise InputError(
                    f"'{pair[0]}' and '{pair[1]}' are no uses of the same thing",
                    where="double_claims",
                    allowed=f"two of {sorted(tokens)} or two of {sorted(savings)}",
                )
        return of_tokens, of_savings

    def attach(self, model: PolicyModel) -> None:
        """Attach all instruments to the model; what the model already holds stays as it is.

        A part is attached until nothing that it read has changed since, so the order of the
        instruments decides nothing; those that credit markets come first to save work.

        Raises:
            InputError: an instrument cannot be used on the model, or some depend on each other
                in a circle.
        """
        of_tokens, of_savings = self.pairs()
        offered: dict[str, tuple[Any, Any]] = {
            TOKENS: (self.claims(), tuple(of_tokens)),
            SAVINGS: (self.saving_claims(), tuple(of_savings)),
        }
        model.begin(self.instruments, offered)
        self._check_carriers(model)
        standing = self.standing
        for key in self.instruments.keys() - standing.keys():
            model.detach(key)
        first = sorted(standing.values(), key=lambda instrument: not instrument.link)
        parts = [*offered, *(instrument.key for instrument in first)]
        for _ in range(len(parts) + 1):
            if not self._attach_stale(model, parts, offered):
                self._check_credits(model)
                return
        stale = [part for part in parts if model.attachments.stale(part)]
        raise InputError(
            f"{' and '.join(stale)} depend on each other in a circle: each changes what the "
            "other reads",
            where="instruments",
        )

    def _attach_stale(
        self, model: PolicyModel, parts: list[str], offered: Mapping[str, tuple[Any, Any]]
    ) -> bool:
        """Attach the parts that are not attached as they should be; whether there were any."""
        found = False
        for part in parts:
            if not model.attachments.stale(part):
                continue
            found = True
            with model.attaching(part):
                if part in offered:
                    model.attachments.read(channel.claims(part))
                    pool = POOLS[part](model, *offered[part])
                else:
                    model.attachments.read(channel.instrument(part))
                    self.instruments[part].attach(model)
            if part in offered:
                model.open_pool(part, pool)
        return found

    def _check_carriers(self, model: PolicyModel) -> None:
        """Carriers that an instrument was given exist on the network, else it would miss them."""
        known = list(model.network.c.carriers.static.index)
        for key, instrument in self.instruments.items():
            for field, about in type(instrument).model_fields.items():
                value = getattr(instrument, field)
                if value == about.default:
                    continue
                named = value.carriers if isinstance(value, Eligibility) else (
                    value if field == "carriers" else None)  # fmt: skip
                usual = getattr(about.default, "carriers", about.default)
                for name in named or ():
                    if name not in known and name not in (usual or ()):
                        inner = ".carriers" if isinstance(value, Eligibility) else ""
                        raise unknown_name("carrier", name, known, where=f"{key}.{field}{inner}")

    def _check_credits(self, model: PolicyModel) -> None:
        """Units are credited to markets of the package only, else they would come to nothing."""
        markets = [key for key, instrument in self.standing.items() if instrument.balance]
        for key, market in model.credits:
            if market not in markets:
                raise unknown_name(f"market, credited by '{key}',", market, markets)


def _given(changes: Mapping[str, Any], key: str, field: str) -> bool:
    """Whether changes say what a field of an instrument is, or drop or replace the instrument."""
    return key in changes and (not isinstance(changes[key], Mapping) or field in changes[key])


def check_beside(instruments: Mapping[str, Instrument]) -> None:
    """Check that instruments can stand beside each other, as each of them asks for.

    Raises:
        InputError: a link lacks its market; two instruments claim one use of tokens; two markets
            count a MWh as different energy; units can be turned in a circle into more.
    """
    for key in instruments:
        if key in RESERVED:
            raise InputError(f"no instrument can be called '{key}'", where="instruments")
    for instrument in instruments.values():
        instrument.needs(instruments)
    _check_uses(instruments)
    check_circles(instruments)


def _check_uses(instruments: Mapping[str, Instrument]) -> None:
    """A use of tokens belongs to one instrument, and every saving is counted alike."""
    owner: dict[str, str] = {}
    counted: dict[str, float] = {}
    for key, instrument in instruments.items():
        for use in instrument.token_claims():
            if use in owner:
                raise InputError(
                    f"contradictory links: both {owner[use]} and {key} use the tokens '{use}'",
                    where="instruments",
                    allowed=f"either {owner[use]} or {key}",
                )
            owner[use] = key
        for rule in instrument.saving_claims({}).values():
            counted[key] = rule.tce_per_mwh
    first, *others = counted or [""]
    for key in others:
        if counted[key] != counted[first]:
            raise InputError(
                f"'{first}' counts {counted[first]:g} tce per MWh, '{key}' {counted[key]:g}",
                where=f"instruments.{key}.tce_per_mwh",
                allowed=f"the same figure as instruments.{first}.tce_per_mwh",
            )
