# Needs Python 3.11 or newer, git and make; everything else goes into .venv.

NOTEBOOKS := notebooks
SITE      := site
VENV      := .venv
BIN       := $(VENV)/bin
PIP       := $(BIN)/python -m pip --disable-pip-version-check install --progress-bar on -c requirements.lock
WITH_CHROMIUM = path=$$(sh .ci/chromium $(BIN)/python) && EXPLAINER_CHROMIUM="$$path"
SOURCES   := src tests $(wildcard benchmarks)

# Outputs of plain Plotly figures are their JSON, never a copy of plotly.js.
export PLOTLY_RENDERER := plotly_mimetype

.DEFAULT_GOAL := help
.PHONY: help serve lab site figures bench bench-load bench-fuzz check test clean

help:
	@echo 'make serve    the collection in Voilà, on a free local port'
	@echo 'make lab      the notebooks in JupyterLab'
	@echo 'make site     static pages in $(SITE)/'
	@echo 'make figures  the pictures of figures/, drawn anew'
	@echo 'make bench    one table of measured numbers'
	@echo 'make bench-load  a class arrives: the servers under load, in half an hour'
	@echo 'make bench-fuzz  random input on every scene, in 35 minutes'
	@echo 'make check    lint, types, import layers, unit tests: under a minute'
	@echo 'make test     everything, with a real Chromium'
	@echo 'make clean    remove $(VENV), $(SITE) and caches'

serve: $(VENV)/installed
	$(BIN)/explainer serve $(NOTEBOOKS)

lab: $(VENV)/installed
	$(BIN)/explainer lab $(NOTEBOOKS)

site: $(VENV)/installed
	$(BIN)/explainer site $(SITE) --notebooks $(NOTEBOOKS)

figures: $(VENV)/for-tests
	$(WITH_CHROMIUM) $(BIN)/explainer figures

bench: $(VENV)/for-tests $(VENV)/brian2/installed
	$(WITH_CHROMIUM) $(BIN)/python -m benchmarks

# Long ones, for a machine that does nothing else; each ends by itself.
bench-load: $(VENV)/for-tests
	$(WITH_CHROMIUM) $(BIN)/python -m benchmarks.load

bench-fuzz: $(VENV)/for-tests
	$(WITH_CHROMIUM) $(BIN)/python -m benchmarks.fuzz

# Tests that open a browser carry the mark `browser`; whole notebooks are left to `make test`.
check: $(VENV)/for-tests
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -n 2 -m 'not browser and not slow' tests

test: $(VENV)/for-tests
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(WITH_CHROMIUM) $(BIN)/pytest -n 2 --dist loadscope --nbval --nbval-current-env tests $(NOTEBOOKS)

clean:
	rm -rf $(VENV) $(SITE) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# The environment. It is made again whenever the dependencies change.

$(VENV)/bin/python:
	@found=; for python in python3.13 python3.12 python3.11 python3 python; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo 'No Python 3.11 or newer on the PATH; install one and run make again.' >&2; exit 1; fi; \
	echo "Making $(VENV) with $$($$found --version)"; \
	"$$found" -m venv $(VENV) || { rm -rf $(VENV); \
	  echo 'Python could not make a virtual environment; install its venv module (Debian: python3-venv).' >&2; exit 1; }

$(VENV)/installed: pyproject.toml requirements.lock | $(VENV)/bin/python
	@echo 'Installing; the first time this takes a few minutes.'
	$(PIP) -e .
	@touch $@

$(VENV)/for-tests: $(VENV)/installed
	@echo 'Installing what tests need.'
	$(PIP) -e '.[test]'
	@touch $@

$(VENV)/brian2/installed: benchmarks/brian2.txt | $(VENV)/bin/python
	@echo 'Installing Brian2, which benchmarks compare with.'
	$(BIN)/python -m venv $(VENV)/brian2
	$(VENV)/brian2/bin/python -m pip --disable-pip-version-check install --progress-bar on -r $<
	@touch $@
