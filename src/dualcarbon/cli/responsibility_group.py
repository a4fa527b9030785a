"""A group of verbs in which one verb is meant where none is named.

``dualcarbon responsibility compact`` and ``dualcarbon responsibility --year 2009`` are short for
``dualcarbon responsibility accounts ...``; ``dualcarbon responsibility quality`` names a verb.
"""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

DEFAULT = "accounts"


class DefaultVerb(TyperGroup):
    """Puts the default verb before arguments that start with none of the verbs."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments of the group, with the default verb where none is named."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)
