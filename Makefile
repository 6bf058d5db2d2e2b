# Recipes for people and for .ci/run. Everything happens in .venv; nothing is installed outside the checkout.
# Without make:  python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest -n auto

PYTHON ?= python3
RUN := .venv/bin
.DEFAULT_GOAL := help

# What one process has compiled none of the hundreds that the tests start compiles again, whatever the shell was told.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test check schemas reference clean

help: ## what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1	\2/' | expand -t 16

# A stamp for each set of packages: made again only when pyproject.toml asks for others.
.venv/ready-%: pyproject.toml
	@test -x $(RUN)/python || $(PYTHON) -m venv .venv || { echo 'a Python 3.11 or newer with venv is needed'; exit 2; }
	@$(RUN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed: make PYTHON=python3.11, after deleting .venv'; exit 2; }
	@echo 'setting up .venv, once'
	@$(RUN)/pip install -qq --disable-pip-version-check -e '.$(if $(filter run,$*),,[$*])'
	@touch $@

demo: .venv/ready-run ## set up, and rate three examples: why a rating is what it is, and what is wrong with data
	@sh examples/demo.sh

test: .venv/ready-test ## set up, and run the tests, on all processors
	$(RUN)/pytest -n auto --dist worksteal

check: .venv/ready-dev ## format, lint, types, then the tests
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/pytest -n auto --dist worksteal

schemas: .venv/ready-run ## write the JSON Schemas again, after a change to the table of keys
	$(RUN)/python -m markscheme.shape.schema schemas

reference: .venv/ready-run ## write docs/language.md and docs/codes.md again, after a change to keys, operators or its prose
	$(RUN)/python -c 'from markscheme.syntax import table; print(table.written(), end="")' > .grammar.json
	@mv .grammar.json engine/markscheme/syntax/grammar.json
	$(RUN)/python -m markscheme.reference docs

clean: ## delete what was set up and cached
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
