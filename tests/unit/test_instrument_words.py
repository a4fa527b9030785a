"""Every instrument has a name in reports, in both languages."""

from __future__ import annotations

import pytest

from dualcarbon.instruments import REGISTRY
from dualcarbon.report.text import strings


@pytest.mark.parametrize("key", REGISTRY)
def test_every_instrument_has_a_name_in_both_languages(key: str) -> None:
    names = strings()[f"instrument.{key}"]
    assert set(names) == {"en", "zh"}
    assert all(names.values())
