"""Words behind options: lists, numbers, pairs, and countries named in any way."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dualcarbon.errors import InputError, unknown_name


def listed(text: str | None, option: str | None = None) -> list[str]:
    """Names behind commas; none where the option is not given.

    Raises:
        InputError: the option is given and names nothing; not raised where it is None.
    """
    names = [part.strip() for part in (text or "").split(",") if part.strip()]
    if text is not None and not names and option is not None:
        raise InputError("names nothing", where=option)
    return names


def number(text: str, option: str) -> float:
    """A number.

    Raises:
        InputError: it is none.
    """
    try:
        return float(text)
    except ValueError:
        raise InputError(f"'{text}' is no number", where=option, allowed="e.g. 0.1") from None


def numbers(text: str | None, option: str, *, most: float | None = None) -> list[float]:
    """Numbers behind commas.

    Args:
        text: the option.
        option: its name.
        most: upper bound, the lower one being zero; None bounds nothing.

    Raises:
        InputError: something is no number, or out of bounds.
    """
    found = [number(part, option) for part in listed(text)]
    for value in found:
        if most is not None and not 0 <= value <= most:
            limits = "at least 0" if most == float("inf") else f"0 to {most:g}"
            raise InputError(f"{value:g} is out of range", where=option, allowed=limits)
    return found


def pair(text: str, option: str, form: str) -> tuple[str, str]:
    """The two sides of ``NAME=VALUE``.

    Raises:
        InputError: one of them is missing.
    """
    name, _, value = text.partition("=")
    if not (name.strip() and value.strip()):
        raise InputError(f"'{text}' is not {form}", where=option, allowed=form)
    return name.strip(), value.strip()


def pairs(texts: Sequence[str] | None, option: str, form: str) -> dict[str, float]:
    """Numbers by name, from repeated ``NAME=NUMBER``.

    Raises:
        InputError: a text is of another form.
    """
    found = {}
    for text in texts or ():
        name, value = pair(text, option, form)
        found[name] = number(value, option)
    return found


def countries(text: str | None, option: str) -> list[str]:
    """Regions behind commas, countries by their code of three letters."""
    from dualcarbon.datasets.countries import alpha3

    return [alpha3(name) for name in listed(text, option)]


def known(text: str | None, labels: Collection[str], option: str) -> list[str]:
    """Regions behind commas that are all among the labels, countries named in any way.

    Raises:
        InputError: the first that is not.
    """
    from dualcarbon.datasets.countries import among

    found = [among(name, labels) for name in listed(text, option)]
    for name in found:
        if name not in labels:
            raise unknown_name("region", name, list(labels), where=option)
    return found


def scenario_names(incomplete: str) -> list[str]:
    """Shipped scenarios that start like that, for a shell that completes."""
    from dualcarbon.scenario.documents import shipped_names

    return [name for name in shipped_names() if name.startswith(incomplete)]
