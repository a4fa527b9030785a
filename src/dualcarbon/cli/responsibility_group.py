"""A group of verbs in which one verb is meant where none is named.

``dualcarbon responsibility compact`` and ``dualcarbon responsibility --year 2009`` are short for
``dualcarbon responsibility accounts ...``; ``dualcarbon responsibility quality`` names a verb.
"""

from __future__ import annotations

from typing import Any

from dualcarbon.cli.responsibility_table import remarks_at_the_end
from dualcarbon.cli.verbs import Verbs
from dualcarbon.errors import InputError, nearest_name

DEFAULT = "accounts"


class DefaultVerb(Verbs):
    """Puts the default verb before arguments that start with none of the verbs."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments of the group, with the default verb where none is named.

        Raises:
            InputError: the first word is neither a verb nor a table.
        """
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            if args and not args[0].startswith("-"):
                _check_table(args[0], list(self.commands))
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the verb; what is to be said about its table follows its answer."""
        with remarks_at_the_end():
            return super().invoke(ctx)


def _check_table(word: str, verbs: list[str]) -> None:
    from dualcarbon.responsibility.readers.registry import READERS
    from dualcarbon.responsibility.table.embedded import NAMES

    tables = [*NAMES, *READERS]
    if word not in tables:
        raise InputError(
            f"unknown verb or table '{word}'",
            allowed=f"verbs {', '.join(verbs)}; tables {', '.join(tables)}",
            nearest=nearest_name(word, [*verbs, *tables]),
        )
