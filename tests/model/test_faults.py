"""Every fault of a server ends in its own problem, and every oddity in its answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agents.model import Exchange, Finished, Message, ModelProblem, Noted, Retries, Text, connect, profile_for
from agents.model.refusals import retry_after
from tests.model.certificates import Authority
from tests.model.faults import FAULTS, ODDITIES, TOOLS, Fault, Oddity
from tests.model.server import KEY, MODEL, Server

QUESTION = [Message("user", "Say hello.")]
AT_ONCE = Retries(first_wait_s=0.0)

pytestmark = pytest.mark.timeout(30)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_ends_in_its_problem(fault: Fault, certificates: Authority) -> None:
    kept: list[Exchange] = []
    with fault.played(certificates) as (server, backend):
        model = connect(profile_for(MODEL), backend, kept.append, retries=AT_ONCE, streamed=fault.streamed)
        deltas = []
        with pytest.raises(ModelProblem) as raised:
            for delta in model.stream(QUESTION, TOOLS if fault.tools else ()):
                deltas.append(delta)
    problem, said = raised.value, [str(raised.value), raised.value.remedy, repr(raised.value), repr(model)]
    assert (problem.slug, problem.exit_code) == (fault.slug, fault.exit), problem
    assert fault.says in str(problem)
    assert str(problem).isprintable() and str(problem).endswith(".") and len(str(problem)) < 450
    assert problem.remedy
    assert not any(isinstance(delta, Finished) for delta in deltas)
    assert KEY not in " ".join([*said, *map(repr, deltas), *map(repr, kept)])
    assert kept[-1].problem == fault.slug and kept[-1].finished is None
    assert fault.times is None or len(server.asked) == fault.times


@pytest.mark.parametrize("oddity", ODDITIES, ids=str)
def test_an_oddity_is_answered(oddity: Oddity) -> None:
    replies = oddity.replies if isinstance(oddity.replies, tuple) else (oddity.replies,)
    with Server(*replies, kind=oddity.kind) as server:
        model = connect(profile_for(MODEL), server.backend(), retries=AT_ONCE, streamed=oddity.streamed)
        deltas = list(model.stream(QUESTION, mode="plain"))
    assert isinstance(deltas[-1], Finished)
    assert "".join(delta.text for delta in deltas if isinstance(delta, Text)) == oddity.text
    notes = [delta.sentence for delta in deltas if isinstance(delta, Noted)]
    assert any(oddity.notes in note for note in notes) if oddity.notes else notes == []


def test_the_table_is_as_large_as_promised() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(set(names)) == len(names) >= 120


@pytest.mark.parametrize(
    "value",
    [
        "Mon, 01 Jan 2024 00:00:00 +240000000000000000000",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +9999",
        "Mon, 01 Jan 2024 " + "9" * 5000,
        "9" * 400,
        ",",
        "",
    ],
)
def test_a_wild_time_to_wait_is_none(value: str) -> None:
    assert retry_after(value, datetime.now(UTC)) is None
