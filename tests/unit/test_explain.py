"""Figures in explanations."""

from __future__ import annotations

import pytest

from dualcarbon.equilibrium.explain import number


@pytest.mark.parametrize(
    ("value", "size", "text"),
    [
        (-0.0, 0.0, "0"),
        (-1.86265e-09, 4e9, "0"),
        (1e-9, 1e-9, "1e-09"),
        (6618815000.0, 1e10, "6.61882e+09"),
        (600000.0, 1e6, "600,000"),
    ],
)
def test_rounding_residue_reads_as_nothing(value: float, size: float, text: str) -> None:
    assert number(value, size) == text
