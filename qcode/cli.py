"""The command line: from arguments to an exit code.

This module only guards and dispatches. It imports nothing but what the interpreter has already loaded until
`keep_path_clean` has run, so that no file of the folder qcode is started in can stand in for a module.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # `typing` is not loaded yet, and loading it could run a stranger's typing.py
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from types import ModuleType

    from indexer.errors import Problem

INSTALLED_NAMES = frozenset({"site-packages", "dist-packages"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `qcode` with these arguments (default: the process's own) and return its exit code."""
    argv = list(sys.argv[1:] if arguments is None else arguments)
    try:
        keep_path_clean(sys.path, os.getenv("PYTHONPATH", ""), current_folder())
        from qcode import output

        obey_termination()
        output.prepare_streams()
        code = _guarded(argv)
    except KeyboardInterrupt:
        ignore_interrupts()
        from contextlib import suppress

        from qcode import output

        code = output.Exit.INTERRUPTED
        output.discard_output()
        with suppress(OSError, ValueError):  # the terminal may be gone
            sys.stderr.write("\nqcode: interrupted.\n")
    return output.close_streams(code)


def obey_termination() -> None:
    """End on SIGTERM and SIGHUP as on Ctrl-C: what is drawn is wiped away, and what was started is ended."""
    import signal

    def interrupt(number: int, frame: object) -> None:
        ignore_interrupts()
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):  # `nohup` has one ignored
            signal.signal(number, interrupt)


def ignore_interrupts() -> None:
    """Let no second signal break off the end: a terminal that is closed sends more than one.

    The handler does nothing, instead of being none: Python complains of a signal that came before and finds none.
    """
    import signal

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: None)


def _guarded(argv: list[str]) -> int:
    from indexer.errors import Problem
    from qcode import output

    try:
        return dispatch(argv)
    except Problem as problem:
        return _tell(problem, argv)
    except SystemExit as ended:  # argparse leaves so after --help and --version
        return ended.code if isinstance(ended.code, int) else output.Exit.OK
    except BrokenPipeError:
        return output.Exit.UNREAD
    except Exception as error:  # the last place where a traceback can become a sentence
        if os.getenv("QCODE_DEBUG"):
            raise
        return _tell(output.explain(error), argv)


def dispatch(argv: list[str]) -> int:
    """Read the arguments, load the settings, run the verb, and return its exit code."""
    from qcode.arguments import parse

    command, arguments = parse(argv)
    return _run(command, arguments)


def _run(command: ModuleType, arguments: Namespace) -> int:
    from pathlib import Path

    from qcode.config import load
    from qcode.output import complain

    settings = load(os.environ, Path(current_folder() or "."))
    for notice in settings.notices:
        complain(notice)
    return int(command.run(arguments, settings))


def _tell(problem: Problem, argv: list[str]) -> int:
    from contextlib import suppress

    from qcode import output

    if output.wants_json(argv):
        body = {"error": output.shortened(str(problem)), "remedy": problem.remedy}
        with suppress(OSError):  # stdout may be what failed
            output.emit_json("qcode.error/1", body, problem.exit_code, [])
    output.complain(str(problem), problem.remedy)
    return problem.exit_code


def current_folder() -> str | None:
    """The current folder with symbolic links resolved; None where it has been deleted."""
    try:
        return os.path.realpath(os.getcwd())  # noqa: PTH109
    except FileNotFoundError:
        return None


def keep_path_clean(path: list[str], pythonpath: str, folder: str | None) -> None:
    """Change `path` so that the folder qcode runs in, most often a repository under review, lends it no module.

    Entries that are this folder, or that PYTHONPATH names and that hold it, go; the other entries of PYTHONPATH move
    behind the installed packages. The folder that qcode itself was loaded from stays first.
    """
    named = {os.path.realpath(entry) for entry in pythonpath.split(os.pathsep)} if pythonpath else set()
    own = path[0]
    kept: list[str] = []
    last: list[str] = []
    for entry in path[1:]:
        real = os.path.realpath(entry)
        installed = os.path.basename(real) in INSTALLED_NAMES  # noqa: PTH119
        if real == own or (installed and real not in named):
            kept.append(entry)
        elif real == folder or (real in named and _holds(real, folder)):
            continue
        else:
            (last if real in named else kept).append(entry)
    path[:] = [own, *kept, *last]


def _holds(outer: str, inner: str | None) -> bool:
    return inner is not None and inner.startswith(outer.rstrip(os.sep) + os.sep)
