# Duban 督办. Two commands need nothing but Python 3.11 or newer and make:
#   make demo     a sample office, served on loopback
#   make test     every test
# Everything is installed into .venv, by hash, and done again only when the pinned list changes.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo test lint bench soak pictures lock clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
WORKERS ?= 2
BENCH := bench

help:
	@echo "make demo     install, then serve a sample office on loopback"
	@echo "make test     install, then run every test"
	@echo "make install  make .venv/bin/duban and nothing else"
	@echo "make lint     ruff, mypy and the house rules"
	@echo "make bench    measure; make soak: measure for long"
	@echo "make pictures take the pictures of the tutorials anew"
	@echo "make lock     pin the requirements anew (needs uv)"

install: $(VENV)/.product

demo: install
	@exec $(BIN)/duban demo

test: $(VENV)/.dev $(VENV)/.product
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations 10

lint: $(VENV)/.dev $(VENV)/.product
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/house

bench: $(VENV)/.dev $(VENV)/.product
	@$(BIN)/python -m $(BENCH)

soak: $(VENV)/.dev $(VENV)/.product
	@DUBAN_WALK_STEPS=200000 DUBAN_MUTATIONS=20000 $(BIN)/python -m pytest -q -s tests/service/test_walk_workflow.py tests/service/test_verify_mutations.py
	@DUBAN_TEST_KILLS=100 $(BIN)/python -m pytest -q -s tests/faults/test_kill_the_server.py
	@$(BIN)/python -m pytest -q tests/cli/test_report_requests.py tests/web/api/test_report_requests.py
	@DUBAN_LOOKS=8 DUBAN_SWEEP=full DUBAN_WALKS=3 DUBAN_SIGHT_OFFICES=200 DUBAN_SIGHT_READERS=9 DUBAN_SIGHT_PAGES=50 DUBAN_SIGHT_PAGE_READERS=9 $(BIN)/python -m pytest -q -s tests/browser tests/service/test_show_the_seen_alone.py tests/web/test_render_the_seen_alone.py
	@$(BIN)/python -m $(BENCH).soak

pictures: $(VENV)/.dev $(VENV)/.product
	@$(BIN)/python -m tests.tutorials.pictures

# --- the environment ---------------------------------------------------------------------------

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Duban needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 ...")'
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "Python has no venv here. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements/runtime.txt | $(VENV)/.made
	@echo "installing the pinned requirements into $(VENV)"
	@$(PIP) install --require-hashes -r $<
	@touch $@

# The product is linked, not copied; its build tools are in the pinned list, so no network is used.
$(VENV)/.product: pyproject.toml $(VENV)/.runtime
	@$(PIP) install --no-deps --no-index --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "installing what the tests need"
	@$(PIP) install --require-hashes -r $<
	@touch $@

# --- upkeep ------------------------------------------------------------------------------------

UV_LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate pyproject.toml

lock:
	$(UV_LOCK) --group build --all-extras -o requirements/runtime.txt
	$(UV_LOCK) --group dev --all-extras -c requirements/runtime.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
