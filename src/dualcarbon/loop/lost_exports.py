"""Output that is not made because nobody abroad buys it, as a step of its maker."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pandas as pd
import xarray as xr
from pydantic import Field

from dualcarbon.errors import InputError
from dualcarbon.instruments.base import Instrument
from dualcarbon.loop.border import Good, makers

if TYPE_CHECKING:
    from dualcarbon.system.model import PolicyModel
    from dualcarbon.system.users import EnergyUsers

NOT_EXPORTED = "not_exported"


def plain(values: pd.Series) -> dict[int, float]:
    """Values by year, as a scenario writes them."""
    return {int(year): float(value) for year, value in values.items()}


class LostExports(Instrument):
    """Output that is not made because nobody abroad buys it: ``activity[step, y] = amount``.

    It is no policy; it stands among the instruments so that a round is a warm solve.

    Attributes:
        amount: t a year by user and year; nothing where none is given.
    """

    key: ClassVar[str] = "lost_exports"
    policy: ClassVar[bool] = False

    amount: dict[str, dict[int, float]] = Field(default_factory=dict)

    @classmethod
    def of(cls, amount: pd.DataFrame) -> LostExports:
        """From a table, rows users, columns years."""
        some = amount[(amount != 0).any(axis=1)]
        return cls(amount={str(user): plain(row) for user, row in some.iterrows()})

    def attach(self, model: PolicyModel) -> None:
        """Hold every step of lost exports at its amount."""
        users = model.energy_users
        steps = users.steps[users.steps["measure"] == NOT_EXPORTED]
        years = model.periods
        held = pd.DataFrame(
            [[self.amount.get(user, {}).get(int(y), 0.0) for y in years] for user in steps["user"]],
            index=steps.index,
            columns=years,
        )
        level = xr.DataArray(held.to_numpy(float), coords={"step": steps.index, "period": years})
        model.row(
            "lost_exports-amount",
            users.activity.sel(step=steps.index) == level,
            unit="CNY/t",
            meaning="output that buyers abroad no longer take is not made",
            zh="境外买方不再购买的产量不再生产",
        )


def with_lost_exports(users: EnergyUsers, goods: tuple[Good, ...]) -> EnergyUsers:
    """The users with a step for what they no longer export, at no cost of its own.

    A tonne that is not made saves its emissions, electricity and fuel, as the user's mean tonne.

    Raises:
        InputError: nobody makes what the border meets.
    """
    from dualcarbon.system.users import EnergyUsers

    most = users.baseline.groupby("user")["output"].max()
    first = users.baseline.drop_duplicates("user").set_index("user")
    names = [name for good in goods for name in makers(first, good)]
    if not names:
        raise InputError("nobody makes what the border meets", where="system.users",
                         allowed=[good.sector for good in goods])  # fmt: skip
    base = first.loc[names]
    steps = pd.DataFrame({
        "step": [f"{name} {NOT_EXPORTED}" for name in names],
        "user": names,
        "measure": NOT_EXPORTED,
        "kind": "output",
        "potential": most[names].to_numpy(),
        "cost": 0.0,
        "co2_t": (base["co2_t"] / base["output"]).to_numpy(),
        "electricity": (base["electricity_mwh"] / base["output"]).to_numpy(),
        "fuel_tce": (base["fuel_tce"] / base["output"]).to_numpy(),
        "output": 1.0,
        "unit": "t",
        "from_year": 0,
        "ramp_years": 1,
    })  # fmt: skip
    return EnergyUsers(users.baseline, pd.concat([users.steps, steps], ignore_index=True))
