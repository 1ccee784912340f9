# One command each, from a clean clone: make demo | make serve | make test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo serve test test-slow lint types clean

demo: $(VENV)/.runtime
	$(BIN)/kefu demo

serve: $(VENV)/.runtime
	$(BIN)/kefu serve

test: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	for pack in banking shop clinic; do $(BIN)/kefu train $$pack || exit 1; done
	$(BIN)/pytest -m "not slow"

test-slow: $(VENV)/.dev
	for pack in banking shop clinic; do $(BIN)/kefu train $$pack || exit 1; done
	$(BIN)/pytest -m slow --timeout 3600

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

$(VENV)/.runtime: constraints.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) runs dist build .mypy_cache .ruff_cache .pytest_cache
