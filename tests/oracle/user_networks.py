"""Small networks as users build them: sectors coupled by links, carbon at a bus of its own."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pypsa

from dualcarbon.system.network import quiet_pypsa

YEAR = 8760.0


def blank(periods: Iterable[int] = (), slices: int = 1) -> pypsa.Network:
    """A network without components whose snapshots stand for a year (of each period)."""
    n = pypsa.Network()
    hours = pd.date_range("2030-01-01", periods=slices, freq="h")
    years = list(periods)
    if not years:
        n.set_snapshots(hours)
    else:
        n.set_snapshots(pd.MultiIndex.from_product([years, hours], names=["period", "timestep"]))
        n.investment_periods = years
    n.snapshot_weightings.loc[:, :] = YEAR / slices
    return n


def carriers(n: pypsa.Network, renewable: Iterable[str] = (), **emitting: float) -> None:
    """Carriers of all components: factors in t per MWh of fuel, and which are renewable."""
    used = {"AC", *n.c.buses.static["carrier"], *emitting, *renewable}
    for component in ("generators", "links", "storage_units", "stores", "loads"):
        used |= set(n.c[component].static["carrier"])
    names = sorted(used - {""})
    n.add("Carrier", names, co2_emissions=[emitting.get(c, 0.0) for c in names],
          renewable=[c in set(renewable) for c in names])  # fmt: skip


def coal_and_gas(n: pypsa.Network, load: float = 100.0, **gas: float) -> None:
    """Fuel buses, plants as links that leave their carbon at the atmosphere, and a flat load.

    Coal 20 per MWh and 1 t per MWh, gas 60 and 0.5: one ton less costs (60 - 20) / 0.5 = 80.
    """
    n.add("Bus", ["town", "coal", "gas"], carrier=["AC", "coal", "gas"])
    n.add("Bus", "co2 atmosphere", carrier="co2")
    n.add("Store", "co2 atmosphere", bus="co2 atmosphere", carrier="co2", e_nom=1e9, e_min_pu=-1.0)
    n.add("Load", "town", bus="town", p_set=load)
    n.add("Generator", ["mine", "well"], bus=["coal", "gas"], carrier=["coal", "gas"], p_nom=1e4,
          marginal_cost=[8.0, 30.0])  # fmt: skip
    n.add("Link", "coal plant", bus0="coal", bus1="town", bus2="co2 atmosphere", p_nom=500.0,
          carrier="coal plant", efficiency=0.4, efficiency2=0.4)  # fmt: skip
    n.add("Link", "gas plant", bus0="gas", bus1="town", bus2="co2 atmosphere", p_nom=500.0,
          carrier="gas plant", efficiency=0.5, efficiency2=0.25)  # fmt: skip


def sector_coupled() -> pypsa.Network:
    """Power, heat, hydrogen and captured carbon in six slices, as PyPSA-Eur builds them."""
    n = blank(slices=6)
    n.add("Bus", ["power", "gas", "coal", "heat", "H2", "co2 stored"],
          carrier=["AC", "gas", "coal", "heat", "H2", "co2 stored"])  # fmt: skip
    n.add("Bus", "co2 atmosphere", carrier="co2")
    n.add("Store", "co2 atmosphere", bus="co2 atmosphere", carrier="co2", e_nom_extendable=True,
          e_min_pu=-1.0)  # fmt: skip
    n.add("Store", "co2 stored", bus="co2 stored", carrier="co2 stored", e_nom=1e7)
    n.add("Generator", ["gas", "coal"], bus=["gas", "coal"], carrier=["gas", "coal"], p_nom=1e5,
          marginal_cost=[25.0, 9.0])  # fmt: skip
    n.add("Generator", "wind", bus="power", carrier="wind", p_nom_extendable=True,
          capital_cost=90e3, p_max_pu=[0.4, 0.5, 0.2, 0.1, 0.35, 0.4])  # fmt: skip
    n.add("Link", ["turbine", "coal plant"], bus0=["gas", "coal"], bus1="power",
          bus2="co2 atmosphere", carrier=["turbine", "coal plant"], p_nom=3000.0,
          efficiency=[0.5, 0.4], efficiency2=[0.2, 0.34], marginal_cost=2.0)  # fmt: skip
    n.add("Link", "boiler", bus0="gas", bus1="heat", bus2="co2 atmosphere", carrier="boiler",
          p_nom=3000.0, efficiency=0.9, efficiency2=0.2, marginal_cost=1.0)  # fmt: skip
    n.add("Link", "heat pump", bus0="power", bus1="heat", carrier="heat pump",
          p_nom_extendable=True, capital_cost=40e3,
          efficiency=pd.Series([2.5, 2.6, 3.0, 3.2, 3.0, 2.7], n.snapshots))  # fmt: skip
    n.add("Link", "captured", bus0="gas", bus1="power", bus2="heat", bus3="co2 atmosphere",
          bus4="co2 stored", carrier="captured", p_nom_extendable=True, capital_cost=150e3,
          efficiency=0.35, efficiency2=0.3, efficiency3=0.02, efficiency4=0.18)  # fmt: skip
    n.add("Link", "electrolyser", bus0="power", bus1="H2", carrier="electrolyser",
          p_nom_extendable=True, capital_cost=30e3, efficiency=0.7)  # fmt: skip
    n.add("Link", "from the air", bus0="co2 atmosphere", bus1="co2 stored", bus2="power",
          carrier="from the air", p_nom_extendable=True, capital_cost=1e6, efficiency=1.0,
          efficiency2=-0.4)  # fmt: skip
    for end in ("3", "4"):
        n.c.links.static[f"efficiency{end}"] = n.c.links.static[f"efficiency{end}"].fillna(1.0)
    n.add("Load", ["power", "heat"], bus=["power", "heat"])
    n.c.loads.dynamic["p_set"] = pd.DataFrame(
        {"power": [800.0, 700.0, 1100.0, 1300.0, 1200.0, 900.0],
         "heat": [500.0, 500.0, 400.0, 400.0, 500.0, 600.0]}, index=n.snapshots)  # fmt: skip
    n.add("Load", "H2", bus="H2", p_set=100.0)
    n.add("Load", "process", bus="co2 atmosphere", carrier="process", p_set=-20.0)
    carriers(n, renewable=["wind"], co2=-1.0)
    return n


def own_optimum(n: pypsa.Network) -> pypsa.Network:
    """The network as PyPSA solves it by itself, with shadow prices."""
    n = n.copy()
    with quiet_pypsa():
        n.optimize(
            solver_name="highs",
            multi_investment_periods=n.has_investment_periods,
            include_objective_constant=False,
            output_flag=False,
        )
    return n
