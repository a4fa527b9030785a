"""The numbers of the teaching world, all illustrative (grade D)."""

from __future__ import annotations

import pandas as pd

SLICE_HOURS = 4

DAYS = {"winter": (1, 118), "summer": (7, 96), "mild": (4, 151)}
"""Typical day: month, and the number of days of a year that it stands for."""

PROVINCES = pd.DataFrame(
    {
        "name_zh": ["西州", "南州", "东州"],
        "grid": ["inland", "inland", "coast"],
        "x": [100.0, 105.0, 117.0],
        "y": [38.0, 26.0, 31.0],
        "mean_load_gw": [24.0, 21.0, 58.0],
    },
    index=pd.Index(["Westland", "Southland", "Eastland"], name="name"),
)

CARRIERS = pd.DataFrame(
    {
        "co2_emissions": [0.3406, 0.3406, 0.3406, 0.2020, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        "renewable": [False, False, False, False, True, True, True, True, False, False],
        "nice_name": [
            "Coal, ultra-supercritical", "Coal, supercritical", "Coal, small", "Gas",
            "Hydro", "Onshore wind", "Offshore wind", "Solar", "Battery", "Transmission",
        ],
        "name_zh": [
            "超超临界煤电", "超临界煤电", "小型煤电", "气电",
            "水电", "陆上风电", "海上风电", "光伏", "储能电池", "输电",
        ],
    },
    index=pd.Index(
        ["coal_usc", "coal_sc", "coal_small", "gas",
         "hydro", "onwind", "offwind", "solar", "battery", "AC"],
        name="name",
    ),
)  # fmt: skip
"""Emission factors in t CO2 per MWh of fuel."""

TECHNOLOGIES = pd.DataFrame(
    [
        ("coal_usc", "coal", 0.445, "coal_over_300", 8.0, 3600.0, 0.020, 40.0, 0.000, 0.88),
        ("coal_sc", "coal", 0.415, "coal_over_300", 9.0, 3500.0, 0.020, 40.0, 0.000, 0.86),
        ("coal_small", "coal", 0.358, "coal_upto_300", 12.0, 3900.0, 0.025, 40.0, 0.000, 0.84),
        ("gas", "gas", 0.545, "gas", 6.0, 2300.0, 0.020, 30.0, 0.000, 0.90),
        ("onwind", "", 1.0, "", 1.0, 6300.0, 0.020, 25.0, 0.010, 1.0),
        ("offwind", "", 1.0, "", 2.0, 12400.0, 0.022, 25.0, 0.020, 1.0),
        ("solar", "", 1.0, "", 0.5, 3900.0, 0.015, 25.0, 0.020, 1.0),
        ("battery", "", 1.0, "", 0.0, 2700.0, 0.010, 15.0, 0.030, 1.0),
    ],
    columns=[
        "carrier", "fuel", "efficiency", "ets_class", "variable_cost", "cny_per_kw",
        "fixed_share", "lifetime", "cost_decline", "available",
    ],
).set_index("carrier")  # fmt: skip
"""Efficiency; running cost beside fuel, CNY/MWh; investment in 2025, CNY/kW; yearly fixed cost as
a share of it; lifetime, a; yearly fall of the investment; availability without weather."""

FUEL_PRICE = {
    ("Westland", "coal"): 61.0,
    ("Southland", "coal"): 94.0,
    ("Eastland", "coal"): 88.0,
    ("Westland", "gas"): 215.0,
    ("Southland", "gas"): 240.0,
    ("Eastland", "gas"): 232.0,
}
"""CNY per MWh of fuel."""

EXISTING_GW = {
    ("Westland", "coal_sc"): 27.0,
    ("Westland", "coal_small"): 8.0,
    ("Westland", "onwind"): 14.0,
    ("Westland", "solar"): 9.0,
    ("Southland", "coal_sc"): 7.0,
    ("Southland", "coal_small"): 5.0,
    ("Southland", "solar"): 6.0,
    ("Eastland", "coal_usc"): 34.0,
    ("Eastland", "coal_sc"): 16.0,
    ("Eastland", "coal_small"): 4.0,
    ("Eastland", "gas"): 11.0,
    ("Eastland", "offwind"): 3.0,
    ("Eastland", "solar"): 13.0,
}

HYDRO_GW = 26.0

EXPANDABLE = pd.DataFrame(
    [
        ("Westland", "onwind", "near", 9.0, 1.00),
        ("Westland", "onwind", "far", 16.0, 1.13),
        ("Westland", "solar", "near", 12.0, 1.00),
        ("Westland", "solar", "far", 20.0, 1.11),
        ("Westland", "battery", "new", 30.0, 1.00),
        ("Westland", "gas", "new", 300.0, 1.00),
        ("Southland", "onwind", "near", 5.0, 1.16),
        ("Southland", "solar", "near", 14.0, 1.03),
        ("Southland", "gas", "new", 300.0, 1.00),
        ("Eastland", "offwind", "near", 9.0, 1.00),
        ("Eastland", "offwind", "far", 18.0, 1.18),
        ("Eastland", "solar", "near", 11.0, 1.07),
        ("Eastland", "solar", "far", 22.0, 1.21),
        ("Eastland", "battery", "new", 40.0, 1.04),
        ("Eastland", "gas", "new", 600.0, 1.00),
    ],
    columns=["bus", "carrier", "step", "most_gw", "cost_factor"],
)
"""What can be built in each period: most capacity and its cost over the technology's."""

LINKS = pd.DataFrame(
    {
        "bus0": ["Westland", "Southland", "Westland"],
        "bus1": ["Eastland", "Eastland", "Southland"],
        "p_nom": [13000.0, 9000.0, 3000.0],
        "p_min_pu": [0.0, 0.0, -1.0],
        "efficiency": [0.945, 0.960, 1.0],
        "planned_mwh": [62e6, 38e6, 5e6],
    },
    index=pd.Index(["West-East", "South-East", "West-South"], name="name"),
)

LOAD_SHAPE = {
    "Westland": {
        "winter": [0.97, 1.01, 1.07, 1.05, 1.11, 1.04],
        "summer": [0.90, 0.94, 1.03, 1.05, 1.04, 0.98],
        "mild": [0.90, 0.94, 1.00, 0.98, 1.02, 0.95],
    },
    "Southland": {
        "winter": [0.77, 0.84, 1.01, 0.99, 1.08, 0.93],
        "summer": [0.95, 0.98, 1.19, 1.24, 1.22, 1.10],
        "mild": [0.79, 0.85, 0.99, 0.98, 1.03, 0.91],
    },
    "Eastland": {
        "winter": [0.79, 0.86, 1.08, 1.04, 1.12, 0.92],
        "summer": [0.93, 0.97, 1.26, 1.31, 1.24, 1.08],
        "mild": [0.75, 0.82, 1.02, 0.99, 1.01, 0.86],
    },
}
"""Load of each slice over the mean load of the year."""

SUN = {
    "winter": [0.0, 0.02, 0.41, 0.44, 0.03, 0.0],
    "summer": [0.0, 0.11, 0.55, 0.58, 0.17, 0.0],
    "mild": [0.0, 0.07, 0.51, 0.53, 0.09, 0.0],
}
WEST_WIND = {
    "winter": [0.39, 0.36, 0.34, 0.38, 0.42, 0.41],
    "summer": [0.25, 0.20, 0.16, 0.19, 0.23, 0.27],
    "mild": [0.34, 0.30, 0.29, 0.35, 0.37, 0.36],
}
SEA_WIND = {
    "winter": [0.51, 0.49, 0.46, 0.45, 0.48, 0.50],
    "summer": [0.30, 0.28, 0.25, 0.27, 0.31, 0.32],
    "mild": [0.39, 0.37, 0.34, 0.36, 0.38, 0.40],
}


def _scaled(shape: dict[str, list[float]], factor: float) -> dict[str, list[float]]:
    return {day: [round(factor * value, 4) for value in slices] for day, slices in shape.items()}


AVAILABILITY = {
    ("Westland", "solar"): _scaled(SUN, 1.12),
    ("Southland", "solar"): _scaled(SUN, 0.93),
    ("Eastland", "solar"): SUN,
    ("Westland", "onwind"): WEST_WIND,
    ("Southland", "onwind"): _scaled(WEST_WIND, 0.74),
    ("Eastland", "offwind"): SEA_WIND,
}
"""Output over capacity by slice."""

INFLOW_SHAPE = {"winter": [0.24] * 6, "summer": [0.63] * 6, "mild": [0.42] * 6}

USERS = {
    ("Westland", "steel"): (32.0, 58.0, 4.0, 14.0),
    ("Eastland", "steel"): (66.0, 117.0, 8.0, 31.0),
    ("Southland", "cement"): (95.0, 74.0, 45.0, 5.7),
    ("Eastland", "cement"): (60.0, 46.0, 28.0, 3.6),
    ("Westland", "aluminium"): (9.0, 17.0, 15.0, 121.0),
}
"""Bus and sector: output in Mt, direct emissions and those of the process in Mt CO2 per year,
electricity in TWh, part of the bus's load."""

TCE_PER_T = 0.38
"""Coal equivalent burnt per t of fuel CO2, tce/t."""

MEASURES = {
    "steel": [
        ("efficiency", 0.045, 38.0, 0.05, 0.38, 2025),
        ("scrap", 0.085, 142.0, -0.46, 0.34, 2025),
        ("gas injection", 0.060, 236.0, 0.0, 0.0, 2025),
        ("hydrogen", 0.160, 710.0, -1.90, 0.36, 2030),
    ],
    "cement": [
        ("efficiency", 0.035, 47.0, 0.08, 0.38, 2025),
        ("clinker substitutes", 0.080, 118.0, 0.02, 0.15, 2025),
        ("alternative fuels", 0.070, 197.0, -0.03, 0.10, 2025),
        ("carbon capture", 0.250, 560.0, -0.25, -0.06, 2030),
    ],
    "aluminium": [
        ("cell control", 0.060, 83.0, 0.90, 0.0, 2025),
        ("inert anodes", 0.220, 455.0, 0.35, 0.0, 2030),
    ],
}
"""Measure, share of emissions abated, cost in CNY/t, MWh and tce saved per t abated, first year."""

CONSERVATION = ("efficiency",)
"""Measures that save energy; the others change fuels, materials or routes."""
