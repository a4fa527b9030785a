"""The group of verbs of ``dualcarbon responsibility``, in which one is meant where none is named.

``dualcarbon responsibility compact`` and ``dualcarbon responsibility --year 2009`` are short for
``dualcarbon responsibility accounts ...``; ``dualcarbon responsibility quality`` names a verb.
"""

from __future__ import annotations

from typing import Any

from dualcarbon.cli.verb import Verbs, group
from dualcarbon.errors import InputError, nearest_name

DEFAULT = "accounts"
EXAMPLES = (
    "dualcarbon responsibility",
    "dualcarbon responsibility --principles PBA,CBA,income --regions CHN,USA --per-capita",
)


class DefaultVerb(Verbs):
    """Puts the default verb before arguments that start with none of the verbs."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments of the group, with the default verb where none is named.

        Raises:
            InputError: the first word is neither a verb nor a table.
        """
        named = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        if not named and not ctx.resilient_parsing:
            if args and not args[0].startswith("-"):
                _check_table(args[0], list(self.commands))
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


def _check_table(word: str, verbs: list[str]) -> None:
    from dualcarbon.responsibility.readers import READERS
    from dualcarbon.responsibility.table.embedded import NAMES

    tables = [*NAMES, *READERS]
    if word not in tables:
        raise InputError(
            f"unknown verb or table '{word}'",
            allowed=f"verbs {', '.join(verbs)}; tables {', '.join(tables)}",
            nearest=nearest_name(word, [*verbs, *tables]),
        )


app = group(
    "Who answers for emissions: accounts by region under each principle.",
    *EXAMPLES,
    cls=DefaultVerb,
    no_args_is_help=False,
)
