"""Small world tables in the layouts of the databases, made of one table that is known."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from dualcarbon.responsibility.table.table import InputOutputTable

SECTORS = ("c1", "c2", "c35")
REGIONS = ("AUS", "CHN", "USA")
CATEGORIES = ("households", "investment")
YEAR = 2009


def table(
    regions: tuple[str, ...] = REGIONS,
    sectors: tuple[str, ...] = SECTORS,
    categories: tuple[str, ...] = CATEGORIES,
    seed: int = 1,
) -> InputOutputTable:
    """A balanced random table with CO2 in Mt."""
    random = np.random.default_rng(seed)
    n, r = len(regions) * len(sectors), len(regions)
    Z = random.uniform(0, 5, (n, n)).round(3)
    Y = random.uniform(5, 60, (n, r * len(categories))).round(3)
    F = random.uniform(1, 9, (1, n)).round(3)
    return InputOutputTable.of(
        Z, Y, F, F_Y=random.uniform(1, 4, (1, r)).round(3), regions=regions, sectors=sectors,
        categories=categories, year=YEAR, name="mock",
    )  # fmt: skip


def shuffled(frame: pd.DataFrame, seed: int = 3) -> pd.DataFrame:
    """The same cells with rows and columns in another order."""
    random = np.random.default_rng(seed)
    rows, columns = random.permutation(len(frame)), random.permutation(frame.shape[1])
    return frame.iloc[rows, columns]


@dataclass(frozen=True)
class Labelled:
    """The parts of a table as frames with labels."""

    table: InputOutputTable

    @property
    def rows(self) -> pd.MultiIndex:
        t = self.table
        return pd.MultiIndex.from_product([t.regions, t.sectors], names=["region", "sector"])

    @property
    def uses(self) -> pd.MultiIndex:
        t = self.table
        return pd.MultiIndex.from_product([t.regions, t.categories], names=["region", "category"])

    @property
    def Z(self) -> pd.DataFrame:
        return pd.DataFrame(self.table.Z, index=self.rows, columns=self.rows)

    @property
    def Y(self) -> pd.DataFrame:
        return pd.DataFrame(self.table.Y, index=self.rows, columns=self.uses)

    @property
    def direct(self) -> np.ndarray:
        """Direct emissions by region and category, all with the first category."""
        t = self.table
        cells = np.zeros((t.R, t.K))
        cells[:, 0] = t.F_Y[0]
        return cells.reshape(1, -1)


def emission_file(t: InputOutputTable, path: Path) -> Path:
    """Emissions in a csv of their own."""
    rows = pd.MultiIndex.from_product([t.regions, t.sectors], names=["region", "sector"])
    production = pd.Series(t.F[0], index=rows, name="value").reset_index()
    direct = pd.DataFrame({"region": t.regions, "sector": "households", "value": t.F_Y[0]})
    pd.concat([production, direct]).assign(unit="Mt").to_csv(path, index=False)
    return path


def wiod2013(t: InputOutputTable, folder: Path, year: int = YEAR) -> Path:
    """``wiot2013_YYYY.npz`` and ``co2_mt_YYYY.npz``."""
    np.savez(
        folder / f"wiot2013_{year}.npz", Z=t.Z, Y=t.Y, x=t.x,
        countries=np.array(t.regions), industries=np.array(t.sectors),
    )  # fmt: skip
    np.savez(folder / f"co2_mt_{year}.npz", F=t.F[0], F_Y=t.F_Y[0], F_on_zero_output=0.0)
    return folder


def wiod(t: InputOutputTable, folder: Path) -> Path:
    """The published workbook, four heads in rows and columns, and the air emission accounts."""
    isic = {"c1": "AtB", "c2": "C", "c35": "P"}
    heads = [(isic[s], f"name of {s}", r, s) for r in t.regions for s in t.sectors]
    uses = [(None, c, r, f"c{37 + k}") for r in t.regions for k, c in enumerate(t.categories)]
    totals = [(None, "Total output", "TOT", "c43")]
    rows = [[None] * 4 + [head[i] for head in [*heads, *uses, *totals]] for i in range(4)]
    cells = np.hstack([t.Z, t.Y, t.x[:, None]])
    rows += [[*head, *line] for head, line in zip(heads, cells.tolist(), strict=True)]
    width = cells.shape[1]
    for code, name in (("r60", "Total inputs"), ("r64", "Value added"), ("r69", "Output")):
        rows.append([None, name, "TOT", code, *([1.0] * width)])
    top = [[f"Intercountry Input-Output Table, {YEAR}"], [None]]
    rows[0][0], rows[1][0] = "(industry-by-industry)", "(millions of US$)"
    sheet = pd.DataFrame([line + [None] * (4 + width - len(line)) for line in [*top, *rows]])
    sheet.to_excel(folder / "wiot09_row_apr12.xlsx", header=False, index=False)
    air = folder / "AIR_may12"
    air.mkdir()
    for at, region in enumerate(t.regions):
        codes = [f"sec{isic[s]}" for s in t.sectors]
        own = t.F[0].reshape(t.R, t.S)[at] * 1000
        frame = pd.DataFrame(
            {
                "name": ["x"] * (t.S + 2),
                "code": [*codes, "FC_HH", "secTOT"],
                "CO2": [*own, t.F_Y[0, at] * 1000, own.sum()],
                "CH4": [1.0] * (t.S + 2),
            }
        )
        with pd.ExcelWriter(air / f"{region}_AIR.xls", engine="openpyxl") as book:
            frame.to_excel(book, sheet_name=str(YEAR), index=False)
    return folder


def icio(t: InputOutputTable, file: Path, provinces: bool = False) -> Path:
    """One csv with rows and columns ``AUS_c1``; with provinces, China stands in two parts."""

    def joined(index: pd.MultiIndex) -> list[str]:
        return ["_".join(key) for key in index]

    fd = {CATEGORIES[0]: "HFCE", CATEGORIES[1]: "GFCF"}
    parts = Labelled(t)
    cells = pd.concat([parts.Z, parts.Y.rename(columns=fd)], axis=1)
    cells.index, cells.columns = joined(cells.index), joined(cells.columns)
    if provinces:
        own = [f"CHN_{s}" for s in t.sectors]
        for axis in (0, 1):
            whole = cells.loc[own] if axis == 0 else cells.loc[:, own]
            parts_of = [
                (whole / 2).rename(lambda name, k=k: name.replace("CHN", f"CN{k}"), axis=axis)
                for k in (1, 2)
            ]
            kept = whole * 0.0
            rest = cells.drop(own, axis=axis)
            cells = pd.concat([rest, kept, *parts_of], axis=axis)
        cells["ALL_DISC"] = 0.5
    cells["OUT"] = cells.sum(axis=1)
    for name in ("TLS", "VA", "OUT"):
        cells.loc[name] = 1.0
    cells.to_csv(file, index_label="V1")
    return file


def exiobase3(t: InputOutputTable, folder: Path, zipped: bool = False) -> Path:
    """Tab-separated A, Y, unit and the folder ``satellite``, CO2 in kg spread over four rows."""
    parts = Labelled(t)
    root = folder / f"IOT_{YEAR}_ixi"
    satellite = root / "satellite"
    satellite.mkdir(parents=True)
    (parts.Z / t.x).to_csv(root / "A.txt", sep="\t")
    parts.Y.to_csv(root / "Y.txt", sep="\t")
    pd.DataFrame({"unit": ["M.EUR"] * t.N}, index=parts.rows).to_csv(root / "unit.txt", sep="\t")
    rows = {
        "CO2 - combustion - air": 0.5,
        "CO2 - non combustion - Cement production - air": 0.25,
        "CO2 - non combustion - Lime production - air": 0.125,
        "CO2 - waste - fossil - air": 0.125,
        "CO2 - waste - biogenic - air": 7.0,
        "CO2_bio - combustion - air": 9.0,
        "CH4 - combustion - air": 3.0,
    }
    names = pd.Index(list(rows), name="stressor")
    share = np.array(list(rows.values()))[:, None] * 1e9
    pd.DataFrame(share * t.F, index=names, columns=parts.rows).to_csv(satellite / "F.txt", sep="\t")
    pd.DataFrame(share * parts.direct, index=names, columns=parts.uses).to_csv(
        satellite / "F_Y.txt", sep="\t"
    )
    pd.DataFrame({"unit": ["kg"] * len(rows)}, index=names).to_csv(satellite / "unit.txt", sep="\t")

    def described(kind: str, **files: tuple[int, int]) -> str:
        listed = {
            name: {"name": f"{name}.txt", "nr_index_col": str(index), "nr_header": str(header)}
            for name, (index, header) in files.items()
        }
        return json.dumps({"systemtype": kind, "name": kind, "files": listed})

    core = described(
        "IOSystem", A=(2, 2), Y=(2, 2), unit=(2, 1), **({"x": (2, 1)} if zipped else {})
    )
    if zipped:
        pd.DataFrame({"indout": t.x}, index=parts.rows).to_csv(root / "x.txt", sep="\t")
    (root / "file_parameters.json").write_text(core, encoding="utf-8")
    extra = described("Extension", F=(1, 2), F_Y=(1, 2), unit=(1, 1))
    (satellite / "file_parameters.json").write_text(extra, encoding="utf-8")
    meta = {"name": "EXIOBASE", "version": "3", "system": "ixi", "history": [], "description": ""}
    (root / "metadata.json").write_text(json.dumps(meta), encoding="utf-8")
    if not zipped:
        return folder
    with zipfile.ZipFile(folder / f"{root.name}.zip", "w") as archive:
        for file in root.rglob("*.*"):
            if file.is_file():
                archive.write(file, file.relative_to(folder).as_posix())
    return folder / f"{root.name}.zip"


def eora26(t: InputOutputTable, folder: Path) -> Path:
    """Tab-separated files without heads, labels apart, with the region ROW of one sector."""

    def write(name: str, cells: np.ndarray | list[list[str]]) -> None:
        pd.DataFrame(cells).to_csv(folder / name, sep="\t", header=False, index=False)

    def bordered(cells: np.ndarray, rows: int, columns: int) -> np.ndarray:
        return np.pad(cells, ((0, rows), (0, columns)))

    stem = f"Eora26_{YEAR}_bp"
    write(f"{stem}_T.txt", bordered(t.Z, 1, 1))
    write(f"{stem}_FD.txt", bordered(t.Y, 1, t.K))
    direct = Labelled(t).direct
    shares = np.array([0.75, 0.25, 5.0, 3.0, 4.0, 2.0])[:, None] * 1000
    write(f"{stem}_Q.txt", bordered(shares * t.F, 0, 1))
    write(f"{stem}_QY.txt", bordered(shares * direct, 0, t.K))
    write(f"{stem}_VA.txt", bordered(t.v[None, :], 0, 1))
    names = [[f"name of {r}", r, "Industries", s] for r in t.regions for s in t.sectors]
    write("labels_T.txt", [*names, ["Rest", "ROW", "Industries", "TOTAL"]])
    uses = [[f"name of {r}", r, "Final Demand", c] for r in t.regions for c in t.categories]
    write("labels_FD.txt", [*uses, *(["Rest", "ROW", "Final Demand", c] for c in t.categories)])
    co2 = "I-GHG-CO2 emissions (Gg)"
    write(
        "labels_Q.txt",
        [
            [co2, "Public electricity and heat production"],
            [co2, "Fossil fuel fires"],
            [co2, "Memo: International aviation"],
            [co2, "Forest Fires-Post burn decay"],
            ["I-GHG-CH4 emissions (Gg)", "Rice cultivation"],
            ["Energy Usage (TJ)", "Natural Gas"],
        ],
    )
    write("labels_VA.txt", [["Primary inputs", "Value added"]])
    return folder


def gloria(t: InputOutputTable, folder: Path) -> Path:
    """Supply and use in one matrix, satellites apart, labels in the ReadMe."""
    stem = "20230101_120secMother_AllCountries_002"
    mrio = folder / f"GLORIA_MRIOs_59_{YEAR}"
    accounts = folder / f"GLORIA_SatelliteAccounts_059_{YEAR}"
    mrio.mkdir()
    accounts.mkdir()
    order = [(r, kind, s) for r in t.regions for kind in ("I", "P") for s in t.sectors]
    at = {(r, s): t.S * i + j for i, r in enumerate(t.regions) for j, s in enumerate(t.sectors)}
    industry = np.array([kind == "I" for _, kind, _ in order])
    place = np.array([at[r, s] for r, _, s in order])
    full = np.zeros((2 * t.N, 2 * t.N))
    full[np.ix_(~industry, industry)] = t.Z[np.ix_(place[~industry], place[industry])]
    full[np.ix_(industry, ~industry)] = np.diag(t.x)[np.ix_(place[industry], place[~industry])]
    demand = np.where(industry[:, None], 0.0, t.Y[place])
    shares = np.array([1000.0, 400.0])[:, None]
    satellites = np.where(industry, (shares * t.F)[:, place], 0.0)
    added = np.where(industry, t.v[place], 0.0)[None, :]
    inputs = np.vstack([added * (k == 0) for k in range(2 * t.R)])

    def write(where: Path, part: str, cells: np.ndarray) -> None:
        file = where / f"{stem}_{part}-Results_{YEAR}_059_Markup001(full).csv"
        pd.DataFrame(cells).to_csv(file, header=False, index=False)

    write(mrio, "T", full)
    write(mrio, "Y", demand)
    write(mrio, "V", inputs)
    write(accounts, "TQ", satellites)
    write(accounts, "YQ", shares * Labelled(t).direct)
    total = "'co2_excl_short_cycle_org_c_total_EDGAR_consistent'"
    part = "'co2_excl_short_cycle_org_c_1A1a_EDGAR_consistent'"
    sheets = {
        "Regions": {"Region_acronyms": t.regions, "Region_names": t.regions},
        "Sectors": {"Sector_names": t.sectors},
        "Value added and final demand": {
            "Value_added_names": ["wages", "profit"],
            "Final_demand_names": t.categories,
        },
        "Satellites": {
            "Sat_indicator": [total, part],
            "Sat_head_indicator": ["Emissions (EDGAR)"] * 2,
            "Sat_unit": ["kilotonnes"] * 2,
        },
    }
    with pd.ExcelWriter(folder / "GLORIA_ReadMe_059.xlsx") as book:
        for name, columns in sheets.items():
            pd.DataFrame(columns).to_excel(book, sheet_name=name, index=False)
    return folder


def figaro(t: InputOutputTable, folder: Path, flat: bool = False) -> Path:
    """Eurostat's matrix or flat layout, with primary inputs of area W2."""
    parts = Labelled(t)
    codes = {CATEGORIES[0]: "P3_S14", CATEGORIES[1]: "P51G"}
    cells = pd.concat([parts.Z, parts.Y.rename(columns=codes)], axis=1)
    for code, share in (("D1", 0.5), ("B2A3G", 0.5)):
        cells.loc[("W2", code), :] = [*(share * t.v), *([0.0] * t.R * t.K)]
    cells.index.names, cells.columns.names = ["refArea", "rowIi"], ["counterpartArea", "colIi"]
    stem = f"eu-ic-io_ind-by-ind_25ed_{YEAR}.csv"
    if not flat:
        cells.index = pd.Index(["_".join(key) for key in cells.index], name="rowLabels")
        cells.columns = ["_".join(key) for key in cells.columns]
        cells.to_csv(folder / f"matrix_{stem}")
        return folder
    long = cells.stack([0, 1]).rename("obsValue").reset_index()
    long.insert(0, "icioiRow", long["refArea"] + "_" + long["rowIi"])
    long.insert(1, "icioiCol", long["counterpartArea"] + "_" + long["colIi"])
    long.to_csv(folder / f"flatfile_{stem}", index=False)
    return folder


