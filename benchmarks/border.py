"""Processor seconds from a file of 50,000 shipments to their bills, by default values."""

from __future__ import annotations

import random
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from dualcarbon.international import cbam
from dualcarbon.international.cbam.goods import ELECTRICITY, goods

RESULTS = Path(__file__).parent / "results"
ROWS, EVERY = 50_000, 10
ORIGINS = ("CN", "IN", "TR", "KR")


def run() -> None:
    """Measure reading and assessing, and keep the figures."""
    draw = random.Random(1)
    codes = [cn for cn, good in goods().items() if good.sector != ELECTRICITY][::EVERY]
    rows = [
        (draw.choice(codes), draw.choice(ORIGINS), round(draw.uniform(1, 500), 3),
         draw.choice((2026, 2027, 2028)), f"I{n % 500}", 80)
        for n in range(ROWS)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["cn", "origin", "tonnes", "year", "importer", "price"])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shipments.csv"
        table.to_csv(path, index=False)
        begin = time.process_time()
        read = cbam.read_shipments(path)
        middle = time.process_time()
        batch = cbam.assess_batch(read)
        end = time.process_time()
    found = {"rows": len(batch.results), "read_s": middle - begin, "assess_s": end - middle}
    pd.DataFrame([found]).round(2).to_csv(RESULTS / "border.csv", index=False)
