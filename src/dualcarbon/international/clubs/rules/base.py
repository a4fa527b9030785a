"""What a rule of a club may change; a rule is one class that fills in some of the hooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.clubs.game import Extra, Pairs
from dualcarbon.international.clubs.payoffs import Climate
from dualcarbon.international.clubs.world import Array, Policy, World


@dataclass(frozen=True)
class Setting:
    """A number that a rule can be given.

    Attributes:
        value: what it is by default; low, high: its range.
        meaning: what it says, with unit.
    """

    value: float
    low: float
    high: float
    meaning: str


@dataclass(frozen=True)
class Context:
    """What a rule sees.

    Attributes:
        world: the regions.
        policy: the club's terms.
        settings: the rule's own settings, defaults filled in.
        climate: prices and abatement inside and outside.
        rate: tariff by exporter outside and importer inside, share of value.
    """

    world: World
    policy: Policy
    settings: Mapping[str, float]
    climate: Climate
    rate: Array


class Rule:
    """A rule of a club; every hook left out changes nothing.

    Class attributes ``key`` and ``meaning`` name it; ``SETTINGS`` lists its numbers; ``sets`` says
    which single thing it decides (``prices`` or ``tariff``), so that two rules cannot both.
    """

    key: ClassVar[str]
    meaning: ClassVar[str]
    sets: ClassVar[str] = ""
    SETTINGS: ClassVar[Mapping[str, Setting]] = {}

    def prices(self, world: World, policy: Policy, settings: Mapping[str, float]) -> Array:
        """Prices inside the club by region, USD/t; only for rules that set prices."""
        raise NotImplementedError(self.key)

    def tariff(
        self, world: World, policy: Policy, settings: Mapping[str, float], climate: Climate
    ) -> Array:
        """Tariff by exporter outside and importer inside; only for rules that set the tariff."""
        raise NotImplementedError(self.key)

    def pairs(self, context: Context) -> Pairs | None:
        """Payoffs that depend on pairs of regions, or None."""
        return None

    def extra(self, context: Context) -> Extra | None:
        """Payoffs of any other form, or None."""
        return None

    def more_abatement(self, context: Context) -> Extra | None:
        """Share of emissions abated beyond the prices' effect, from states (m, n), or None."""
        return None


@dataclass(frozen=True)
class Registry:
    """Rules by name."""

    rules: dict[str, Rule] = field(default_factory=dict)

    def add(self, rule: Rule) -> None:
        """Register a rule under its key."""
        self.rules[rule.key] = rule

    def chosen(self, policy: Policy) -> list[Rule]:
        """The rules of a policy.

        Raises:
            InputError: an unknown rule, a rule twice, or two rules that set the same thing.
        """
        found: list[Rule] = []
        for key in policy.rules:
            if key not in self.rules:
                raise unknown_name("rule", key, self.rules, where="rules")
            rule = self.rules[key]
            rival = next((r for r in found if rule.sets and r.sets == rule.sets), None)
            if rule in found or rival is not None:
                other = f"'{rival.key}' and '{key}' both set the {rule.sets}" if rival else ""
                raise InputError(other or f"rule '{key}' stands twice", where="rules")
            found.append(rule)
        return found

    def settings_of(self, rule: Rule, policy: Policy) -> dict[str, float]:
        """A rule's settings with what the policy gives.

        Raises:
            InputError: an unknown setting, or one out of its range.
        """
        given = policy.settings.get(rule.key, {})
        values = {name: setting.value for name, setting in rule.SETTINGS.items()}
        for name, value in given.items():
            where = f"settings.{rule.key}"
            if name not in values:
                raise unknown_name("setting", name, values, where=where)
            setting = rule.SETTINGS[name]
            if not setting.low <= value <= setting.high:
                raise InputError(f"{value:g} is out of range", where=f"{where}.{name}",
                                 allowed=f"{setting.low:g} to {setting.high:g}")  # fmt: skip
            values[name] = value
        return values
