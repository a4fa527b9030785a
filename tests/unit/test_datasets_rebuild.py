"""The embedded files are what the tools make of the raw data, byte for byte."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dualcarbon import datasets
from dualcarbon.datasets import reading
from tools import catalogue, hours
from tools.common import RAW


@pytest.mark.skipif(not RAW.is_dir(), reason="the raw data are not beside the project")
def test_building_again_gives_identical_files(tmp_path: Path) -> None:
    catalogue.build_all(RAW, tmp_path)
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    embedded = {path.name: path.read_bytes() for path in reading.FOLDER.iterdir()}
    assert built.keys() == embedded.keys()
    assert [name for name in built if built[name] != embedded[name]] == []


@pytest.mark.skipif(not RAW.is_dir(), reason="the raw data are not beside the project")
def test_wind_and_solar_profiles_have_the_observed_hours() -> None:
    observed = {"onwind": hours.wind_available(RAW), "solar": hours.solar_available(RAW)}
    for kind, wanted in observed.items():
        found = datasets.profiles(kind).mean() * 8760
        assert np.allclose(found, wanted[found.index], atol=0.5), kind
