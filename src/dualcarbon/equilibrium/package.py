"""A package of instruments: who is in it, in which order they attach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments import REGISTRY
from dualcarbon.instruments.base import Eligibility, Instrument
from dualcarbon.instruments.consistency import check_consistent
from dualcarbon.instruments.tokens import attach_tokens
from dualcarbon.system.model import PolicyModel

TOKENS = "tokens"
LINKS_FIRST = ("green_power_for_allowances", "integrated_attributes", "conversion")
COUPLED = {"carbon", "green", "tax", *LINKS_FIRST}


@dataclass(frozen=True)
class Package:
    """Instruments that hold together.

    Attributes:
        instruments: by key.
        double_claims: pairs of token uses freed from exclusivity.
    """

    instruments: dict[str, Instrument]
    double_claims: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(
        cls, instruments: Iterable[Instrument], double_claims: Iterable[tuple[str, str]] = ()
    ) -> Package:
        """Collect instruments.

        Raises:
            InputError: something is no instrument, a key appears twice, or links lack a market
                or contradict each other.
        """
        by_key: dict[str, Instrument] = {}
        for instrument in instruments:
            if not isinstance(instrument, Instrument):
                raise InputError(
                    f"{instrument!r} is not an instrument", allowed=sorted(REGISTRY)
                )
            if instrument.key in by_key:
                raise InputError(f"instrument '{instrument.key}' is given twice")
            by_key[instrument.key] = instrument
        check_consistent(by_key)
        pairs = tuple((str(a), str(b)) for a, b in double_claims)
        return cls(by_key, pairs)

    def changed(self, changes: dict[str, Any]) -> Package:
        """Package with some instruments changed, added (an instrument) or dropped (None).

        Raises:
            InputError: a change names no instrument, or a field that it does not have; links
                lack a market or contradict each other.
        """
        instruments = dict(self.instruments)
        for key, change in changes.items():
            if key not in REGISTRY:
                raise unknown_name("instrument", key, sorted(REGISTRY))
            if change is None:
                instruments.pop(key, None)
            elif isinstance(change, Instrument):
                instruments[key] = change
            else:
                fields = instruments[key].model_dump() if key in instruments else {}
                instruments[key] = REGISTRY[key](**{**fields, **change})
        check_consistent(instruments)
        return Package(instruments, self.double_claims)

    def claims(self) -> dict[str, Eligibility]:
        """Token uses of all instruments with their eligibility."""
        found: dict[str, Eligibility] = {}
        for instrument in self.instruments.values():
            found.update(instrument.token_claims())
        return found

    def ordered(self) -> list[Instrument]:
        """Links first: markets read what links credit to them."""
        first = [self.instruments[k] for k in LINKS_FIRST if k in self.instruments]
        return first + [i for k, i in self.instruments.items() if k not in LINKS_FIRST]

    def attach(self, model: PolicyModel) -> None:
        """Attach all instruments to the model; what the model already holds stays as it is."""
        rules = (self.claims(), self.double_claims)
        keep = self._unchanged(model, rules)
        model.attached = {}
        with model.package(keep):
            model.instruments = dict(self.instruments)
            if TOKENS not in keep:
                model.tokens = attach_tokens(model, *rules)
            for instrument in self.ordered():
                if instrument.key not in keep:
                    model.instrument = instrument.key
                    instrument.attach(model)
        model.attached = {**self.instruments, TOKENS: rules}

    def _unchanged(self, model: PolicyModel, rules: object) -> set[str]:
        """Keys whose blocks can stay: equal to what is attached, and so is all they depend on."""
        wanted = {**self.instruments, TOKENS: rules}
        keys = {*wanted, *model.attached}
        linked = keys & {*LINKS_FIRST}
        changed = {k for k in keys if wanted.get(k) != model.attached.get(k)}
        if TOKENS in changed or changed & {*LINKS_FIRST} or ("carbon" in changed and linked):
            changed |= COUPLED
        if "carbon" in changed:
            changed.add("tax")
        return set(wanted) - changed
