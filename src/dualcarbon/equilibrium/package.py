"""A package of instruments: who is in it, in which order they attach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments import REGISTRY
from dualcarbon.instruments.base import Eligibility, Instrument
from dualcarbon.instruments.links.consistency import check_consistent
from dualcarbon.instruments.savings import SavingRule, attach_savings
from dualcarbon.instruments.tokens import attach_tokens
from dualcarbon.system.model import PolicyModel

TOKENS, SAVINGS = "tokens", "savings"
LINKS_FIRST = ("green_power_for_allowances", "integrated_attributes", "conversion")
EFFICIENCY = {"white", "energy_use", "merged_efficiency"}
COUPLED = {"carbon", "green", "tax", *EFFICIENCY, *LINKS_FIRST}


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
        check_consistent(by_key)
        pairs = tuple((str(a), str(b)) for a, b in double_claims)
        package = cls(by_key, pairs)
        package.pairs()
        return package

    def changed(self, changes: dict[str, Any]) -> Package:
        """Package with some instruments changed, added (an instrument) or dropped (None).

        Double claims go with the instruments whose uses they name.

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
        offered = set(Package(instruments).uses())
        return Package(instruments, tuple(p for p in self.double_claims if set(p) <= offered))

    def claims(self) -> dict[str, Eligibility]:
        """Token uses of all instruments with their eligibility."""
        found: dict[str, Eligibility] = {}
        for instrument in self.instruments.values():
            found.update(instrument.token_claims())
        return found

    def saving_claims(self) -> dict[str, SavingRule]:
        """Uses of saved energy of all instruments with whose savings are eligible."""
        found: dict[str, SavingRule] = {}
        for instrument in self.instruments.values():
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

    def ordered(self) -> list[Instrument]:
        """Links first: markets read what links credit to them."""
        first = [self.instruments[k] for k in LINKS_FIRST if k in self.instruments]
        return first + [i for k, i in self.instruments.items() if k not in LINKS_FIRST]

    def attach(self, model: PolicyModel) -> None:
        """Attach all instruments to the model; what the model already holds stays as it is."""
        of_tokens, of_savings = self.pairs()
        pools: dict[str, tuple[Any, Any]] = {
            TOKENS: (self.claims(), tuple(of_tokens)),
            SAVINGS: (self.saving_claims(), tuple(of_savings)),
        }
        keep = self._unchanged(model, pools)
        model.attached = {}
        with model.package(keep, relink=not COUPLED & set(self.instruments) <= keep):
            model.instruments = dict(self.instruments)
            if TOKENS not in keep:
                model.tokens = attach_tokens(model, *pools[TOKENS])
            if SAVINGS not in keep:
                model.savings = attach_savings(model, *pools[SAVINGS])
            for instrument in self.ordered():
                if instrument.key not in keep:
                    model.instrument = instrument.key
                    instrument.attach(model)
        model.attached = {**self.instruments, **pools}

    def _unchanged(self, model: PolicyModel, pools: Mapping[str, Any]) -> set[str]:
        """Keys whose blocks can stay: equal to what is attached, and so is all they depend on."""
        wanted = {**self.instruments, **pools}
        keys = {*wanted, *model.attached}
        changed = {k for k in keys if wanted.get(k) != model.attached.get(k)}
        linked = keys & {*LINKS_FIRST, "merged_efficiency"}
        if changed & {TOKENS, SAVINGS, *LINKS_FIRST, "merged_efficiency"} or (
            linked and changed & COUPLED
        ):
            changed |= COUPLED
        if "carbon" in changed:
            changed.add("tax")
        return set(wanted) - changed
