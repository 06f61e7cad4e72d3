# Two commands: `make run` talks, `make test` proves. Both set up .venv from uv.lock on first use.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
UV := $(BIN)/python -m uv
JOBS ?= auto

.PHONY: run sandbox doctor test check lint types bench screenshots clean

run: .venv/.run
	$(BIN)/parley run

sandbox: .venv/.run
	$(BIN)/parley sandbox

doctor: .venv/.run
	$(BIN)/parley doctor

test: lint types
	$(BIN)/python -m pytest -n $(JOBS)

check: test

lint: .venv/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache --no-logo

types: .venv/.test
	$(BIN)/pyright

bench: .venv/.test
	$(BIN)/python -m bench

screenshots: .venv/.test
	$(BIN)/python -m tests.web.screenshots

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis build dist *.egg-info

.venv/.uv:
	@test -n "$(PYTHON)" || { echo "Parley needs Python 3.11 or newer: none was found on the PATH."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.13,<0.14"
	@touch $@

.venv/.run: .venv/.uv pyproject.toml uv.lock
	$(UV) sync --quiet --locked --inexact --compile-bytecode --no-dev
	@touch $@

.venv/.test: .venv/.uv pyproject.toml uv.lock
	$(UV) sync --quiet --locked --inexact --compile-bytecode --group dev
	@touch $@ .venv/.run
