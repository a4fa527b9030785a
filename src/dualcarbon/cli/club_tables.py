"""What ``dualcarbon club`` prints for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dualcarbon.cli.console import output
from dualcarbon.cli.layout import show

if TYPE_CHECKING:
    from dualcarbon.international.clubs.sweep import Cell

NOTIONS = {
    "is_nash": "no single region moves (Nash)",
    "is_internal": "no member leaves",
    "is_external": "no outsider joins",
    "is_potential_internal": "members can pay one another to stay",
    "is_strong": "no group moves (strong)",
}


def show_club(found: dict[str, Any]) -> None:
    """Print members, notions of stability and payoffs by region."""
    members, everyone = found["members"], found["payoffs_bn"]
    names = ", ".join(members) if members else "none"
    console = output()
    console.print(f"\n{len(members)} of {len(everyone)} regions are members: {names}")
    rows = [[words, found[key]] for key, words in NOTIONS.items()]
    show("Stability", ["", "holds"], rows, text_columns=1)
    if found["blocking_group"]:
        console.print(f"would move together: {', '.join(found['blocking_group'])}")
    if found["cycle"]:
        sizes = " > ".join(str(len(state)) for state in found["cycle"])
        console.print(f"groups keep moving in a cycle; members: {sizes}")
    gain, price = found["gain_over_no_club_bn"], found["prices_usd_per_t"]
    table = [[name, name in members, price[name], everyone[name], gain[name]] for name in everyone]
    heads = ["region", "member", "price, USD/t", "payoff, bn USD", "gain over no club, bn USD"]
    show("Payoffs a year", heads, table, text_columns=2)
    cut, low, high = (
        100 * found[key] for key in ("emission_cut", "emission_cut_no_club",
                                     "emission_cut_cooperative")
    )  # fmt: skip
    console.print(
        f"emissions fall by {cut:.1f} %, without a club by {low:.1f} %, "
        f"in full cooperation by {high:.1f} %"
    )


def show_sweep(cells: list[Cell]) -> None:
    """Print the number of members over price and tariff; an asterisk marks cycles."""
    tariffs = list(dict.fromkeys(c.tariff for c in cells))
    heads = ["USD/t", *(f"{100 * t:g} %" for t in tariffs)]
    rows = [
        [f"{price:g}", *(_members(c) for c in cells if c.price == price)]
        for price in dict.fromkeys(c.price for c in cells)
    ]
    show("Members of the largest stable club", heads, rows, text_columns=len(heads))
    output().print("*: groups of regions keep moving; –: not even single regions rest")


def _members(cell: Cell) -> str:
    mark = "*" if cell.cycles else ""
    return f"{len(cell.members)}{mark}" if cell.nash else f"–{mark}"
