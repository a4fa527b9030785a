"""Names of regions in both languages, for tables that people read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from dualcarbon.common.words import LANGUAGES, catalogue
from dualcarbon.responsibility.history import national

OWN = Path(__file__).with_suffix(".yaml")


@cache
def region_name(code: str, lang: str = "en") -> str:
    """Name of a region of a world table or of the national series; its code where none is known.

    Raises:
        InputError: another language.
    """
    names = national.names(lang)
    own = catalogue(OWN)
    if code in own:
        return str(own[code][lang])
    return names.get(national.iso3(code) or code, code)


def named(table: pd.DataFrame, column: str = "region", prefix: str | None = None) -> pd.DataFrame:
    """Add ``<prefix>_en`` and ``<prefix>_zh`` for the codes of a column."""
    codes = list(dict.fromkeys(table[column].astype(str)))
    for lang in LANGUAGES:
        known = {code: region_name(code, lang) for code in codes}
        table[f"{prefix or column}_{lang}"] = table[column].astype(str).map(known)
    return table
