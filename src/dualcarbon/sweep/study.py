"""Study files: scenarios over ranges of any of their fields, a design, indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from dualcarbon.common import documents
from dualcarbon.common.records import Record
from dualcarbon.common.tables import indicators as known_indicators
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.indicators.headline import HEADLINE
from dualcarbon.scenario.documents import SHIPPED, SUFFIXES, find, load_scenario
from dualcarbon.scenario.law import LAW
from dualcarbon.scenario.model import Scenario
from dualcarbon.scenario.overrides import SECTIONS, full_path, laid
from dualcarbon.sweep.attribution.table import DEFAULT, HORIZON, RETURNS

Value = bool | int | float | str | None
DIGITS = 12  # of a value between two ends, so that 0.1 in three steps is 0.3
MOST = 100_000
STUDIES = Path(__file__).parent / "studies"


class Range(Record):
    """The values that a field takes: a list, steps between two ends, or a distribution.

    Attributes:
        fields: fields that move together; the key of the range if none is named.
        values: a list, each equally likely.
        low, high: ends, ``from`` and ``to`` in a file; of a normal distribution they cut it off.
        steps: number of values of a grid, both ends among them.
        distribution: how likely values are where a design draws them; uniform if not given.
        mode: most likely value of the triangular one; mean, deviation: of the normal one.
        times: whether values multiply what stands in the scenario, instead of replacing it.
    """

    fields: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    low: float | None = Field(None, alias="from")
    high: float | None = Field(None, alias="to")
    steps: int | None = Field(None, ge=2, le=MOST)
    distribution: Literal["uniform", "log_uniform", "triangular", "normal"] = "uniform"
    mode: float | None = None
    mean: float | None = None
    deviation: float | None = Field(None, gt=0)
    times: bool = False

    @model_validator(mode="before")
    @classmethod
    def _list(cls, given: Any) -> Any:
        return {"values": given} if isinstance(given, list | tuple) else given

    @model_validator(mode="after")
    def _whole(self) -> Range:
        ends = {"from": self.low, "to": self.high}
        if self.values:
            if any(v is not None for v in (*ends.values(), self.steps, self.mean, self.mode)):
                raise ValueError("give either values or a range")
            if self.times and not all(isinstance(v, int | float) for v in self.values):
                raise ValueError("only numbers can multiply")
            return self
        normal = self.distribution == "normal"
        needed = {"mean": self.mean, "deviation": self.deviation} if normal else ends
        if self.distribution == "triangular":
            needed = {**needed, "mode": self.mode}
        missing = [name for name, value in needed.items() if value is None]
        if missing:
            raise ValueError(f"lacks {' and '.join(missing)}; or give a list of values")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"must rise, got from {self.low:g} to {self.high:g}")
        if self.distribution == "log_uniform" and self.low is not None and self.low <= 0:
            raise ValueError(f"log_uniform starts above 0, got from {self.low:g}")
        if self.mode is not None and not (self.low or 0) <= self.mode <= (self.high or 0):
            raise ValueError(f"mode {self.mode:g} is not between from and to")
        return self

    def levels(self) -> tuple[Value, ...]:
        """Values of a grid.

        Raises:
            InputError: a range without steps.
        """
        if self.values:
            return self.values
        if self.steps is None:
            raise InputError("a grid needs steps, or a list of values", where="steps")
        return tuple(self.at(np.linspace(0.0, 1.0, self.steps)))

    def at(self, shares: np.ndarray) -> list[Value]:
        """Values below which the given shares lie: ``F^-1(u)``, ``0 <= u <= 1``."""
        if self.values:
            places = np.minimum((shares * len(self.values)).astype(int), len(self.values) - 1)
            return [self.values[place] for place in places]
        return [float(f"{value:.{DIGITS}g}") for value in self._quantiles(shares)]

    def _quantiles(self, shares: np.ndarray) -> np.ndarray:
        from scipy import stats

        low, high = self.low, self.high
        if self.distribution == "normal":
            law = stats.norm(self.mean, self.deviation)
            least = 0.0 if low is None else law.cdf(low)
            most = 1.0 if high is None else law.cdf(high)
            inside = np.clip(least + shares * (most - least), 1e-12, 1 - 1e-12)
            return np.asarray(law.ppf(inside))
        assert low is not None
        assert high is not None
        if self.distribution == "log_uniform":
            return np.asarray(low * (high / low) ** shares)
        if self.distribution == "triangular":
            assert self.mode is not None
            law = stats.triang((self.mode - low) / (high - low), low, high - low)
            return np.asarray(law.ppf(shares))
        return low + shares * (high - low)


class Design(Record):
    """Which points of the ranges are solved.

    Attributes:
        kind: every combination (``grid``), ``latin_hypercube``, or ``sobol``: Saltelli's scheme of
            ``n (d + 2)`` points for ``d`` ranges, from which total indices can be computed.
        n: points, or base points of Saltelli's scheme, a power of two; seed: of the draw.
    """

    kind: Literal["grid", "latin_hypercube", "sobol"] = "grid"
    n: int | None = Field(None, ge=2, le=MOST)
    seed: int = Field(1, ge=0)

    @model_validator(mode="after")
    def _whole(self) -> Design:
        if (self.kind == "grid") != (self.n is None):
            raise ValueError(
                "n is the number of points of latin_hypercube and sobol, which need it"
            )
        if self.kind == "sobol" and self.n is not None and self.n & (self.n - 1):
            raise ValueError(f"n of sobol is a power of two, got {self.n}")
        return self


class Expectation(Record):
    """A sign that was published: of an indicator in a scenario less that in another.

    Attributes:
        indicator: with its year, or of the last one; scenario, against: of the study.
        sign: ``higher`` or ``lower``; source: who published it.
    """

    indicator: str
    scenario: str
    against: str
    sign: Literal["higher", "lower"]
    source: str = ""


class Study(Record):
    """What a study file asks.

    Attributes:
        name, title_en, title_zh: for people.
        scenarios: shipped names, or files beside the study.
        sets: fields that have another value in all of them.
        ranges: fields (or names of several) and the values they take.
        design: which points are solved.
        indicators: of every year (``co2_mt``), of one (``co2_mt_2030``), or of the horizon.
        expect: published signs whose share of members is counted.
    """

    name: str
    title_en: str = ""
    title_zh: str = ""
    scenarios: tuple[str, ...] = Field(min_length=1)
    sets: dict[str, Any] = Field(default_factory=dict)
    ranges: dict[str, Range] = Field(min_length=1)
    design: Design = Design()
    indicators: tuple[str, ...] = DEFAULT
    expect: tuple[Expectation, ...] = ()

    @field_validator("indicators")
    @classmethod
    def _some(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(names)) or DEFAULT

    def title(self, lang: str) -> str:
        """Its title in ``en`` or ``zh``."""
        return (self.title_en if lang == "en" else self.title_zh) or self.name


def shipped_studies() -> list[str]:
    """Names of the shipped studies."""
    return sorted(path.stem for path in STUDIES.glob("*.yaml"))


def read_study(name_or_path: str | Path, sets: Iterable[tuple[tuple[str, ...], Any]] = ()) -> Study:
    """Read a study file.

    Args:
        name_or_path: a shipped name, or the file.
        sets: changes of all scenarios besides its own: path and value.

    Raises:
        InputError: no such file, or anything in it that cannot be used.
    """
    path = Path(name_or_path)
    if str(name_or_path) in shipped_studies():
        path = STUDIES / f"{name_or_path}.yaml"
    elif not path.exists() and path.suffix not in SUFFIXES and len(path.parts) == 1:
        raise unknown_name("study", str(name_or_path), shipped_studies())
    document = {"name": path.stem, **documents.read(path)}
    more = {".".join(given): value for given, value in sets}
    if more and isinstance(document.get("sets") or {}, Mapping):
        document["sets"] = {**(document.get("sets") or {}), **more}
    try:
        study = Study.model_validate(document)
        return study.model_copy(update={"scenarios": _files(study, path.parent)})
    except InputError as error:
        raise error.within(str(name_or_path), ": ") from None


def _files(study: Study, folder: Path) -> tuple[str, ...]:
    """Scenarios by shipped name or whole path."""
    try:
        found = [find(name, folder) for name in study.scenarios]
    except InputError as error:
        raise error.within("scenarios") from None
    return tuple(f.stem if f.parent == SHIPPED else str(f.resolve()) for f in found)


def bases(study: Study, where: str) -> list[Scenario]:
    """The scenarios with what the study sets in all of them.

    Raises:
        InputError: one cannot be read or set so, or stands twice.
    """
    given = [load_scenario(name) for name in study.scenarios]
    names = [scenario.name for scenario in given]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"scenario '{name}' is given twice", where=f"{where}: scenarios")
    place = f"{where}: sets"
    changes = [(field(name, place), value) for name, value in study.sets.items()]
    laid_over = laid([s.document for s in given], changes, place)
    if not changes:
        return given
    return [
        Scenario.of(document, f"{place}, {scenario.name}")
        for scenario, document in zip(given, laid_over, strict=True)
    ]


def field(name: str, where: str) -> tuple[str, ...]:
    """The full path of a field, such as ``carbon.offset_limit``.

    Raises:
        InputError: it is nothing that can be varied.
    """
    parts = tuple(part.strip() for part in name.split("."))
    path = full_path(parts)
    varies = path == (LAW,) or (path[0] in SECTIONS and len(path) > 1)
    if not all(parts) or not varies:
        allowed = "a field such as carbon.offset_limit or system.wacc"
        raise InputError(f"'{name}' is no field that can be varied", where=where, allowed=allowed)
    return path


def asked(study: Study, years: Iterable[int], where: str) -> list[tuple[str, int | None]]:
    """Indicators and years of the table, in its order; None where one is of the whole horizon.

    Raises:
        InputError: an indicator or year that does not exist.
    """
    known = sorted(set(years))
    found: list[tuple[str, int | None]] = []
    for name in study.indicators:
        found += named(name, known, f"{where}: indicators")
    return list(dict.fromkeys(found))


def named(name: str, years: list[int], where: str) -> list[tuple[str, int | None]]:
    """Indicator and year of a name; every year where it names none.

    Raises:
        InputError: no such indicator or year.
    """
    if name in (*HORIZON, *RETURNS):
        return [(name, None)]
    if name in HEADLINE:
        return [(name, year) for year in years]
    plain, _, year = name.rpartition("_")
    if plain in HEADLINE and year.isdigit() and int(year) in years:
        return [(plain, int(year))]
    valid = [*HEADLINE, *HORIZON, *RETURNS, *(f"{i}_{y}" for i in HEADLINE for y in years)]
    raise unknown_name("indicator", name, valid, where)


def unit(indicator: str) -> str:
    """Unit of an indicator."""
    return known_indicators()[indicator]["unit"]
