"""A scenario: a world, its settings and the instruments that hold there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, PrivateAttr, SerializeAsAny

from dualcarbon.common import documents as yaml_io
from dualcarbon.common.records import FileName, Record
from dualcarbon.equilibrium import from_base
from dualcarbon.equilibrium.package import Package, check_beside
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments import REGISTRY
from dualcarbon.instruments.base import Instrument
from dualcarbon.scenario import overrides
from dualcarbon.scenario.defaults import DataContext, filled
from dualcarbon.scenario.law import LAW, enacted, laid_over
from dualcarbon.scenario.worlds import WORLDS, World, check_names, world_of

if TYPE_CHECKING:
    import pypsa

    from dualcarbon.system.users import EnergyUsers


class Scenario(Record):
    """What a user asks for.

    Attributes:
        name: short name, by which files of a run are named.
        title_en, title_zh, description_en, description_zh: for people.
        extends: scenario it was laid over; already merged.
        world: ``china`` or ``teaching``.
        system: settings of that world.
        instruments: by key.
        double_claims: pairs of token uses freed from exclusivity.
        base: document of the scenario that is solved first, where fields of the instruments ask
            for what it leads to by ``{from_base: covered_emissions}``.
    """

    name: FileName
    title_en: str = ""
    title_zh: str = ""
    description_en: str = ""
    description_zh: str = ""
    extends: str | None = None
    world: str = "china"
    system: SerializeAsAny[BaseModel]
    instruments: SerializeAsAny[dict[str, Instrument]] = Field(default_factory=dict)
    double_claims: tuple[tuple[str, str], ...] = ()
    base: dict[str, Any] | None = None

    _document: dict[str, Any] = PrivateAttr(default_factory=dict)
    _base: Scenario | None = PrivateAttr(None)
    _asked: tuple[tuple[str, str, str], ...] = PrivateAttr(())

    @classmethod
    def of(cls, document: Mapping[str, Any], where: str = "scenario") -> Scenario:
        """Validate a scenario document (the content of a YAML file, parents merged).

        Args:
            document: keys and values.
            where: file, for messages.

        Raises:
            InputError: one clear message for the first thing that is wrong.
        """
        if LAW in document:
            own = {k: v for k, v in document.items() if k not in (LAW, "instruments")}
            found = enacted(own, document[LAW], f"{where}: {LAW}")
            given = document.get("instruments") or {}
            document = {**found, "instruments": laid_over(found["instruments"], given)}
        for key in document:
            if key not in cls.model_fields:
                raise unknown_name("key", str(key), [*cls.model_fields, LAW], where=where)
        world = world_of(document.get("world", "china"), f"{where}: world")
        settings = _settings(world, document.get("system"), where)
        asked = _asked_of_base(document.get("instruments"), where)
        given = _with_placeholders(document.get("instruments"), asked)
        instruments = _instruments(world, settings, given, where)
        fields = {**document, "system": settings, "instruments": instruments}
        try:
            scenario = cls.model_validate(fields)
        except InputError as error:
            raise error.within(where, ": ") from None
        scenario._document = dict(document)
        scenario._asked = asked
        scenario._base = scenario._of_base(where) if asked else None
        _located(scenario.package, where)
        return scenario

    def _of_base(self, where: str) -> Scenario:
        if self.base is None:
            raise InputError(
                f"'{'.'.join(self._asked[0][:2])}' asks for a figure of a base, and there is none",
                where=where,
                allowed="extends: the scenario whose figure it is",
            )
        same = {"world": self.world, "system": self._document.get("system")}
        return Scenario.of({**self.base, **same}, f"{where}, base")

    @property
    def world_(self) -> World:
        """The world itself."""
        return WORLDS[self.world]

    @property
    def from_base(self) -> set[tuple[str, str]]:
        """Fields that are what the base leads to: instrument and field; they hold no value yet."""
        return {(key, field) for key, field, _ in self._asked}

    @property
    def years(self) -> tuple[int, ...]:
        """Milestone years."""
        return tuple(getattr(self.system, "years", ()))

    @property
    def document(self) -> dict[str, Any]:
        """The document it was read from, parents merged; figures from data not yet filled in."""
        return self._document or self.resolved()

    def package(self) -> Package:
        """The instruments as a package that a session solves."""
        package = Package.of(self.instruments.values(), self.double_claims)
        if self._base is None:
            return package
        return replace(package, base=self._base.package(), from_base=self._asked)

    def build(self) -> tuple[pypsa.Network, EnergyUsers]:
        """Build the network and the energy users of the world."""
        return self.world_.build(self.system)

    def changed(self, sets: Iterable[str]) -> Scenario:
        """The scenario with changes such as ``carbon.offset_limit=0.1``, validated anew."""
        return changed([self], sets)[0]

    def on(self, system: BaseModel) -> Scenario:
        """The scenario with other settings of its world, figures from data filled in anew."""
        if system == self.system:
            return self
        return Scenario.of({**self.document, "system": system.model_dump()}, self.name)

    def resolved(self) -> dict[str, Any]:
        """Everything written out: parents merged, defaults and figures from data filled in."""
        instruments = {k: _plain(i.model_dump()) for k, i in self.instruments.items()}
        for key, field, name in self._asked:
            instruments[key][field] = {from_base.MARK: name}
        known = {
            "name": self.name,
            "title_en": self.title_en,
            "title_zh": self.title_zh,
            "description_en": self.description_en,
            "description_zh": self.description_zh,
            "world": self.world,
            "system": _plain(self.system.model_dump()),
            "instruments": instruments,
            "double_claims": [list(pair) for pair in self.double_claims],
        }
        return known if self._base is None else {**known, "base": self._base.resolved()}

    def to_yaml(self) -> str:
        """The resolved scenario as YAML; loading it gives the same scenario."""
        return yaml_io.dump(self.resolved())


def changed(scenarios: Iterable[Scenario], sets: Iterable[str]) -> list[Scenario]:
    """Scenarios of one run with changes; an instrument's change touches those that have it."""
    given, sets = list(scenarios), list(sets)
    if not sets:
        return given
    documents = [s.document for s in given]
    bases = [d["base"] for d in documents if d.get("base")]
    applied = overrides.applied([*documents, *bases], sets)
    moved = iter(applied[len(documents) :])
    new = [
        {**doc, "base": next(moved)} if doc.get("base") else doc
        for doc in applied[: len(documents)]
    ]
    return [
        Scenario.of(_with_claims_left(scenario, doc), f"{scenario.name} with {overrides.OPTION}")
        for scenario, doc in zip(given, new, strict=True)
    ]


