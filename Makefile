# Every target prints the commands it runs, so that each can be typed by hand.
# Another Python or another environment: make test PYTHON=python3.12 VENV=build/venv-3.12

PYTHON ?= python3
VENV ?= .venv
ARGS ?=
WORKERS ?= 2

PY := $(VENV)/bin/python
# pip compiles none of the 13,000 files to byte code: that takes longer than all else. Importing the
# public names below compiles the 3,000 that are used, and the rest is compiled when it first is.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(PY) -m pip --disable-pip-version-check install --no-compile
ALL := $(VENV)/.test $(VENV)/.package
SCENARIOS := today link integrate complete

# One thread per solver and per BLAS: the test workers already use the cores. The tests of a file stay
# together, so that each model they share is built once.
PYTEST := OMP_NUM_THREADS=1 $(PY) -m pytest -n $(WORKERS) --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help setup run lab test validate data bench lint format docs lock clean

help:  ## show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  Extra arguments through ARGS, for example"
	@echo "    make run ARGS='--lang zh --days 8'"
	@echo "    make test ARGS='tests/unit -k project'"

setup: $(ALL)  ## the virtual environment, with all that the targets below need

run: $(VENV)/.package  ## the main job: today's markets and the reforms, report in runs/main
	$(VENV)/bin/dualcarbon run $(SCENARIOS) --lang en --out runs/main $(ARGS)

lab: $(VENV)/.package  ## the policy lab in the browser, on this machine only
	$(VENV)/bin/dualcarbon lab $(ARGS)

test: $(ALL)  ## all tests but the slow ones
	$(PYTEST) $(ARGS)

validate: $(ALL)  ## the slow tests: full size, against published figures
	$(PYTEST) -m slow $(ARGS)

data: $(VENV)/.package  ## rebuild the embedded tables from the raw data in ../shared/data
	$(PY) -m tools $(ARGS)

bench: $(ALL)  ## speed beside other tools; minutes
	$(PY) -m benchmarks $(ARGS)

lint: $(ALL)  ## ruff and mypy
	$(PY) -m ruff check
	$(PY) -m mypy

format: $(ALL)  ## mend what ruff can mend
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

docs: $(VENV)/.docs $(VENV)/.package  ## the documentation as HTML in build/docs
	$(PY) -m sphinx -q -W -b html docs build/docs

lock:  ## choose the versions anew and write requirements/*.txt
	rm -rf build/lock
	$(PYTHON) -m venv build/lock
	$(call choose,run,'.[markets,lab]' hatchling editables)
	$(call choose,test,'.[dev]' 'docutils<0.23')  # myst-parser's bound
	$(call choose,docs,'.[docs]' 'soupsieve<3.0.2')  # which wants Python 3.11.5

bounds: $(VENV)/.python  ## the oldest and the newest versions allowed, each in a venv with its tests; needs an index
	$(PY) -m tools.bounds lowest build/bounds/lowest
	$(PY) -m tools.bounds newest build/bounds/newest

licences: $(ALL) $(VENV)/.docs  ## the licences of all pinned packages, in requirements/licences.csv
	$(PY) -m tools.licences

clean:  ## remove everything that make creates, runs/ excepted
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# $(call choose,NAME,WANTED): installs what is wanted beside what is there, and writes the pins that
# are new under the head of the lock file: what it is for, how many packages, options of pip.

define choose
	build/lock/bin/python -m pip freeze --exclude dualcarbon > build/lock/before
	build/lock/bin/python -m pip install -qq --only-binary :all: $(2) -c build/lock/before
	build/lock/bin/python -m pip freeze --exclude dualcarbon | grep -vxFf build/lock/before > build/lock/pins
	{ sed -n '/^[#-]/p' requirements/$(1).txt | sed "2s/[0-9][0-9]*/$$(grep -c = build/lock/pins)/"; cat build/lock/pins; } > build/lock/new
	mv build/lock/new requirements/$(1).txt
endef

# $(call install,FILE): says what comes, as the second line of the lock file has it, installs it, and says
# what it took. pip is silent while it unpacks, so a line every 15 seconds counts what is there.

define install
	@sed -n '2s/^# /Installing /p' $(1)
	@echo '$(PIP) -r $(1)'
	@began=$$(date +%s); \
	while sleep 15 && kill -0 $$$$ 2> /dev/null; do \
		echo "  $$(($$(date +%s) - began)) seconds, $$(find $(VENV)/lib -name '*.dist-info' | grep -c .) packages in place"; \
	done & \
	$(PIP) -r $(1); failed=$$?; kill $$!; [ $$failed = 0 ] || exit $$failed; \
	echo "Installed in $$(($$(date +%s) - began)) seconds; $(VENV) now has $$(du -sm $(VENV) | cut -f1) MB."
	@touch $@
endef

# Stamps: what is installed follows its lock file, the package its metadata.

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dualcarbon needs Python 3.11 or newer; name another one: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements/run.txt | $(VENV)/.python
	$(call install,$<)

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	$(call install,$<)

$(VENV)/.docs: requirements/docs.txt $(VENV)/.test
	$(call install,$<)

$(VENV)/.package: $(VENV)/.run pyproject.toml src/dualcarbon/version.py
	$(PIP) -q --no-deps --no-build-isolation -e .
	$(PY) -c 'import dualcarbon as dc, netCDF4, openpyxl, tsam; [getattr(dc, name) for name in dc.__all__]'
	@touch $@
