# README's two commands are `make run` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := shared $(patsubst %/pyproject.toml,%,$(wildcard services/*/pyproject.toml))
SOURCES := $(PACKAGES:%=%/src)
STAMP := $(VENV)/.installed
# Splink and what it needs are for comparing only, and stay apart from what we ship
BENCH_STAMP := .venv-bench/.installed
DATA_DIR ?= .data
# on one lasting broker several stacks would be members of the same consumer groups
WORKERS ?= $(if $(KAFKA_BOOTSTRAP_SERVERS),0,5)
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11 --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help setup run test check check-lint check-format check-types check-layers format generate lock bench bench-duplicates fit-duplicates test-containers test-faults test-mutants

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | while IFS='|' read -r name text; do printf '  make %-16s %s\n' "$$name" "$$text"; done

$(STAMP): requirements/bootstrap.txt requirements/dev.txt $(PACKAGES:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Python 3.11 to 3.13 is needed, this is %s: make PYTHON=python3.11 ..." % sys.version.split()[0])'
	@echo "making the virtual environment $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "The venv could not be made: on Debian and Ubuntu, apt-get install python3-venv"; exit 1; }
	@echo "installing the locked dependencies into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/bootstrap.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation $(PACKAGES:%=-e %)
	@touch $(STAMP)

setup: $(STAMP) ## make the virtual environment from the locked requirements

run: $(STAMP) ## start everything with demo data: DATA_DIR=.data keeps it, Ctrl-C ends it
	@DATA_DIR=$(DATA_DIR) $(BIN)/python -m shared.devstack

test: $(STAMP) ## all tests on real embedded parts, or on KAFKA_BOOTSTRAP_SERVERS=... MONGODB_URI=...; ARGS="-k name" WORKERS=1
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -m "not faults" -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-containers: $(STAMP) ## the tests that use a broker or a database, on MongoDB and Apache Kafka in Docker
	@TESTCONTAINERS_RYUK_DISABLED=true $(BIN)/python -m pytest -m "(kafka or mongodb) and not faults and not browser" --containers $(ARGS)

test-faults: $(STAMP) ## kill, cut and flood the running stack
	@$(BIN)/python -m pytest -m faults $(ARGS)

test-mutants: $(STAMP) ## break the product in one place after the other: the tests must notice; ARGS="I7"
	@$(BIN)/python -m tests.mutants $(ARGS)

check: check-lint check-format check-types check-layers ## lint, format, types and layers

check-lint: $(STAMP)
	@$(BIN)/ruff check .

check-format: $(STAMP)
	@$(BIN)/ruff format --check .

check-types: $(STAMP)
	@$(BIN)/mypy --strict $(SOURCES) tests bench

check-layers: $(STAMP)
	@$(BIN)/python -m tests.support.layers

format: $(STAMP) ## let ruff mend what it can
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format .

bench: $(STAMP) ## what it costs, against the ceilings of this machine
	@$(BIN)/python -m bench $(ARGS)

$(BENCH_STAMP): requirements/bench.txt $(STAMP)
	@$(PYTHON) -m venv .venv-bench
	@$(BIN)/uv pip install --quiet --python .venv-bench/bin/python --require-hashes -r requirements/bench.txt
	@touch $(BENCH_STAMP)

bench-duplicates: $(BENCH_STAMP) ## Splink beside our matcher on labelled records: ARGS="DIRECTORY..."
	@$(BIN)/python -m bench.dedupe_splink $(ARGS)

fit-duplicates: $(BENCH_STAMP) ## the weights of the duplicate matcher from labelled records: ARGS="DIRECTORY --write"
	@PYTHONPATH=shared/src:services/dedupe/src .venv-bench/bin/python -m bench.dedupe_fit $(ARGS)

generate: $(STAMP) ## write what follows from the code: event catalogue, schemas, settings table, requirements
	@$(BIN)/python -m shared.contracts.export
	@$(BIN)/python -m shared.settings_table
	@$(BIN)/python -m tests.support.requirements

lock: $(STAMP) ## resolve requirements/*.in anew
	@for name in bootstrap build runtime dev bench; do $(LOCK) requirements/$$name.in --output-file requirements/$$name.txt || exit 1; done
