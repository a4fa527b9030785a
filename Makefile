# Every target prints the commands it runs, so that each can be typed by hand.
# Another Python or another environment: make test PYTHON=python3.12 VENV=build/venv-3.12

PYTHON ?= python3
VENV ?= .venv
ARGS ?=
WORKERS ?= 2

PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check -qq
LOCK := requirements/lock.txt
SCENARIOS := today link integrate complete

# One thread per solver and per BLAS: the test workers already use the cores.
PYTEST := OMP_NUM_THREADS=1 $(PY) -m pytest -n $(WORKERS)

.DEFAULT_GOAL := help
.PHONY: help setup run test validate data bench lint format docs lock clean

help:  ## show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  Extra arguments through ARGS, for example"
	@echo "    make run ARGS='--lang zh --days 8'"
	@echo "    make test ARGS='tests/unit -k project'"

setup: $(VENV)/.package  ## the virtual environment with the locked versions and this package

run: $(VENV)/.package  ## the main job: today's markets and the reforms, report in runs/main
	$(VENV)/bin/dualcarbon run $(SCENARIOS) --lang en --out runs/main $(ARGS)

test: $(VENV)/.package  ## all tests but the slow ones
	$(PYTEST) $(ARGS)

validate: $(VENV)/.package  ## the slow tests: full size, against published figures
	$(PYTEST) -m slow $(ARGS)

data: $(VENV)/.package  ## rebuild the embedded tables from the raw data in ../shared/data
	$(PY) -m tools $(ARGS)

bench: $(VENV)/.package  ## speed beside other tools; minutes
	$(PY) -m benchmarks $(ARGS)

lint: $(VENV)/.package  ## ruff and mypy
	$(PY) -m ruff check
	$(PY) -m mypy

format: $(VENV)/.package  ## mend what ruff can mend
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

docs: $(VENV)/.docs  ## the documentation as HTML in build/docs
	$(PY) -m sphinx -q -W -b html docs build/docs

lock:  ## choose the versions anew and write requirements/*.txt
	rm -rf build/lock
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install -qq '.[dev]' hatchling editables 'docutils<0.23'  # myst-parser's bound
	build/lock/bin/python -m pip freeze --exclude dualcarbon > build/lock/lock.txt
	build/lock/bin/python -m pip install -qq '.[docs]' -c build/lock/lock.txt
	build/lock/bin/python -m pip freeze --exclude dualcarbon > build/lock/all.txt
	{ sed -n '/^#/p' $(LOCK); cat build/lock/lock.txt; } > build/lock/new.txt
	{ sed -n '/^#/p' requirements/docs.txt; grep -vxFf build/lock/lock.txt build/lock/all.txt; } > build/lock/docs.txt
	mv build/lock/new.txt $(LOCK)
	mv build/lock/docs.txt requirements/docs.txt

clean:  ## remove everything that make creates, runs/ excepted
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: the dependencies follow the lock file, the package its metadata.

$(VENV)/.locked: $(LOCK)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dualcarbon needs Python 3.11 or newer; name another one: make PYTHON=python3.12")'
	@echo "Installing about 1.4 GB of dependencies into $(VENV): 1 to 3 minutes, the first time only."
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -r $(LOCK)
	@touch $@

$(VENV)/.package: $(VENV)/.locked pyproject.toml src/dualcarbon/version.py
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.docs: $(VENV)/.package requirements/docs.txt
	$(PIP) install -r requirements/docs.txt
	@touch $@
