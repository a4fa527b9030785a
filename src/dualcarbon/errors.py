"""The errors that a user can cause, each with one clear message."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

PART_OF = {
    "highspy": "markets",
    "linopy": "markets",
    "netCDF4": "markets",
    "platformdirs": "markets",
    "pypsa": "markets",
    "tsam": "markets",
    "xarray": "markets",
    "SALib": "sweep",
    "distributed": "cluster",
    "psycopg": "ledger",
    "pymrio": "mrio",
    "sqlalchemy": "ledger",
    "starlette": "lab",
    "uvicorn": "lab",
}
"""The extra of the package that brings a module which is not among its own requirements."""


class DualcarbonError(Exception):
    """Base of all errors raised on purpose; the command line ends with exit code 2."""


class InputError(DualcarbonError):
    """Something the user gave cannot be used.

    Args:
        what: what is wrong, with the offending value.
        where: file, key or row where it stands.
        allowed: the values or the range that are allowed.
        nearest: the nearest valid name; see :func:`nearest_name`.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        allowed: str | Iterable[str] | None = None,
        nearest: str | None = None,
    ) -> None:
        self.what = what
        self.where = where
        self.allowed = allowed if allowed is None or isinstance(allowed, str) else _listed(allowed)
        self.nearest = nearest
        super().__init__(self._message())

    def within(self, place: str, between: str = ", ") -> InputError:
        """The same error, seen from what holds the place where it stands.

        Args:
            place: file, key or row around it.
            between: what parts the two, e.g. ``.`` between keys.
        """
        where = f"{place}{between}{self.where}" if self.where else place
        return InputError(self.what, where=where, allowed=self.allowed, nearest=self.nearest)

    def _message(self) -> str:
        message = f"{self.where}: {self.what}" if self.where else self.what
        if self.nearest:
            message += f"; did you mean '{self.nearest}'?"
        if self.allowed:
            message += f" (allowed: {self.allowed})"
        return message


class InfeasiblePackage(DualcarbonError):
    """The instruments of a package cannot all be met; names the ones in conflict."""

    def __init__(self, message: str, conflicts: list[str]) -> None:
        self.conflicts = conflicts
        super().__init__(message)

    def __reduce__(self) -> tuple[type[InfeasiblePackage], tuple[str, list[str]]]:
        return type(self), (str(self), self.conflicts)


class SolveError(DualcarbonError):
    """The solver stopped without a solution from which prices may be read."""


class CheckFailed(DualcarbonError):
    """An invariant that must hold on every solved run does not; names each one."""


def nearest_name(name: str, valid: Iterable[str]) -> str | None:
    """Return the valid name closest to ``name``, or None when none is close."""
    by_lower = {v.lower(): v for v in valid}
    close = get_close_matches(str(name).lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def unknown_name(
    kind: str, name: str, valid: Iterable[str], where: str | None = None
) -> InputError:
    """Build the error for a name that is not among the valid ones."""
    names = list(valid)
    return InputError(
        f"unknown {kind} '{name}'", where=where, allowed=names, nearest=nearest_name(name, names)
    )


def unreadable(
    error: OSError, where: object, allowed: str | Iterable[str] | None = None
) -> InputError:
    """Build the error for a file that cannot be read, in plain words where there is none."""
    missing = isinstance(error, FileNotFoundError)
    what = "no such file" if missing else f"cannot be read: {error.strerror}"
    return InputError(what, where=str(where), allowed=allowed)


def missing_part(error: ImportError) -> InputError | None:
    """Build the error for a part that is not installed; None where the module is of no part."""
    module = (error.name or "").partition(".")[0]
    part = PART_OF.get(module)
    if part is None:
        return None
    return InputError(
        f"needs the part '{part}', which is not installed (no module '{module}'): "
        f"pip install 'dualcarbon[{part}]'"
    )


def _listed(names: Iterable[str], most: int = 12) -> str:
    names = [str(n) for n in names]
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown}, ... {len(names)} in all"
