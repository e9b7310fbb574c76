# Two commands: `make demo` (a demonstration county at http://127.0.0.1:8000) and `make test`.
# Nothing is installed outside .venv and nothing is written outside DATA_DIR (default var/). No root needed.

PYTHON ?= python3
PYTEST_ARGS ?= -n 2 --dist worksteal
BIN := .venv/bin
FLASK := $(BIN)/flask --app app

.PHONY: setup demo run test check bench

setup: .venv/.runs ## make .venv

# The demonstration county keeps to its own folder, so that it never mixes with a real one in var/.
demo: setup ## a demonstration county, served
	@DATA_DIR="$${DATA_DIR:-var/demo}" $(FLASK) demo

run: setup ## the panel; on an empty database makes the first account
	@$(FLASK) serve

# Many tests start a process of their own: what Python has compiled is kept for the next, whatever the machine prefers.
test: .venv/.tests ## every test
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest $(PYTEST_ARGS)

check: .venv/.tests ## style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

bench: setup ## ratios against floors measured in the same run
	@$(BIN)/python -m bench.run

# -- the environment: each stamp is newer than the lists it was made from ------

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python3 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || \
	  { echo "This Python cannot make .venv. On Debian ask the administrator for: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.runs: requirements.txt constraints.txt | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.tests: requirements-dev.txt .venv/.runs
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
