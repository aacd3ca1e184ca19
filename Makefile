# The two commands: `make reproduce` builds every result from the raw plans, `make test` proves it.
# Both make .venv on first use. Needs Python 3.11 or newer, nothing else: PYTHON=python3.12 make test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RAW := data/raw
OUT := data/processed
NOTEBOOKS := $(sort $(wildcard notebooks/*.ipynb))
WORKERS ?= 2

# The same figures on every machine, whatever fonts it has.
export WPNET_FONT := bundled

LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
# An environment whose Python is gone or that was made for another folder is made anew.
STALE := $(shell test -x $(BIN)/python && test "`cat $(READY) 2>/dev/null`" = "$(CURDIR)" \
  || rm -f $(READY) $(LOCKED))

.PHONY: help docs dist reproduce build notebooks figures test quick bench soak attack lint format lock clean distclean
.DELETE_ON_ERROR:

help:
	@echo 'make reproduce  raw plans -> data/processed, executed notebooks, figures'
	@echo 'make test       all tests; make quick: those under a minute; make lint: ruff and mypy'
	@echo 'make figures | notebooks | build   one part of reproduce'
	@echo 'make docs       the documentation as a site, offline: docs/_site/index.html'
	@echo 'make dist       wheel and source distribution in dist/'
	@echo 'make bench      what the work costs beside plain tools, and how it grows'
	@echo 'make soak       read 100,000 damaged files: no crash, nothing lost (about 15 minutes)'
	@echo 'make attack     crash points of every command, concurrency, hostile input (about 20 minutes)'
	@echo 'make lock       renew the pinned versions from pyproject.toml'
	@echo 'make clean      remove caches; make distclean: .venv too'

# The notebooks write the figures.
reproduce: build notebooks

build: $(READY)
	$(BIN)/python -m wpnet build --raw $(RAW) --out $(OUT)

notebooks: build
	$(BIN)/python tools/run_notebooks.py $(NOTEBOOKS)

figures: build
	$(BIN)/python tools/make_figures.py

test quick: export MPLBACKEND := Agg

test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) -m 'not attack'

quick: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) -m 'not slow and not browser and not attack'

# SIZES=1000,3000,10000,30000 for the whole growth: about an hour on two cores.
SIZES ?= 100,300,1000

bench: $(READY)
	$(BIN)/python -m bench.run --sizes $(SIZES) --workers $(WORKERS)

# N=1000000 for a night.
N ?= 100000

soak: $(READY)
	$(BIN)/python -W ignore tests/formats/soak.py --count $(N)

attack: $(READY)
	MPLBACKEND=Agg $(BIN)/python -m pytest -n $(WORKERS) -m attack tests/attacks

lint: $(READY)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

docs: $(READY)
	$(BIN)/python -W error::UserWarning tools/build_docs.py

# The wheel is built from the source distribution, so that both are known to be whole.
dist: $(READY)
	rm -rf build dist
	$(BIN)/python -c 'from setuptools import build_meta; build_meta.build_sdist("dist")'
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --no-index --wheel-dir dist \
	  dist/wpnet-*.tar.gz

format: $(READY)
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

# pip and setuptools first, at their own pinned versions: jieba comes as source and is built with them.
$(LOCKED): requirements-build.lock requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'wpnet needs Python 3.11 or newer: name one, e.g. make PYTHON=python3.12 test' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { \
	  echo 'This Python cannot make environments: install python3-venv (apt) or another Python.' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-build.lock
	$(BIN)/python -m pip install --quiet --require-hashes --no-build-isolation -r requirements.lock
	touch $@

$(READY): $(LOCKED) pyproject.toml
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@echo "$(CURDIR)" > $@

COMPILE = $(BIN)/python -m uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
  --no-config --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

lock: $(READY)
	$(COMPILE) --output-file requirements-build.lock requirements-build.in
	$(COMPILE) --extra semantic --extra dev --output-file requirements.lock pyproject.toml

clean:
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -path ./$(VENV) -prune -o -type d -name __pycache__ -exec rm -rf {} +
	find . -path ./$(VENV) -prune -o -type d -name .ipynb_checkpoints -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV)
