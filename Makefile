# Two commands do everything: `make demo` and `make test`.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test lint clean

demo: .venv/.demo  ## show everything on a study of our own; Ctrl-C stops it
	@exec $(BIN)/annotate demo --study annotate-demo

test: .venv/.test  ## run every check and every test
	@echo "== Checking the code"
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@echo "== Running the tests (a real Label Studio, a real browser: about half an hour)"
	$(BIN)/python -m pytest

# The requirements files name every package with its hash, so that nothing else gets in.
# --no-deps: they are complete, and old versions of pip stumble over extras in them.
.venv/.demo: requirements.lock pyproject.toml | .venv/.made
	@echo "== Installing what the demonstration needs (about 1 GB, a few minutes)"
	@$(INSTALL) --no-deps --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.test: requirements-dev.lock pyproject.toml | .venv/.made
	@echo "== Installing what the tests need (about 2 GB, a few minutes)"
	@$(INSTALL) --no-deps --require-hashes -r requirements-dev.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@$(BIN)/python tests/get_browser.py
	@touch $@

.venv/.made:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with venv is needed (Debian: apt install python3-venv); or say make PYTHON=/path/to/python3.12"; exit 1; }
	@echo "== Making a virtual environment with $(PYTHON)"
	@$(PYTHON) -m venv .venv
	@touch $@

clean:  ## remove the environment and the demonstration
	rm -rf .venv annotate-demo
