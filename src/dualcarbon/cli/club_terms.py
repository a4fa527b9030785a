"""Options of ``dualcarbon club`` put together with what stands in a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    from dualcarbon.international.clubs.build import Club
    from dualcarbon.international.clubs.case import Case

FILES = (".yaml", ".yml")


@dataclass(frozen=True)
class Terms:
    """What the command line gives; None leaves what the file or the default says."""

    data: str
    price: float | None
    scc: float | None
    tariff: float | None
    rule: list[str] | None
    setting: list[str] | None
    region_price: list[str] | None
    outside_price: list[str] | None
    cap: bool
    coalition: str | None


def club_of(terms: Terms) -> tuple[Club, int | None]:
    """The club that file and options describe, and the coalition to examine, if any.

    Raises:
        InputError: something given cannot be used.
    """
    from dualcarbon.international.clubs.build import build
    from dualcarbon.international.clubs.case import coalition_of
    from dualcarbon.international.clubs.world import Policy

    case = _case(terms.data)
    world = case.world()
    options: dict[str, Any] = {
        "price": terms.price,
        "scc": terms.scc,
        "tariff": terms.tariff,
        "rules": tuple(terms.rule) if terms.rule else None,
        "settings": _settings(terms.setting) or None,
        "prices": _prices(terms.region_price, "--region-price") or None,
        "prices_outside": _prices(terms.outside_price, "--outside-price") or None,
        "cap": terms.cap or None,
    }
    given = {name: value for name, value in options.items() if value is not None}
    policy = Policy.model_validate(case.policy().model_dump() | given)
    wanted = _names(terms.coalition) if terms.coalition is not None else case.coalition
    state = None if wanted is None else coalition_of(tuple(wanted), world)
    return build(world, policy), state


def numbers(words: str, option: str, most: float | None = None) -> list[float]:
    """Numbers parted by commas, none negative.

    Raises:
        InputError: something that is no number or out of range.
    """
    found = [_number(word, option) for word in _names(words)]
    for value in found:
        if value < 0 or (most is not None and value > most):
            limits = "at least 0" if most is None else f"0 to {most:g}"
            raise InputError(f"{value:g} is out of range", where=option, allowed=limits)
    return found


def _case(data: str) -> Case:
    from dualcarbon.international.clubs.case import Case, load_case
    from dualcarbon.international.clubs.sources import WORLDS

    if Path(data).is_file():
        return load_case(data)
    allowed = [*WORLDS, "a file that ends in .yaml"]
    if data.endswith(FILES):
        raise InputError(f"no such file '{data}'", where="--data", allowed=allowed)
    if data not in WORLDS:
        raise unknown_name("world", data, allowed, where="--data")
    return Case(data=data)


def _prices(given: list[str] | None, option: str) -> dict[str, float]:
    pairs = (_pair(words, option, "REGION=USD/T, e.g. EU=100") for words in given or [])
    return {name: _number(value, option) for name, value in pairs}


def _settings(given: list[str] | None) -> dict[str, dict[str, float]]:
    settings: dict[str, dict[str, float]] = {}
    form = "RULE.NAME=VALUE, e.g. cbam.year=2030"
    for words in given or []:
        place, value = _pair(words, "--set", form)
        rule, dot, name = place.partition(".")
        if not dot:
            raise InputError(f"'{words}' names no rule", where="--set", allowed=form)
        settings.setdefault(rule, {})[name] = _number(value, "--set")
    return settings


def _pair(words: str, option: str, form: str) -> tuple[str, str]:
    name, equals, value = words.partition("=")
    if not equals:
        raise InputError(f"'{words}' has no value", where=option, allowed=form)
    return name.strip(), value.strip()


def _number(word: str, option: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise InputError(f"'{word}' is no number", where=option) from None


def _names(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]
