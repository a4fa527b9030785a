"""Named blocks of rows or variables, kept in versions when a policy changes their labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

MARK = "#"


@dataclass
class Blocks:
    """Versions of named blocks of a model.

    A changed number updates a block in place. Changed labels (other plants under the same rule)
    cannot: then the name stands for another block, and the old one is kept, switched off, so
    that earlier solutions stay readable.

    Attributes:
        versions: all blocks of a name, oldest first.
        current: the block that the present package means by a name.
    """

    versions: dict[str, list[str]] = field(default_factory=dict)
    current: dict[str, str] = field(default_factory=dict)

    def choose(self, name: str, labels: Mapping[Any, pd.Index], existing: Any) -> str:
        """Name of the block with these labels, an existing one or the next free one.

        Args:
            name: name that instruments use.
            labels: index of every dimension.
            existing: linopy's container of blocks.
        """
        versions = self.versions.setdefault(name, [])
        found = next((v for v in versions if _same(existing[v], labels)), None)
        if found is None:
            found = name if not versions else f"{name}{MARK}{len(versions) + 1}"
            versions.append(found)
        self.current[name] = found
        return found

    def block(self, name: str) -> str:
        """Block that a name stands for; the name itself for blocks without versions."""
        return self.current.get(name, name)

    def copy(self) -> Blocks:
        """The same versions, with what is current kept apart."""
        return Blocks(self.versions, dict(self.current))


def plain(name: str) -> str:
    """Name of a block without the mark of its version."""
    return name.partition(MARK)[0]


def place(container: Any, label: int) -> tuple[str, dict[str, Any]]:
    """Name and coordinates of a label of linopy's variables or constraints."""
    name, coordinates = container.get_label_position(label)
    return plain(str(name)), coordinates


def labels_of(block: Any) -> dict[Any, pd.Index]:
    """Index of every dimension of a linopy block."""
    return {dim: block.indexes[dim] for dim in block.coord_dims}


def _same(block: Any, labels: Mapping[Any, pd.Index]) -> bool:
    have = {dim: block.indexes[dim] for dim in block.indexes if dim in labels}
    count = len([d for d in block.dims if not str(d).startswith("_")])
    return count == len(labels) == len(have) and all(have[d].equals(labels[d]) for d in labels)
