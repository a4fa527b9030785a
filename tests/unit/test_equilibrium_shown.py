"""An equilibrium shows itself in a few lines, in a terminal and in a notebook."""

from __future__ import annotations

from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.instruments import CarbonMarket, ElectricityMarket
from tests import worlds


def solved() -> Equilibrium:
    instruments = [ElectricityMarket(), CarbonMarket(cap=9.0e6)]
    return worlds.anew(instruments, worlds.small)


def test_an_equilibrium_shows_itself_in_a_few_lines() -> None:
    eq = solved()
    lines = repr(eq).splitlines()
    assert lines[0] == "Equilibrium of electricity, carbon"
    assert 4 <= len(lines) <= 10
    assert max(map(len, lines)) <= 100
    price = eq.prices.query("item == 'allowance'").set_index("period")["price"]
    shown = next(line for line in lines if line.startswith("allowance"))
    assert shown.split() == ["allowance", "CNY/t", f"{price[2025]:,.1f}", f"{price[2030]:,.1f}"]
    page = eq._repr_html_()
    assert page.startswith("<b>Equilibrium</b> of electricity, carbon<table")
    assert f"{price[2030]:,.1f}" in page
