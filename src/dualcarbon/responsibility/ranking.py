"""Who gains from which principle: the change of each account against a base."""

from __future__ import annotations

import pandas as pd

from dualcarbon.errors import InputError, unknown_name


def changes(accounts: pd.DataFrame, base: str = "PBA") -> pd.DataFrame:
    """Change of each region's account from the base to every principle, as a share of the base.

    Below zero the region answers for less than under the base: it gains. A principle that does
    not sum to the world (full production) is scaled to the sum of the base first, so that what one
    region gains others lose.

    Args:
        accounts: regions x principles, one unit; base: a column.

    Raises:
        InputError: the base is no column, or is zero for a region.
    """
    if base not in accounts.columns:
        raise unknown_name("principle", base, map(str, accounts.columns), where="base")
    reference = accounts[base]
    if not (reference > 0).all():
        raise InputError(f"account is not above zero for '{reference.idxmin()}'", where=base)
    scaled = accounts * (reference.sum() / accounts.sum())
    return scaled.sub(reference, axis=0).div(reference, axis=0).assign(**{base: 0.0})


def ranking(accounts: pd.DataFrame, base: str = "PBA") -> pd.DataFrame:
    """For each region the principle that it gains most and loses most from.

    Args:
        accounts: regions x principles; base: see :func:`changes`.

    Returns:
        Index region, by the size of the base; ``best``, ``best_change``, ``worst``,
        ``worst_change``, ``range`` (share of the base between both).

    Raises:
        InputError: see :func:`changes`.
    """
    moved = changes(accounts, base)
    table = pd.DataFrame(
        {
            "best": moved.idxmin(axis=1),
            "best_change": moved.min(axis=1),
            "worst": moved.idxmax(axis=1),
            "worst_change": moved.max(axis=1),
            "range": moved.max(axis=1) - moved.min(axis=1),
        }
    )
    return table.loc[accounts[base].sort_values(ascending=False).index]


def gainers(accounts: pd.DataFrame, principle: str, base: str = "PBA") -> pd.DataFrame:
    """Regions in the order of what they gain from one principle.

    Returns:
        Index region; ``base``, ``account``, ``change`` (in the unit of the accounts),
        ``change_share``; those that gain most come first.

    Raises:
        InputError: unknown principles.
    """
    if principle not in accounts.columns:
        raise unknown_name("principle", principle, map(str, accounts.columns))
    share = changes(accounts[list(dict.fromkeys([base, principle]))], base)[principle]
    before = accounts[base]
    table = pd.DataFrame(
        {
            "base": before,
            "account": before * (1 + share),
            "change": before * share,
            "change_share": share,
        }
    )
    return table.sort_values("change")
