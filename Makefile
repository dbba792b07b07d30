# Everything is reached from here. `make help` lists it.
.DEFAULT_GOAL := help
# The newest that the tests are run on, of those that are here.
PYTHON = $(or $(firstword $(shell for each in python3.13 python3.12 python3.11; do $$each -c '' 2>/dev/null && echo $$each; done)),python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080

# Where machines are told not to keep what Python compiles, each process would compile the whole program again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check lint types imports words e2e pythons bench torture dialogs surfaces messages migration requirements clean

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

# What the program needs to run, and what developing needs besides, which has all of the first. Both are pinned and hashed.
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Python 3.11, 3.12 or 3.13 is needed: install one, or say where it is with make PYTHON=/path/to/python3.13")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
	@echo "Installing what the program needs (the first time only) ..."
	@$(INSTALL) $<
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt | $(BIN)/python
	@echo "Installing what the program, tests and checks need (the first time only) ..."
	@# uv takes a tenth of pip's time for the same pins. It knows nothing of how pip is set up, so pip follows if it fails.
	@sed -n '/^uv==/,/[^\\]$$/p' $< > $(VENV)/uv.txt
	@$(INSTALL) $(VENV)/uv.txt
	@$(BIN)/uv pip install --quiet --require-hashes --python $(BIN)/python -r $< || $(INSTALL) $<
	@touch $(VENV)/.run $@

run: $(VENV)/.run ## Start everything in one process, with an example partnership and the local chat page (PORT=8080)
	@mkdir -p data
	@$(BIN)/python -m bot run --port $(PORT)

test: $(VENV)/.dev ## Run every test but the browser ones, on SQLite and on a real PostgreSQL
	@$(BIN)/python -m pytest -m "not e2e" -n 3 $(ARGS)

check: $(VENV)/.dev ## Lint, types, import rules, and the spelling of what people read
	@# The types take as long as all the rest, so they go beside it.
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target types lint imports words

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.dev
	@$(BIN)/mypy

imports: $(VENV)/.dev
	@$(BIN)/lint-imports

words: $(VENV)/.dev
	@# The dictionaries come with npm; without it the check asks for Debian's.
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node_modules; fi
	@$(BIN)/python -m config.catalogs check

e2e: $(VENV)/.dev node_modules ## Walk the local page and the Teams client in a real browser (Debian: apt-get install chromium)
	@$(BIN)/python -m pytest -m e2e -n 2 $(ARGS)

node_modules: package.json package-lock.json
	@command -v npm >/dev/null || { echo "The Teams client needs Node.js with npm: install it (Debian: apt-get install nodejs npm)."; exit 1; }
	@npm ci --no-audit --no-fund --silent
	@touch $@

pythons: $(VENV)/.dev ## Try a short part of the tests on the other Pythons from 3.11 to 3.13 that are here
	@.ci/pythons

bench: $(VENV)/.dev ## Measure speed, as ratios inside one run
	@$(BIN)/python -m bench

KILLS ?= 150
torture: $(VENV)/.dev ## Kill workers and cut the database off while they send: is anything lost, or said twice? (KILLS=150)
	@$(BIN)/python -m bench.torture --kills $(KILLS)

dialogs: $(VENV)/.dev ## Write one page with every step and message as each surface draws it (build/dialogs.html)
	@$(BIN)/python -m tests.catalogue build/dialogs.html

surfaces: $(VENV)/.dev ## Write docs/surfaces.md: what can be done on Slack, on Teams and on the pages
	@$(BIN)/python -m tests.on_each_surface

messages: $(VENV)/.dev ## Bring the translation catalogs up to date with the code
	@$(BIN)/python -m config.catalogs update

migration: $(VENV)/.dev ## Write the next migration from storage/tables (WHAT="what it does")
	@$(BIN)/python -m storage.migrations.write "$(WHAT)"

requirements: $(VENV)/.dev ## Pin the newest allowed versions anew
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.txt

clean: ## Remove the environment and what tests left behind (not data/)
	@rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache e2e-results
