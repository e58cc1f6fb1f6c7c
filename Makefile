# Needs Python 3.11 or later with pip, and make. `make` alone says what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
DEMO := build/demo
DIST ?= dist

PIP := -qq --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench samples snapshots lock wheel clean ci
MAKEFLAGS += --no-print-directory

help: ## say what there is
	@grep -hE '^[a-z ]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+)[a-z ]*:.*## (.*)/  make \1\t\2/' | expand -t 18

setup: $(READY) ## make the environment in .venv, with every version locked
	@:

# The machine's own pip installs the locked pip, since Debian's venv can't, and the locked setuptools, since PyLaTeX comes
# as source: left alone, pip would build it with whatever setuptools is the newest.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "derive needs Python 3.11 or later: make PYTHON=/path/to/python3.11 …" >&2; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null || { echo "derive needs pip: apt install python3-pip" >&2; exit 1; }
	@echo "Setting up $(VENV) (once; a minute or two) …"
	@$(PYTHON) -m venv --clear --without-pip $(VENV)
	@awk '/^(pip|setuptools)==/ { on = 1 } on { print } !/\\$$/ { on = 0 }' requirements.lock > $(VENV)/first.lock
	@$(PYTHON) -m pip --python $(BIN)/python install $(PIP) --no-deps --require-hashes --requirement $(VENV)/first.lock
	@$(BIN)/python -m pip install $(PIP) --no-build-isolation --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install $(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

demo: $(READY) ## solve the source network and say where the files are
	@$(BIN)/derive solve templates/configs/source.toml --format md,pdf,tex,html,json --out $(DEMO)
	@echo "The worked solution is in $(DEMO)."

test: $(READY) ## run the tests
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
		echo "There is no Chromium (apt install chromium): the tests of pages in a browser are skipped."
	@$(BIN)/python -m pytest -n auto -q

lint: $(READY) ## check style, layout and types
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "not formatted: run $(BIN)/ruff format" >&2; exit 1; }
	@$(BIN)/mypy --strict derive

bench: $(READY) ## measure the cost beside the naive way
	@$(BIN)/python -m tests.bench

samples snapshots: $(READY) ## renew the committed samples and the gallery in output/ and the snapshots in tests/snapshots/
	@$(BIN)/python -m tests.samples
	@$(BIN)/python -m tests.gallery

lock: $(READY) ## renew requirements.lock from pyproject.toml
	@env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make lock" \
		$(BIN)/python -m piptools compile --quiet --upgrade --generate-hashes --extra dev --allow-unsafe --strip-extras \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
		--output-file requirements.lock pyproject.toml

wheel: $(READY) ## build the source distribution, and the wheel from it, into dist/
	@$(BIN)/python -m build -qq --no-isolation --outdir $(DIST) .

clean: ## remove everything that make made
	@rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

ci: ## what must pass before a change lands
	@bash .ci/run
