"""Tables of a run that never was: the shape and the size of a real one, for tests of the report."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.tables import columns
from dualcarbon.system.parties import GOVERNMENT, Party, buyer, hub, seller, user
from tests.report_five_markets import five_market_tables

SCENARIOS = ("today", "link", "integrate", "complete")
YEARS = (2025, 2030, 2035)
SECTORS = ("steel", "cement", "aluminium", "other_industry")
META = {
    "name": "main",
    "world": "china",
    "command": "dualcarbon run today link integrate complete --days 6",
    "versions": {"pypsa": "1.4.0", "highspy": "1.15.1"},
    "created": "2026-01-05",
    "days": 6,
    "years": list(YEARS),
}


def run_tables() -> dict[str, pd.DataFrame]:
    """All tables of the contract, drawn at random but of the right order of magnitude."""
    rng = np.random.default_rng(7)
    return {
        **_quantities(rng),
        "prices": _prices(rng),
        "settlement": _settlement(rng),
        "all_in_prices": _all_in(np.random.default_rng(11)),
        "indicators": _indicators(),
        **_claims(rng),
        "returns": _returns(rng),
        **_experiments(),
        "backcast": _backcast(),
        "assumptions": _assumptions(),
        "checks": _checks(),
        **five_market_tables(SCENARIOS),
    }


def _quantities(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    fleet = datasets.load("fleet").groupby(["province", "carrier"])["p_nom_mw"].sum() / 1e3
    hours = {
        "nuclear": 7600,
        "gas": 2300,
        "hydro": 3300,
        "onwind": 2200,
        "offwind": 2900,
        "solar": 1250,
        "solar_dist": 1100,
        "biomass": 4500,
        "other_thermal": 3800,
        "phs": 900,
        "battery": 500,
    }
    growth = {"solar": 0.09, "solar_dist": 0.08, "onwind": 0.08, "offwind": 0.12, "battery": 0.2}
    generation, capacity, emissions = [], [], []
    for i, s in enumerate(SCENARIOS):
        for y in YEARS:
            for (p, c), gw in fleet.items():
                now = gw * (1 + growth.get(c, 0.0) * (1 + 0.08 * i)) ** (y - 2024)
                full = hours.get(c, 4400 - 45 * (y - 2024) - 60 * i)
                generation.append((s, y, p, c, now * full / 1e3))
                capacity.append((s, y, p, c, now, now - gw))
            for p in datasets.provinces():
                coal = sum(v for (q, c), v in fleet.items() if q == p and c.startswith("coal"))
                power = coal * 3.6 * (1 - 0.02 * (y - 2024) - 0.01 * i)
                emissions.append((s, y, p, "power", power * rng.uniform(0.97, 1.03)))
                emissions += [(s, y, p, k, rng.uniform(1, 60)) for k in SECTORS]
    names = datasets.load("links")
    flows = [
        (s, y, r[0], r[1], float(rng.uniform(-20, 90)))
        for s in SCENARIOS
        for y in YEARS
        for r in names.iloc[:, :2].to_numpy()
    ]
    keys = ["scenario", "year", "province"]
    return {
        "generation": pd.DataFrame(generation, columns=[*keys, "carrier", "twh"]),
        "capacity": pd.DataFrame(capacity, columns=[*keys, "carrier", "gw", "new_gw"]),
        "emissions": pd.DataFrame(emissions, columns=[*keys, "sector", "mt"]),
        "flows": pd.DataFrame(flows, columns=["scenario", "year", "from", "to", "twh"]),
    }


def _prices(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for i, s in enumerate(SCENARIOS):
        for y in YEARS:
            rows += [
                (
                    s,
                    y,
                    "electricity",
                    "electricity",
                    p,
                    float(rng.normal(355 - 9 * i, 42)),
                    "CNY/MWh",
                )
                for p in datasets.provinces()
            ]
            rows += [
                (s, y, "carbon", "allowance", "all", 72.0 + 8 * (y - 2025), "CNY/t"),
                (s, y, "carbon", "offset limit", "all", 10.0, "CNY/t"),
                (s, y, "green", "certificate, total", "all", 6.0 * i, "CNY/MWh"),
                (s, y, "capacity", "firm capacity", "all", 165_000.0, "CNY/MW/a"),
            ]
    columns = ["scenario", "year", "instrument", "item", "region", "price", "unit"]
    return pd.DataFrame(rows, columns=columns)


def _all_in(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for s in SCENARIOS:
        for y in YEARS:
            for p in datasets.provinces():
                energy, carbon = rng.uniform(200, 400), rng.uniform(0, 20)
                parts = [energy, carbon, rng.uniform(0, 40), rng.uniform(0, 5), 1.2, 0.0]
                whole = sum(parts) - carbon
                for group, twh in (("steel", 12.0), ("other_consumers", 200.0)):
                    rows.append((s, y, p, group, twh, energy * 0.95, *parts, whole))
    return pd.DataFrame(rows, columns=columns("all_in_prices"))


def _settlement(rng: np.random.Generator) -> pd.DataFrame:
    power, carbon, green, capacity = (
        hub(name)
        for name in ("electricity market", "carbon market", "certificate market",
                     "capacity payment")
    )  # fmt: skip
    rows: list[tuple[str, int, str, Party, Party, float]] = []
    for i, s in enumerate(SCENARIOS):
        for y in YEARS:
            for p in datasets.provinces():
                bill = float(rng.uniform(60, 240))
                paid = float(rng.uniform(0.2, 2.5)) * (1 + 0.3 * i)
                rows += [
                    (s, y, "electricity", buyer(p), power, bill),
                    (s, y, "electricity", power, seller("coal_usc", p), bill * 0.6),
                    (s, y, "electricity", power, seller("solar", p), bill * 0.4),
                    (s, y, "carbon", seller("coal_small", p), carbon, paid),
                    (s, y, "carbon", user("steel", p), carbon, paid * 0.3),
                    (s, y, "carbon", carbon, seller("coal_usc", p), paid * 0.8),
                    (s, y, "carbon", carbon, Party("project", "forestry"), paid * 0.3),
                    (s, y, "carbon", carbon, GOVERNMENT, paid * 0.2),
                    (s, y, "green", buyer(p), green, paid * 0.7),
                    (s, y, "green", green, seller("onwind", p), paid * 0.4),
                    (s, y, "green", green, seller("solar", p), paid * 0.3),
                    (s, y, "capacity_payment", buyer(p), capacity, 3.4),
                    (s, y, "capacity_payment", capacity, seller("coal_sc", p), 3.4),
                ]
    return settlement_of(rows)


def settlement_of(rows: list[tuple[str, int, str, Party, Party, float]]) -> pd.DataFrame:
    """A settlement as a run holds it: scenario, year, instrument, payer, payee, bn CNY."""
    told = [
        (s, y, i, a.name, b.name, amount, a.kind, a.what, a.bus, b.kind, b.what, b.bus)
        for s, y, i, a, b, amount in rows
    ]
    return pd.DataFrame(told, columns=columns("settlement"))


def _indicators() -> pd.DataFrame:
    rows = []
    for i, s in enumerate(SCENARIOS):
        for y in YEARS:
            t = y - 2025
            values = {
                "renewable_share": (0.37 + 0.016 * t + 0.012 * i * (t > 0), "share"),
                "nonhydro_share": (0.23 + 0.017 * t + 0.012 * i * (t > 0), "share"),
                "co2_mt": (9900 - 95.0 * t - 40 * i, "Mt"),
                "co2_power_mt": (5350 - 90.0 * t - 40 * i, "Mt"),
                "system_cost_bn_cny": (3650 + 70.0 * t - 15 * i, "bn CNY"),
                "curtailment_share": (0.05 + 0.002 * t - 0.004 * i, "share"),
                "cea_cny_per_t": (72 + 9.0 * t * (1 - 0.1 * i), "CNY/t"),
                "gec_cny_per_mwh": (0.0 if i == 3 else 5 + 1.2 * t, "CNY/MWh"),
                "ccer_cny_per_t": (61 + 8.0 * t * (1 - 0.1 * i), "CNY/t"),
                "power_price_cny_per_mwh": (372 - 2.0 * t - 12 * i, "CNY/MWh"),
                "co2_intensity_t_per_mwh": (0.52 - 0.012 * t, "t/MWh"),
            }
            rows += [(s, y, name, v, unit) for name, (v, unit) in values.items()]
    return pd.DataFrame(rows, columns=["scenario", "year", "indicator", "value", "unit"])


def _claims(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    tokens = [
        (s, y, group, use, float(rng.uniform(40, 900)))
        for s in SCENARIOS
        for y in YEARS
        for group in ("solar existing", "onwind new")
        for use in ("rps", "voluntary", "ccer", "carbon", "expired")
        if use != "carbon" or s in ("link", "integrate")
    ]
    double = [("link", 2030, "ccer", "rps", "solar existing", 41.5, 22.0)]
    return {
        "tokens": pd.DataFrame(tokens, columns=["scenario", "year", "group", "use", "twh"]),
        "double_claims": pd.DataFrame(
            double, columns=["scenario", "year", "first", "second", "group", "twh", "mt"]
        ),
    }


def _returns(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for technology, mean in (("onwind", 0.074), ("solar", 0.061)):
        for p in datasets.provinces():
            before = float(rng.normal(mean, 0.014))
            after = before + float(rng.normal(0.004, 0.006))
            rows += [
                (regime, p, technology, irr, (irr - 0.06) * 6, 320 + 900 * irr, 1000 + 9000 * irr)
                for regime, irr in (("today", before), ("complete", after))
            ]
    columns = [
        "regime",
        "province",
        "technology",
        "irr",
        "npv_per_cny",
        "revenue_cny_per_mwh",
        "full_load_hours",
    ]
    return pd.DataFrame(rows, columns=columns)


def _experiments() -> dict[str, pd.DataFrame]:
    share, cost = "renewable_share", "peaking_cost"
    rows = [
        ("link", "exclusive, all output", share, "share in today", 2.4, 20, 20, True),
        ("link", "double claims allowed", share, "share in today", -0.6, 20, 20, False),
        ("link", "additional output only", share, "share in today", 6.1, 20, 20, True),
        ("link", "cap tightened by credits", share, "share in today", 11.8, 20, 20, True),
        ("integrate", "central path", cost, "system cost", -1.1, -2.9, -1.7, True),
        ("integrate", "tight path", cost, "system cost", -1.9, -2.9, -1.7, True),
        ("integrate", "central path", cost, "incremental cost", -31.0, np.nan, np.nan, None),
        ("complete", "wind, median province", "irr", "return today", 5.2, 2.3, 14.5, True),
        ("complete", "solar, median province", "irr", "return today", -3.8, 2.3, 14.5, False),
    ]
    words = ("Because the quota binds.", "因为消纳责任权重起约束作用。")
    experiments = pd.DataFrame(
        [
            (e, v, f"算例：{v}", i, b, o, "%", lo, hi, _base(e, b, lo), s, _size(e, s), *words)
            for e, v, i, b, o, lo, hi, s in rows
        ],
        columns=[
            "experiment",
            "variant_en",
            "variant_zh",
            "indicator",
            "base",
            "ours",
            "unit",
            "published_low",
            "published_high",
            "published_base",
            "sign_holds",
            "size",
            "reading_en",
            "reading_zh",
        ],
    )
    verdicts = pd.DataFrame(
        [
            (
                "link",
                "holds only if",
                "smaller",
                "Renewables rise only where tokens are exclusive and the quota "
                "binds; elsewhere the link merely relaxes the carbon obligation.",
                "仅当属性唯一且消纳责任权重起约束作用时，可再生能源占比才会上升；否则只是放松了配额约束。",
            ),
            (
                "integrate",
                "holds",
                "",
                "One market reaches the same emissions at lower cost; the saving "
                "is somewhat smaller than published.",
                "统一市场以更低成本实现同样的排放，节省幅度略小于文献。",
            ),
            (
                "complete",
                "does not hold",
                "",
                "Wind gains, but solar loses its guaranteed tariff and earns less at noon.",
                "风电受益，但光伏失去保障性电价，午间电价走低，收益下降。",
            ),
        ],
        columns=["experiment", "verdict", "size", "reading_en", "reading_zh"],
    )
    sensitivity = pd.DataFrame(
        [
            ("link", "stringency", 0.97, "factor", 2.4),
            ("link", "stringency", 0.9, "factor", 9.6),
            ("link", "conversion rate k", 0.3, "t/MWh", 1.1),
            ("link", "conversion rate k", 0.8273, "t/MWh", 4.9),
            ("link", "gas price", 0.7, "1", -0.4),
            ("link", "gas price", 1.3, "1", 2.9),
            ("integrate", "wacc", 0.04, "share", -0.7),
            ("integrate", "wacc", 0.09, "share", -1.6),
            ("integrate", "stringency", 0.97, "factor", -0.5),
            ("integrate", "stringency", 0.92, "factor", -2.2),
            ("complete", "coal_price_factor", 0.8, "factor", -6.0),
            ("complete", "coal_price_factor", 1.2, "factor", 12.1),
        ],
        columns=["experiment", "assumption", "value", "unit", "ours"],
    )
    return {"experiments": experiments, "verdicts": verdicts, "sensitivity": sensitivity}


def _base(experiment: str, base: str, low: float) -> str:
    """What the published percentage is a share of: the paper does not name it for integration."""
    if np.isnan(low):
        return ""
    return "cost of peaking, not defined" if experiment == "integrate" else base


def _size(experiment: str, sign: bool | None) -> str:
    return {"link": "smaller", "complete": "inside the range"}.get(experiment, "") if sign else ""


def _backcast() -> pd.DataFrame:
    rows = [
        ("generation_thermal", "China", 6390.0, 6343.8, "TWh", 5.0),
        ("generation_nuclear", "China", 438.0, 445.0, "TWh", 5.0),
        ("generation_hydro", "China", 1405.0, 1424.0, "TWh", 7.0),
        ("generation_wind", "China", 1009.0, 936.0, "TWh", 7.0),
        ("generation_solar", "China", 791.0, 839.0, "TWh", 10.0),
        ("grid_factor", "China", 0.541, 0.5306, "t/MWh", 8.0),
        ("power price", "Guangdong", 372.0, 346.0, "CNY/MWh", 20.0),
        ("power price", "Shandong", 301.0, 317.0, "CNY/MWh", 20.0),
        ("power price", "Gansu", 207.0, 263.0, "CNY/MWh", 20.0),
    ]
    frame = pd.DataFrame(rows, columns=["item", "region", "ours", "observed", "unit", "tolerance"])
    frame["error"] = 100 * (frame["ours"] / frame["observed"] - 1)
    frame = frame.assign(year=2024, error_in="%", grade="B")
    return frame.assign(source="National Bureau of Statistics 2025")


def _assumptions() -> pd.DataFrame:
    rows = [
        ("wacc", 0.06, "share", 2024, "C", "literature", "Real, after tax.", "实际值，税后。"),
        (
            "stringency",
            "2025: 1.00, 2030: 0.97",
            "factor",
            2025,
            "D",
            "own assumption",
            "Path of the benchmarks.",
            "基准线收紧路径。",
        ),
        (
            "offset_limit",
            0.05,
            "share",
            2024,
            "B",
            "MEE allocation plan",
            "Of covered emissions.",
            "占清缴义务的比例。",
        ),
    ]
    return pd.DataFrame(
        rows, columns=["name", "value", "unit", "year", "grade", "source", "note_en", "note_zh"]
    )


def _checks() -> pd.DataFrame:
    names = (
        "markets clear",
        "price times slack is zero",
        "primal equals dual objective",
        "payments net to zero",
        "costs and transfers add up to the objective",
        "every renewable MWh has one token",
        "marginal entrants earn exactly their cost",
    )
    rows = [(s, name, 3e-9 * (i + 1), True) for s in SCENARIOS for i, name in enumerate(names)]
    return pd.DataFrame(rows, columns=["scenario", "invariant", "violation", "holds"])
