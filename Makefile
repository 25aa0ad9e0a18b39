# make demo   sets up and does the main job, offline, in a real kernel
# make test   sets up and passes all tests
# make check  lint, types, imports, quick tests: the daily loop
# make lab    opens JupyterLab on examples/
# make bench  the figures of docs/performance.md
# make coverage  which branches the tests take; fails below 90%

PYTHON ?= python3
VENV := .venv
ORACLES := .venv-oracles
BIN := $(VENV)/bin
WORKERS ?= 2
# Kernels, browsers and endpoints that fail mostly wait: one worker more than there are cores.
WAITING ?= 3
# What the oldest numpy and pandas have to pass.
OLDEST := tests/oracles_venv tests/expressions tests/laws tests/sampling tests/fidelity \
	tests/display tests/authors tests/promises/test_first_cell.py \
	tests/test_pipeline.py tests/test_record.py tests/test_lock.py tests/test_table_file.py

.PHONY: demo test check coverage lab bench oracles screenshots clean

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.demo: $(VENV)/.made pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[notebook,parquet]"
	@touch $@

$(VENV)/.test: $(VENV)/.made pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test]"
	@touch $@ $(VENV)/.demo

# lifelines asks for pandas < 3, so it lives apart, with the oldest numpy and pandas that we allow.
$(ORACLES)/.made: pyproject.toml
	$(PYTHON) -m venv $(ORACLES)
	$(ORACLES)/bin/python -m pip install --quiet --disable-pip-version-check -e ".[oracles]"
	@touch $@

demo: $(VENV)/.demo
	@$(BIN)/python examples/demo.py

lab: $(VENV)/.test
	$(BIN)/jupyter lab examples

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n $(WORKERS) -m "not slow and not long and not browser and not kernel"

# The oldest numpy and pandas draw the same bits; lifelines recovers hazards and survival.
oracles: $(ORACLES)/.made
	$(ORACLES)/bin/python -m pytest -q -n $(WORKERS) -k "not dask" \
		-m "not browser and not kernel and not slow" $(OLDEST)

test: $(VENV)/.test $(ORACLES)/.made
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) --no-print-directory oracles
	$(BIN)/python -m pytest -n $(WAITING)

# Branches that the tests take: tracing nearly doubles the time, so it is a run of its own.
coverage: $(VENV)/.test
	$(BIN)/python -m pytest -q -n $(WAITING) --cov --cov-report=term:skip-covered --cov-fail-under=90

screenshots: $(VENV)/.test
	$(BIN)/python -m pytest -q -m browser tests/browser

bench: $(VENV)/.test
	$(BIN)/python tests/benchmarks/run.py

clean:
	rm -rf $(VENV) $(ORACLES) out .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
