"""Equal cumulative emissions per head: past and future shared together."""

from __future__ import annotations

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.rights.basis import Basis, checked_budget
from dualcarbon.responsibility.rights.budgets import Budgets

HEADS = ("present", "each_year")


def equal_cumulative(
    basis: Basis,
    budget: float,
    *,
    start: int | None = None,
    discount: float = 0.0,
    heads: str = "present",
) -> Budgets:
    """``B_i = s_i (H + B) - h_i``: each head has the same share of past and future emissions.

    ``h_i = sum_t E_it (1 - discount)^(T - t)`` from the start year to the last year T, ``H`` its
    sum over regions. With ``heads="present"`` shares s are those of today's population; with
    ``"each_year"`` the past is shared by the people who lived then,
    ``B_i = s_iT B + sum_t (1 - discount)^(T - t) (s_it W_t - E_it)``.

    Args:
        basis: emissions and population; budget: Gt CO2.
        start: first year of responsibility; by default the first of the series.
        discount: how much less a year's emissions count for each year that they lie back, 0 to 1.
        heads: ``present`` or ``each_year``.

    Raises:
        InputError: a start year outside the series, a discount outside 0 to 1, unknown heads, or
            no population for a year of the past.
    """
    total = checked_budget(budget)
    if heads not in HEADS:
        raise unknown_name("way of counting heads", heads, HEADS, where="heads")
    if not 0.0 <= discount < 1.0:
        raise InputError(f"{discount:g} is no rate", where="discount", allowed="0 to below 1")
    past = basis.emissions if start is None else basis.since(start)
    past = past.mul((1.0 - discount) ** (basis.year - past.index.to_numpy(dtype=float)), axis=0)
    share = basis.people / float(basis.people.sum())
    used = past.sum()
    if heads == "present":
        fair = share * float(used.sum())
    else:
        missing = past.index.difference(basis.population.index)
        if len(missing):
            raise InputError(f"no population of {missing[0]}", where="population")
        people = basis.population.loc[past.index]
        fair = people.div(people.sum(axis=1), axis=0).mul(past.sum(axis=1), axis=0).sum()
    values = share * total + fair - used
    settings = {"start": int(past.index[0]), "discount": discount, "heads": heads}
    return Budgets("equal_cumulative", values, total, basis.year, settings).check()