def _with_claims_left(before: Scenario, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Double claims go with the instruments that a change drops, unless it gives them itself."""
    claims = before.document.get("double_claims")
    left = document.get("instruments") or {}
    dropped = [i for key, i in before.instruments.items() if left.get(key) is None]
    if not claims or not dropped or document.get("double_claims") != claims:
        return document
    lost = {use for i in dropped for use in (*i.token_claims(), *i.saving_claims({}))}
    return {**document, "double_claims": [pair for pair in claims if not lost & set(pair)]}


def _asked_of_base(given: Any, where: str) -> tuple[tuple[str, str, str], ...]:
    """Fields of instruments that ask for a figure of the base: instrument, field, figure."""
    found = []
    for key, fields in (given or {}).items() if isinstance(given, Mapping) else ():
        for field, value in fields.items() if isinstance(fields, Mapping) else ():
            name = from_base.marked(value, f"{where}: instruments.{key}.{field}")
            if name is not None:
                found.append((str(key), str(field), name))
    return tuple(found)


def _with_placeholders(given: Any, asked: Iterable[tuple[str, str, str]]) -> Any:
    for key, field, _ in asked:
        given = {**given, key: {**given[key], field: from_base.PLACEHOLDER}}
    return given


def _settings(world: World, given: Any, where: str) -> BaseModel:
    if given is not None and not isinstance(given, Mapping):
        raise InputError("expected a mapping of settings", where=f"{where}: system")
    try:
        return world.settings(**{str(k): v for k, v in (given or {}).items()})
    except InputError as error:
        raise error.within(f"{where}: system", ".") from None


def _instruments(
    world: World, settings: BaseModel, given: Any, where: str
) -> dict[str, Instrument]:
    place = f"{where}: instruments"
    if given is not None and not isinstance(given, Mapping):
        raise InputError("expected a mapping of instruments", where=place, allowed=list(REGISTRY))
    context = DataContext(getattr(settings, "years", ()), world.region_of(settings))
    names = world.names(settings)
    found: dict[str, Instrument] = {}
    for key, fields in (given or {}).items():
        if key not in REGISTRY:
            raise unknown_name("instrument", str(key), REGISTRY, where=place)
        if fields is None:
            continue
        if not isinstance(fields, Mapping):
            raise InputError(
                "expected the fields of the instrument, or null to drop it",
                where=f"{place}.{key}",
                allowed=list(REGISTRY[key].model_fields),
            )
        fields = {**_of_settings(key, settings), **fields}
        found[key] = _instrument(key, filled(fields, context, f"{place}.{key}"), place)
        check_names(found[key], names, f"{place}.{key}")
    _located(check_beside, where, found)
    return found


def _of_settings(key: str, settings: BaseModel) -> dict[str, Any]:
    """What a MWh counts in energy use, for markets that are not told it themselves."""
    factor = getattr(settings, "electricity_tce_per_mwh", None)
    counts = factor is not None and "tce_per_mwh" in REGISTRY[key].model_fields
    return {"tce_per_mwh": factor} if counts else {}


def _instrument(key: str, fields: Mapping[str, Any], place: str) -> Instrument:
    try:
        return REGISTRY[key](**{str(name): value for name, value in fields.items()})
    except InputError as error:
        raise error.within(place, ".") from None


def _located(check: Any, where: str, *args: Any) -> None:
    try:
        check(*args)
    except InputError as error:
        raise error.within(where, ": ") from None


def _plain(value: Any) -> Any:
    """Tuples as lists, so that YAML writes them plainly."""
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value
