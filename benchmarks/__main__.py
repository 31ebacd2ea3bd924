"""`python -m benchmarks [WHAT|all]`: measure, and keep what came out in a file."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import clean_code, commits, edits, hostile, sandbox, screens, seeded, speed, tables, tools
from benchmarks.choice import Repository
from benchmarks.go_repository import GoRepository
from benchmarks.java_repository import JavaRepository
from benchmarks.oracle_go import GoOracle
from benchmarks.python_repository import PythonRepository
from benchmarks.report import machine, write_section
from benchmarks.repositories import SEEDED, Named, imported, present
from benchmarks.rust_repository import RustRepository
from benchmarks.scratch import Clone
from benchmarks.script_repository import ScriptRepository

WHAT = ("seeded", "commits", "speed", "edits", "sandbox", "hostile", "secrets", "tui")
SCREENS = "Screens"
EDITS = "Search/replace edits"
SANDBOX = "Commands in the sandbox"
HOSTILE = "A repository that means harm"
SECRETS = "Secrets in clean code"
SEEDED_LIMIT = 12
COMMITS_LIMIT = 200


def main() -> int:
    """Run what is asked for; 0, or 2 where there is nothing to run it on."""
    arguments = _arguments()
    chosen = WHAT if arguments.what == "all" else (arguments.what,)
    clones = list(_clones(arguments)) if {"seeded", "commits"} & set(chosen) else []
    if not clones and {"seeded", "commits"} & set(chosen):
        print("There is no repository to measure: --repos names a folder with clones of public repositories.")
        if arguments.what != "all":
            return 2
    if "seeded" in chosen and clones:
        write_section(arguments.out, _title(tables.SEEDED, arguments), _seeded(arguments, clones))
    if "commits" in chosen and clones:
        write_section(arguments.out, _title(tables.COMMITS, arguments), _commits(arguments, clones))
    for what in chosen:
        if what in ALONE:
            title, run = ALONE[what]
            write_section(arguments.out, title, run(arguments))
    print(f"The results are in {arguments.out}, the details in {_details(arguments)}.")
    return 0


def _arguments() -> argparse.Namespace:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(sys.modules["benchmarks"].__doc__ or ""),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("what", nargs="?", choices=[*WHAT, "all"], default="all")
    parser.add_argument("--repos", type=Path, metavar="DIR", help="a folder with clones, named `owner+name` or `name`")
    parser.add_argument("--only", metavar="NAME", help="one repository, or one language")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, help="breakages a kind and repository, or commits a repository")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("RESULTS.md"), metavar="FILE",
                        help="the file whose sections are replaced")  # fmt: skip
    parser.add_argument("--scratch", type=Path, default=cache / "qcode-benchmarks", metavar="DIR",
                        help="where clones, tools, stores and details go")  # fmt: skip
    arguments = parser.parse_args()
    arguments.scratch = arguments.scratch.resolve()
    return arguments


def _edits(arguments: argparse.Namespace) -> str:
    command = f"Command: `python -m benchmarks edits --seed {arguments.seed}`. {machine()}"
    return f"{command}\n\n{edits.run(arguments.seed)}"


def _secrets(arguments: argparse.Namespace) -> str:
    there = [(named.full_name, folder) for named, folder in present(arguments.repos, arguments.only) if folder]
    return clean_code.run(there)


ALONE: Mapping[str, tuple[str, Callable[[argparse.Namespace], str]]] = {
    "speed": (tables.SPEED, lambda arguments: speed.run(arguments.scratch)),
    "edits": (EDITS, _edits),
    "sandbox": (SANDBOX, lambda arguments: sandbox.run(arguments.scratch)),
    "hostile": (HOSTILE, lambda arguments: hostile.run(arguments.scratch, arguments.seed)),
    "secrets": (SECRETS, _secrets),
    "tui": (SCREENS, lambda arguments: screens.run(arguments.scratch)),
}
"""What is measured without repositories chosen before: the title of its section, and what gives its text."""


def _title(section: str, arguments: argparse.Namespace) -> str:
    """One language by itself has a section by itself."""
    return f"{section}: {arguments.only}" if arguments.only else section


def _details(arguments: argparse.Namespace) -> Path:
    return Path(arguments.scratch) / "details"


def _clones(arguments: argparse.Namespace) -> Iterator[tuple[Named, Clone]]:
    for named, folder in present(arguments.repos, arguments.only):
        if folder is None:
            print(f"{named.full_name} is not there and is left out.")
        else:
            yield named, Clone(folder, arguments.scratch / "clones" / named.name)


def _seeded(arguments: argparse.Namespace, clones: list[tuple[Named, Clone]]) -> str:
    details = seeded.Details(_details(arguments))
    results = []
    for named, clone in clones:
        if named.language not in SEEDED:
            continue
        repository = _repository(named, clone, arguments.scratch, arguments.repos)
        if repository is None:
            print(f"{named.full_name} is left out: what judges it (Node and npm, cargo, or javac) is not there.")
            continue
        try:
            limit = arguments.limit or SEEDED_LIMIT
            result = seeded.run(named, clone, repository, arguments.scratch / "store", limit, arguments.seed, details)
        except EOFError as error:
            print(f"{named.full_name} is left out: {error}.")
            continue
        finally:
            repository.close()
        print(tables.one_line(result), flush=True)
        results.append(result)
    details.close()
    return tables.seeded(results, arguments.seed, arguments.limit or SEEDED_LIMIT)


def _repository(named: Named, clone: Clone, scratch: Path, repos: Path) -> Repository | None:
    if named.language == "Python":
        return PythonRepository(named.name, clone, tools.python_server(scratch), scratch)
    if named.language == "Go":
        checkout = clone.checkout(scratch / "checkouts" / named.name)
        oracle = GoOracle(*tools.go_oracle(scratch), checkout, imported(repos))
        return GoRepository(named.name, clone, oracle, checkout)
    if named.language == "Rust":
        return RustRepository(named.name, clone, scratch) if shutil.which("cargo") else None
    if named.language == "Java":
        return JavaRepository(named.name, clone, scratch) if shutil.which("javac") else None
    compiler = tools.script_compiler(scratch)
    return ScriptRepository(named.name, clone, compiler, scratch) if compiler else None


def _commits(arguments: argparse.Namespace, clones: list[tuple[Named, Clone]]) -> str:
    rows = []
    for named, clone in clones:
        row = commits.run(named, clone, arguments.scratch / "store", arguments.limit or COMMITS_LIMIT)
        print(f"{named.full_name}: {row.commits} commits, {row.findings} findings", flush=True)
        rows.append(row)
    commits.write_details(rows, _details(arguments))
    return tables.commits(rows, arguments.only)


if __name__ == "__main__":
    sys.exit(main())
