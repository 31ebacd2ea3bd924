"""What can go wrong between us and a model, one slug a cause.

    ModelProblem          3  `slug` names the cause: refused, no-such-host, tls-…, proxy-…, connection-lost, not-http,
                             key-refused, forbidden, no-such-path, rate-limited, overloaded, server-error, bad-request,
                             not-json, bad-stream, cut-off, server-said-error, empty-answer, bad-tool-call, …
    ├── ContextOverflow   3  the prompt does not fit; with the two numbers where the server gives them
    ├── WrongModel        3  another model answered than the one that was asked
    ├── TooLate           3  the clock of the first token or of silence ran out
    ├── RunningInCircles  3  the model repeats itself
    ├── Interrupted     130  another thread broke the answer off
    └── OutOfTime         4  the clock of the whole answer ran out: incomplete, not broken

No sentence holds the key; words of the server are quoted short, printable and masked.
"""

from __future__ import annotations

from typing import ClassVar

from indexer.errors import Problem

_LONGEST_NAME = 100


class ModelProblem(Problem):
    """There is no whole answer. `slug` names the cause for programs; what was streamed before is not to be used.

    `again` says that the same request may succeed later, `wait_s` how many seconds the server asks to wait until then.
    """

    exit_code: ClassVar[int] = 3

    def __init__(
        self, slug: str, sentence: str, remedy: str = "", *, again: bool = False, wait_s: float | None = None
    ) -> None:
        super().__init__(sentence, remedy)
        self.slug = slug
        self.again = again
        self.wait_s = wait_s


class ContextOverflow(ModelProblem):
    """The prompt does not fit the model's context. `prompt` and `limit` are tokens, None where not said."""

    def __init__(self, sentence: str, prompt: int | None = None, limit: int | None = None) -> None:
        super().__init__("context-overflow", sentence, "Ask with less text, or serve the model with a longer context.")
        self.prompt = prompt
        self.limit = limit


class WrongModel(ModelProblem):
    """Another model answered than the one that was asked."""

    def __init__(self, asked: str, answered: str) -> None:
        answered = answered[:_LONGEST_NAME]
        super().__init__(
            "wrong-model",
            f"{answered!r} answered, but {asked!r} was asked.",
            f"Turn off fallbacks on the server, or write model = {answered!r} in the backend settings.",
        )
        self.asked = asked
        self.answered = answered


class TooLate(ModelProblem):
    """A clock ran out: `slug` is first-token-late or stalled."""


class RunningInCircles(ModelProblem):
    """The model repeats itself without end; the request was ended."""


class Interrupted(ModelProblem):
    """The answer was broken off by `abort`."""

    exit_code: ClassVar[int] = 130

    def __init__(self) -> None:
        super().__init__("interrupted", "The answer was broken off.")


class OutOfTime(ModelProblem):
    """The time for the whole answer is over."""

    exit_code: ClassVar[int] = 4
