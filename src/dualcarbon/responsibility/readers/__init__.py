"""Readers of world input-output tables, and one registry of them.

``read_table("wiod2013", folder, 2009)`` reads a table, ``available_years("wiod2013", folder)``
lists the years that are there, ``READERS`` says which kinds there are and what each expects.
"""

from __future__ import annotations

from dualcarbon.responsibility.readers.files import Reader
from dualcarbon.responsibility.readers.registry import READERS, available_years, read_table

__all__ = ["READERS", "Reader", "available_years", "read_table"]
