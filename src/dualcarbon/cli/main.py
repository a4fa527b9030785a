"""Entry point: every error that a user can cause is one line on standard error."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

from dualcarbon.common.whole import told_to_end
from dualcarbon.common.words import printable

OK, WRONG_INPUT, INTERRUPTED = 0, 2, 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit.

    Exit codes: 0 when all went well or the reader has seen enough (``| head``), 2 when something
    given cannot be used or solved, 130 when interrupted.
    """
    for stream in (sys.stdout, sys.stderr):  # what a terminal cannot show is spelt out
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        with told_to_end():
            code = exit_code(sys.argv[1:] if arguments is None else arguments)
            sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        code = OK
    sys.exit(code)


def exit_code(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit code.

    Args:
        arguments: what stands behind ``dualcarbon``.

    Raises:
        BrokenPipeError: nobody reads what is printed any more.
    """
    from typer import Abort

    from dualcarbon.cli.console import log_to_stderr
    from dualcarbon.errors import DualcarbonError, InputError, missing_part

    os.environ.setdefault("OMP_NUM_THREADS", "1")
    log_to_stderr(logging.WARNING)
    try:
        code = _command()(args=list(arguments), prog_name="dualcarbon", standalone_mode=False)
    except DualcarbonError as error:
        return _said(error, arguments)
    except ModuleNotFoundError as error:
        missing = missing_part(error)
        if missing is None:
            raise
        return _said(missing, arguments)
    except (Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as error:  # a place that nothing can be read from or written to
        if error.strerror is None:
            raise
        place = None if error.filename is None else str(error.filename)
        return _said(InputError(f"cannot be used: {error.strerror}", where=place), arguments)
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # typer and rich end with code 1
            raise end.__context__ from None
        raise
    except Exception as error:
        usage = getattr(error, "format_message", None)  # wrong options and arguments
        if usage is None:
            raise
        return _said(usage(), arguments)
    if code == INTERRUPTED:
        from dualcarbon.cli.refusals import frame, language

        sys.stderr.write(f"{frame('interrupted', language(arguments))}\n")
    return code if isinstance(code, int) else OK


@cache
def _command() -> Any:
    """All verbs, put together once: a program that asks often need not wait for it each time."""
    from typer.main import get_command

    from dualcarbon.cli.app import app

    return get_command(app)


def _discard_output() -> None:
    """Send what is still to be written to nowhere, so that the interpreter ends in silence."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            os.dup2(nowhere, stream.fileno())


def _said(error: Exception | str, arguments: Sequence[str]) -> int:
    """One line on standard error, in the language that was asked for."""
    from dualcarbon.cli.refusals import language, said

    message = said(error, language(arguments))
    sys.stderr.write(f"{printable(' '.join(message.split()))}\n")
    return WRONG_INPUT