def packed(folder: Path, archive: str, files: str) -> Path:
    """Move the files of a pattern into one archive beside them."""
    found = sorted(file for file in folder.glob(files) if file.is_file())
    with zipfile.ZipFile(folder / archive, "w") as zipped:
        for file in found:
            zipped.write(file, file.name)
            file.unlink()
    for empty in {file.parent for file in found} - {folder}:
        empty.rmdir()
    return folder


def wiod2016(t: InputOutputTable, folder: Path, form: str = "xlsx") -> Path:
    """The workbook of 2016 or the layout for R, with CO2 of the JRC beside it."""
    codes = {s: f"A{i + 1:02d}" for i, s in enumerate(t.sectors)}
    uses = 5
    padded = np.zeros((t.N, t.R, uses))
    padded[:, :, : t.K] = t.Y.reshape(t.N, t.R, t.K)
    cells = np.hstack([t.Z, padded.reshape(t.N, -1), t.x[:, None]])
    sides = [
        (codes[s], f"name of {s}", r, i + 1) for r in t.regions for i, s in enumerate(t.sectors)
    ]
    heads = [(codes[s], r, i + 1) for r in t.regions for i, s in enumerate(t.sectors)]
    heads += [("use", r, t.S + 1 + k) for r in t.regions for k in range(uses)]
    if form == "csv":
        frame = pd.DataFrame(cells, columns=[*(f"{r}{n}" for _, r, n in heads), "TOT"])
        frame.insert(0, "Year", YEAR)
        for at, name in enumerate(("IndustryCode", "IndustryDescription", "Country", "RNr")):
            frame.insert(at, name, [side[at] for side in sides])
        frame.loc[t.N] = ["II_fob", "Total", "TOT", 65, YEAR, *([1.0] * cells.shape[1])]
        frame.to_csv(folder / f"WIOT{YEAR}_October16_ROW.csv", index=False)
    else:
        top = [["Intercountry Input-Output Table"], ["(industry-by-industry)"]]
        lines = [[None] * 4 + [h[0] for h in heads] + ["GO"], [None] * 4 + ["name"] * len(heads)]
        lines += [[None] * 4 + [h[1] for h in heads] + ["TOT"]]
        lines += [[None] * 4 + [f"c{h[2]}" for h in heads] + ["c62"]]
        body = [[*s[:3], f"r{s[3]}", *line] for s, line in zip(sides, cells.tolist(), strict=True)]
        total = [["II_fob", "Total", "TOT", "r65", *([1.0] * cells.shape[1])]]
        pd.DataFrame([*top, *lines, *body, *total]).to_excel(
            folder / f"WIOT{YEAR}_Nov16_ROW.xlsx", sheet_name=str(YEAR), header=False, index=False
        )
    with pd.ExcelWriter(folder / "CO2 emissions.xlsx") as book:
        for at, region in enumerate(t.regions):
            own = t.F[0].reshape(t.R, t.S)[at] * 1000
            rows = [*codes.values(), "FC_HH"]
            sheet = pd.DataFrame({float(YEAR): [*own, t.F_Y[0, at] * 1000]}, index=rows)
            sheet.to_excel(book, sheet_name=region)
    return folder


