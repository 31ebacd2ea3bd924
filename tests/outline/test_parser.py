from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from indexer.outline.parser import Parser, Source
from indexer.outline.rows import Rows, unpacked
from indexer.outline.unpack import outline_of
from indexer.types import Outline, Unparsed

ORDINARY = b"def f(x):\n    return x\n"
OPEN_BRACKETS = b"[" * 100_000
LONG_LINE = b'x = "' + b"a" * 8_000_000 + b'"\n'
DEEP_NEST = b"(" * 100_000 + b")" * 100_000


def ordinary(how_many: int) -> Iterator[Source]:
    return (Source(str(number), "python", ORDINARY) for number in range(how_many))


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture
def parser() -> Iterator[Parser]:
    with Parser() as parser:
        yield parser


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_every_source_has_its_own_outline(jobs: int) -> None:
    sources = [Source(f"key {n}", "python", b"def f%d(): pass\n" % n) for n in range(300)]
    with Parser(jobs) as parser:
        answers = dict(parser.outlines(sources))
    names = {key: outline.definitions[0].name for key, outline in answers.items() if isinstance(outline, Outline)}
    assert names == {f"key {n}": f"f{n}" for n in range(300)}


def test_no_source_gives_no_outline_and_starts_no_worker(parser: Parser) -> None:
    assert list(parser.outlines([])) == []
    assert parser.pids() == ()


def test_sources_far_larger_than_a_pipe_do_not_block(parser: Parser) -> None:
    large = b"x = 1  # " + b"word " * 300_000 + b"\n"
    answers = list(parser.outlines(Source(str(n), "python", large) for n in range(12)))
    assert all(isinstance(outline, Outline) for _, outline in answers)
    assert len(answers) == 12


def test_a_worker_that_is_started_ahead_serves_the_first_source(parser: Parser) -> None:
    parser.start()
    started = parser.pids()
    assert len(started) == 1
    assert len(list(parser.outlines(ordinary(3)))) == 3
    assert parser.pids() == started


def test_workers_are_kept_from_run_to_run(parser: Parser) -> None:
    list(parser.outlines(ordinary(3)))
    first = parser.pids()
    list(parser.outlines(ordinary(3)))
    assert parser.pids() == first


def test_a_run_inside_a_run_has_a_worker_of_its_own(parser: Parser) -> None:
    inner = [len(list(parser.outlines(ordinary(2)))) for _ in parser.outlines(ordinary(3))]
    assert inner == [2, 2, 2]


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_worker_killed_in_mid_run_costs_one_source(parser: Parser, how: signal.Signals) -> None:
    answers: dict[str, Outline | Unparsed] = {}
    for key, outline in parser.outlines(ordinary(400)):
        answers[key] = outline
        if len(answers) == 50:
            os.kill(parser.pids()[0], how)
    lost = [outline for outline in answers.values() if isinstance(outline, Unparsed)]
    assert len(answers) == 400
    stopped = how == signal.SIGKILL
    how_it_ended = "was ended from outside" if stopped else "crashed"
    assert lost == [Unparsed(f"the parser {how_it_ended} (signal {how})", passing=stopped)]


def test_a_worker_killed_while_it_idles_costs_nothing(parser: Parser) -> None:
    list(parser.outlines(ordinary(1)))
    os.kill(parser.pids()[0], signal.SIGSEGV)
    os.waitid(os.P_PID, parser.pids()[0], os.WEXITED | os.WNOWAIT)
    assert all(isinstance(outline, Outline) for _, outline in parser.outlines(ordinary(5)))


def test_a_source_that_takes_too_long_is_named(parser: Parser) -> None:
    with Parser(seconds=0.3) as hurried:
        sources = [Source("a", "python", ORDINARY), Source("slow", "python", OPEN_BRACKETS), *ordinary(5)]
        answers = dict(hurried.outlines(sources))
    assert answers.pop("slow") == Unparsed("took longer than 0.3 s")
    assert len(answers) == 6
    assert all(isinstance(outline, Outline) for outline in answers.values())


def test_a_worker_that_stands_still_is_ended() -> None:
    with Parser(seconds=0.1) as hurried:
        answers: list[tuple[str, object]] = []
        for key, outline in hurried.outlines(ordinary(100)):
            if not answers:
                os.kill(hurried.pids()[0], signal.SIGSTOP)
            answers.append((key, outline))
    assert [outline for _, outline in answers if isinstance(outline, Unparsed)] == [Unparsed("took longer than 0.1 s")]
    assert len(answers) == 100


TIGHT = """
import sys
sys.path[:0] = [sys.argv[1]]
from indexer.outline.parser import Parser, Source
from indexer.types import Unparsed
small = [Source(str(number), "python", b"x = 1") for number in range(3)]
with Parser(memory=192 << 20, seconds=30) as tight:
    for key, answer in tight.outlines([*small, Source("large", "python", b"a," * 2_000_000)]):
        print(key, answer.why if isinstance(answer, Unparsed) else "outlined")
"""


