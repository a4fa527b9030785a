"""Energy users: what they emit and use in a year, and the steps by which they can do with less."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dualcarbon.errors import InputError, unknown_name

KEY_COLUMNS = ("user", "bus", "sector", "year")
QUANTITIES = (
    "co2_t",
    "process_co2_t",
    "electricity_mwh",
    "fuel_tce",
    "coal_tce",
    "oil_tce",
    "gas_tce",
    "output",
)
LABELS = ("unit", "route")
STEP_COLUMNS = ("step", "user", "measure", "potential", "cost")
STEP_DEFAULTS: dict[str, object] = {
    "kind": "abatement",
    "co2_t": 1.0,
    "electricity": 0.0,
    "fuel_tce": 0.0,
    "output": 0.0,
    "unit": "t CO2",
    "from_year": 0,
    "ramp_years": 1,
}
KINDS = ("abatement", "conservation", "output")
RATE_OF = {
    "co2_t": "co2_t",
    "electricity_mwh": "electricity",
    "fuel_tce": "fuel_tce",
    "output": "output",
}
"""Column of the steps that says how much of a quantity one unit of the step's activity saves."""


@dataclass(frozen=True)
class EnergyUsers:
    """Users of energy by bus and sector, with stepwise supply curves of saving.

    A step is an activity ``0 <= a <= potential`` per year; one unit of it avoids ``co2_t``, saves
    ``electricity`` and ``fuel_tce``, gives up ``output`` and costs ``cost``.

    Attributes:
        baseline: one row per user and year: user, bus, sector, year, co2_t (direct emissions
            of fuel and process before any step, t/a); optional, zero where absent:
            process_co2_t (part of co2_t), electricity_mwh (MWh/a, part of the bus's load),
            fuel_tce (all direct fuel without electricity, tce/a), of it coal_tce, oil_tce and
            gas_tce, output (per year, in ``unit``); optional labels: unit, route.
        steps: one row per user and measure: step (unique), user, measure, potential (per year, in
            ``unit``), cost (CNY per unit); optional with defaults: kind (``abatement``,
            ``conservation`` of energy, or ``output`` forgone), co2_t (t per unit, 1), electricity
            (MWh saved per unit, negative when used, 0), fuel_tce (tce saved per unit, negative
            when used, 0), output (units of output forgone per unit, 0), unit (``t CO2``),
            from_year and ramp_years (years until the potential is reached).

    Raises:
        InputError: a column is missing, a step names no user or appears twice, a kind is unknown,
            a potential is negative.
    """

    baseline: pd.DataFrame
    steps: pd.DataFrame

    def __post_init__(self) -> None:
        _check_columns("baseline", self.baseline, (*KEY_COLUMNS, "co2_t"))
        _check_columns("steps", self.steps, STEP_COLUMNS)
        object.__setattr__(self, "baseline", _completed_baseline(self.baseline))
        object.__setattr__(self, "steps", self.steps.assign(**_absent(self.steps)))
        _check_baseline(self.baseline)
        _check_steps(self.steps, set(self.baseline["user"]))


def _check_columns(name: str, frame: pd.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise InputError(
            f"missing column '{missing[0]}'", where=f"users.{name}", allowed=list(columns)
        )


def _completed_baseline(baseline: pd.DataFrame) -> pd.DataFrame:
    zeros = {c: 0.0 for c in QUANTITIES if c not in baseline}
    return baseline.assign(**zeros, **{c: "" for c in LABELS if c not in baseline})


def _absent(steps: pd.DataFrame) -> dict[str, object]:
    return {c: value for c, value in STEP_DEFAULTS.items() if c not in steps}


def _check_baseline(baseline: pd.DataFrame) -> None:
    again = baseline.duplicated(["user", "year"])
    if again.any():
        user, year = baseline.loc[again, ["user", "year"]].iloc[0]
        raise InputError(f"user '{user}' has two rows for {year}", where="users.baseline")
    for column in QUANTITIES:
        wrong = baseline.index[~(baseline[column] >= 0)]
        if len(wrong):
            raise InputError(
                f"'{column}' must be a number of zero or more, got {baseline.at[wrong[0], column]}",
                where=f"users.baseline, row {wrong[0]}",
            )


def _check_steps(steps: pd.DataFrame, users: set[str]) -> None:
    if steps["step"].duplicated().any():
        twice = steps.loc[steps["step"].duplicated(), "step"].iloc[0]
        raise InputError(f"step '{twice}' appears twice", where="users.steps")
    for column, kind, known in (("user", "user", sorted(users)), ("kind", "kind of step", KINDS)):
        wrong = steps.index[~steps[column].isin(known)]
        if len(wrong):
            where = f"users.steps, row {wrong[0]}"
            raise unknown_name(kind, str(steps.at[wrong[0], column]), known, where=where)
    negative = steps.index[~(steps["potential"] >= 0)]
    if len(negative):
        raise InputError(
            f"the potential must not be negative, got {steps.at[negative[0], 'potential']}",
            where=f"users.steps, row {negative[0]}",
        )
    for column in ("cost", *RATE_OF.values()):
        empty = steps.index[steps[column].isna()]
        if len(empty):
            raise InputError(f"'{column}' is empty", where=f"users.steps, row {empty[0]}")
