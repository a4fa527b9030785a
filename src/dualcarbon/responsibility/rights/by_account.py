"""Budgets from responsibility under accounting principles: one world table, any principle."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dualcarbon.datasets.countries import alpha3
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles import accounts
from dualcarbon.responsibility.rights.basis import Basis
from dualcarbon.responsibility.rights.effort import responsibility
from dualcarbon.responsibility.rights.embedded import embedded_basis, members
from dualcarbon.responsibility.table.countries import REST

OWN = {"EU": "EU27"}


def basis_of(regions: Sequence[str], year: int = 2022) -> Basis:
    """The embedded basis in the regions of a world table; its rest of the world takes the rest.

    The EU of the compact table is that of today, Croatia included here.

    Raises:
        InputError: a label that is no country, a year outside the series.
    """
    whole = embedded_basis(year)
    rest = [label for label in regions if label in REST]
    codes = {label: OWN.get(label) or alpha3(label) for label in regions if label not in rest}
    found = members(list(codes.values()), whole.regions)
    groups = {label: found[code] for label, code in codes.items()}
    left = found.get("ROW", ())
    return whole.grouped(groups | ({rest[0] if rest else "ROW": left} if left else {}))


def budgets_by_account(
    system: LeontiefSystem,
    budget: float,
    principles: Sequence[str] = ("PBA", "CBA", "income"),
    *,
    year: int = 2022,
    horizon: int | None = None,
) -> pd.DataFrame:
    """What each region may still emit if the effort follows its account under each principle.

    ``B_r = BAU_r - R a_r / sum a`` with the account a of the table's year.

    Args:
        system: of a world table whose regions are countries, ``EU`` and a rest of the world.
        budget: Gt CO2; principles: keys; year: last year of history.
        horizon: see :func:`~dualcarbon.responsibility.rights.effort.baseline`.

    Returns:
        Gt CO2; rows regions of the table, columns principles; each column sums to the budget.

    Raises:
        InputError: an unknown principle, a region that is no country, a table without a rest of
            the world that does not hold all countries.
    """
    basis = basis_of(system.table.regions, year)
    found = accounts(system, principles)
    return pd.DataFrame(
        {
            name: responsibility(basis, budget, account=found[name], horizon=horizon).values
            for name in principles
        }
    ).rename_axis("region")
