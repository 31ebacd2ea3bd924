"""Every fault of a server, through `qcode ask`: the exit code, the cause and the remedy, and nothing of the key."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import qcode as package
from tests.model.certificates import Authority, authority
from tests.model.faults import FAULTS, ODDITIES, Fault, Oddity
from tests.model.forking import Forks, Ran
from tests.model.server import KEY, Server
from tests.model.settings import configured

SCHEMAS = Path(package.__file__).parent / "schemas"
AT_ONCE = 8
AHEAD = 2 * AT_ONCE
SLOWER = 5.0
"""Clocks run longer here than where a fault is played alone, because several runs share the machine."""
CLOCKS = ("first_token_s", "idle_s", "total_s")
FORMS: dict[str, tuple[str, ...]] = {"text": (), "json": ("--json",)}
Outcome = Callable[[Fault | Oddity, str], Ran]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def outcome(
    request: pytest.FixtureRequest, certificates: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Outcome]:
    """What `qcode ask` did at a fault. Those of the next tests are begun ahead of their turn, a few at a time."""
    base = tmp_path_factory.mktemp("faults")
    one_at_a_time = threading.Lock()

    def play(fault: Fault | Oddity, form: str) -> Ran:
        folder = base / f"{fault}-{form}"
        folder.mkdir()
        if isinstance(fault, Oddity):
            replies = fault.replies if isinstance(fault.replies, tuple) else (fault.replies,)
            with Server(*replies, kind=fault.kind) as server:
                return ask(folder, server.backend(), form, "--no-think")
        with one_at_a_time:
            playing = slower(fault).played(certificates)
            _, backend = playing.__enter__()
        try:
            return ask(folder, backend, form)
        finally:
            playing.__exit__(None, None, None)

    def ask(folder: Path, backend: Any, form: str, *options: str) -> Ran:
        arguments = ("ask", "Say hello.", *FORMS[form], *options)
        return forks.run(*arguments, environment=configured(folder, backend), folder=folder)

    with Forks() as forks, ThreadPoolExecutor(AT_ONCE) as pool:
        begun: dict[tuple[str, str], Future[Ran]] = {}
        order = list(selected(request))
        places = {(str(case), form): at for at, (case, form) in enumerate(order)}

        def of(case: Fault | Oddity, form: str) -> Ran:
            here = places[str(case), form]
            for next_case, next_form in order[here : here + AHEAD]:
                if (str(next_case), next_form) not in begun:
                    begun[str(next_case), next_form] = pool.submit(play, next_case, next_form)
            return begun[str(case), form].result()

        yield of
        pool.shutdown(cancel_futures=True)


def selected(request: pytest.FixtureRequest) -> Iterator[tuple[Fault | Oddity, str]]:
    """The cases of this module that are to be run."""
    for item in request.session.items:
        if item.path == request.path and isinstance(item, pytest.Function):
            parameters: dict[str, Any] = item.callspec.params
            yield parameters["case"], parameters["form"]


def slower(fault: Fault) -> Fault:
    settings = {name: value * SLOWER if name in CLOCKS else value for name, value in fault.settings.items()}
    return replace(fault, settings=settings)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", [fault for fault in FAULTS if not fault.tools], ids=str)
def test_a_fault_is_told_in_a_sentence_with_its_remedy(case: Fault, form: str, outcome: Outcome) -> None:
    ran = outcome(case, form)
    assert ran.code == case.exit, ran
    *notes, sentence, remedy = ran.err.splitlines()
    assert sentence.startswith("qcode: ") and sentence.endswith(".") and sentence.isprintable()
    assert case.settings or case.says in sentence  # words about its settings, which are changed here
    assert remedy.startswith("  ") and remedy.strip().endswith((".", "?"))
    assert all(note.startswith("qcode: ") and ("Asking again in" in note or "once more" in note) for note in notes), (
        notes
    )
    assert "Traceback" not in ran.err
    assert KEY not in ran.out + ran.err
    if form == "json":
        told = json.loads(ran.out)
        jsonschema.validate(told, json.loads((SCHEMAS / "error.json").read_text(encoding="utf-8")))
        assert (f"qcode: {told['error']}", f"  {told['remedy']}", told["exit"]) == (sentence, remedy, case.exit)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", ODDITIES, ids=str)
def test_an_oddity_is_answered(case: Oddity, form: str, outcome: Outcome) -> None:
    ran = outcome(case, form)
    assert ran.code == 0, ran
    assert case.notes in ran.err
    if form == "json":
        told = json.loads(ran.out)
        jsonschema.validate(told, json.loads((SCHEMAS / "ask.json").read_text(encoding="utf-8")))
        assert told["text"] == case.text
    else:
        assert ran.out == case.text.removesuffix("\n") + "\n"
