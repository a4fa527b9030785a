"""A group of verbs whose help gives the first sentence of each in full."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

WHOLE = 1_000


class Verbs(TyperGroup):
    """Lists its verbs with wrapped lines; click would cut them off behind some fifty letters."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of verbs."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, verb.get_short_help_str(WHOLE)) for name, verb in found if verb is not None]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)