def adb(t: InputOutputTable, folder: Path) -> Path:
    """The sheet of the ADB with its three lines of heads and totals."""
    uses = 5
    padded = np.zeros((t.N, t.R, uses))
    padded[:, :, : t.K] = t.Y.reshape(t.N, t.R, t.K)
    cells = np.hstack([t.Z, padded.reshape(t.N, -1), t.x[:, None]])
    codes = {s: f"c{i + 1}" for i, s in enumerate(t.sectors)}
    names = [f"name of {s}" for _ in t.regions for s in t.sectors] + ["use"] * t.R * uses
    places = [r for r in t.regions for _ in t.sectors] + [r for r in t.regions for _ in range(uses)]
    marks = [codes[s] for _ in t.regions for s in t.sectors]
    marks += [f"F{k + 1}" for _ in t.regions for k in range(uses)]
    top = [[f"Multiregional Input-Output Table {YEAR}"], ["economies"], ["In millions of US$"], []]
    lines = [[None] * 4 + [*names, "TOTAL"], [None] * 4 + [*places, "ToT"]]
    lines += [[None] * 4 + [*marks, None]]
    sides = [[None, f"name of {s}", r, codes[s]] for r in t.regions for s in t.sectors]
    body = [[*side, *line] for side, line in zip(sides, cells.tolist(), strict=True)]
    body += [[None, "Value added", "TOT", "r64", *([1.0] * cells.shape[1])]]
    with pd.ExcelWriter(folder / f"ADB-MRIO-{YEAR}-August 2025.xlsx") as book:
        pd.DataFrame([*top, *lines, *body]).to_excel(
            book, sheet_name=f"ADB MRIO {YEAR}", header=False, index=False
        )
        pd.DataFrame({"Code": t.regions}).to_excel(book, sheet_name="Legend", index=False)
    return folder