def test_a_source_that_needs_too_much_memory_is_named() -> None:
    # In a process of its own: the system counts what a worker's parent holds as the worker's, and pytest holds a lot.
    root = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-I", "-c", TIGHT, root], capture_output=True, text=True, timeout=100)
    small = [f"{number} outlined" for number in range(3)]
    assert sorted(done.stdout.splitlines()) == [*small, "large needed more than 192 MiB"], done.stderr


@pytest.mark.parametrize("language", ["python", "typescript"])
@pytest.mark.parametrize("data", [LONG_LINE, DEEP_NEST, b"\xff\x00\xfe" * 10_000], ids=["line", "nest", "bytes"])
def test_pathological_text_never_costs_the_next_source(language: str, data: bytes) -> None:
    with Parser(seconds=1) as hurried:
        answers = dict(hurried.outlines([Source("bad", language, data), Source("good", language, b"")]))
    assert isinstance(answers["good"], Outline)
    assert "bad" in answers


def test_a_reader_that_stops_half_way_leaves_the_parser_usable(parser: Parser) -> None:
    for _ in parser.outlines(ordinary(200)):
        break
    assert len(list(parser.outlines(ordinary(5)))) == 5


def test_a_failure_of_the_reader_s_own_sources_comes_through(parser: Parser) -> None:
    def broken() -> Iterator[Source]:
        yield Source("a", "python", ORDINARY)
        raise LookupError("no more")

    with pytest.raises(LookupError, match="no more"):
        list(parser.outlines(broken()))


@pytest.mark.parametrize("language", ["python", "javascript", "typescript", "tsx"])
def test_facts_come_for_the_names_that_were_asked_for(parser: Parser, language: str) -> None:
    source = Source("a", language, b"f(1)\ng(2)\n")
    for name in ("f", "g", "f"):
        ((_, facts),) = parser.facts([source], frozenset({name}))
        assert not isinstance(facts, Unparsed)
        assert [site.chain[-1] for site in facts.sites] == [name]


def test_rows_are_the_outline_as_flat_values(parser: Parser) -> None:
    ((_, rows),) = parser.rows([Source("a", "python", ORDINARY)])
    ((_, outline),) = parser.outlines([Source("a", "python", ORDINARY)])
    assert isinstance(rows, Rows)
    assert outline_of("python", rows) == outline
    assert list(unpacked(rows.definitions)) == [["f", "f", "function", "", "1", "2", "def f(x)"]]


def test_a_language_without_facts_says_so(parser: Parser) -> None:
    ((_, facts),) = parser.facts([Source("a", "lua", b"x = 1\n")], frozenset())
    assert isinstance(facts, Unparsed)
    assert "no facts are read from lua" in facts.why


def test_nothing_is_left_when_the_parser_is_closed() -> None:
    parser = Parser(2)
    parser.start()
    pids = parser.pids()
    for _ in parser.outlines(ordinary(100)):
        break
    parser.close()
    assert len(pids) == 2
    assert all(is_gone(pid) for pid in pids)
    assert parser.pids() == ()


def test_nothing_is_left_when_the_asking_process_dies() -> None:
    library = Path(sys.modules["indexer"].__file__ or "").parent.parent
    program = (
        f"import sys; sys.path.insert(0, {str(library)!r})\n"
        "from indexer.outline.parser import Parser, Source\n"
        "parser = Parser(); list(parser.outlines([Source('a', 'python', b'')]))\n"
        "print(*parser.pids(), flush=True); sys.stdin.read()\n"
    )
    asking = subprocess.Popen(
        [sys.executable, "-I", "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with asking:
        assert asking.stdout
        worker = int(asking.stdout.readline())
        asking.kill()
    assert worker > 0
    assert any(has_ended(worker) for _ in count())


def has_ended(pid: int) -> bool:
    """Gone, or waiting for whoever inherited it to take its exit status."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_the_worker_is_limited_and_sees_nothing_of_ours(parser: Parser) -> None:
    list(parser.outlines(ordinary(1)))
    (pid,) = parser.pids()
    process = Path(f"/proc/{pid}")
    limits = {line[:26].strip(): line[26:47].strip() for line in (process / "limits").read_text().splitlines()}
    assert limits["Max address space"] == str(1 << 30)
    assert limits["Max file size"] == "0"
    assert limits["Max core file size"] == "0"
    assert limits["Max processes"] == "0"
    assert int(limits["Max open files"]) <= 32
    assert (process / "environ").read_bytes() == b""
    assert (process / "cwd").resolve() == Path("/")
    assert {int(descriptor.name) for descriptor in (process / "fd").iterdir()} == {0, 1, 2}


def test_the_asking_process_loads_no_grammar() -> None:
    library = Path(sys.modules["indexer"].__file__ or "").parent.parent
    program = (
        f"import sys; sys.path.insert(0, {str(library)!r})\n"
        "from indexer.outline.parser import Parser, Source\n"
        "with Parser() as parser: list(parser.outlines([Source('a', 'go', b'package p')]))\n"
        "print([name for name in sys.modules if name.startswith('tree_sitter')])\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
