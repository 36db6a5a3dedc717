# `make demo` and `make test` need nothing but make and Python 3.11; they set up .venv by themselves, with uv if there is one.

VENV := .venv
PY := $(VENV)/bin/python
UV := $(shell command -v uv 2>/dev/null)
PYTHON ?=

BROWSER_TESTS = $(shell ls tests/tui/test_*.py | awk 'NR % 2 == $(1)')
PROGRAM_TESTS := tests/headless tests/e2e
OTHER_TESTS := --ignore=tests/tui --ignore=tests/headless --ignore=tests/e2e
beside = $(PY) -m pytest $(2) >$(VENV)/tests-$(1).log 2>&1 & beside="$$beside $$!"

# A run needs the packages only; tests and checks need their tools too. Each stamp is renewed when its sources change.
RUN := $(VENV)/.installed-run
TEST := $(VENV)/.installed-test
DEV := $(VENV)/.installed-dev
SOURCES := pyproject.toml tui/prontodb tui/pantheon
comma := ,

.PHONY: help demo test check format bench bench-fast faults screenshots docs clean
.DELETE_ON_ERROR:

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

demo: $(RUN) ## the main job on a throw-away store: full-screen on a terminal, otherwise a tour in text
	@$(PY) $(VENV)/bin/prontodb demo

test: $(TEST) ## all tests; ARGS="tests/store -x" narrows them
ifdef ARGS
	$(PY) -m pytest $(ARGS)
else
# The browser's tests wait for its timers and those of the program for its processes, so they run beside the others. All must pass.
	@$(call beside,1,$(call BROWSER_TESTS,0)); \
	$(call beside,2,$(call BROWSER_TESTS,1)); \
	$(call beside,3,$(PROGRAM_TESTS)); \
	$(PY) -m pytest $(OTHER_TESTS); failed=$$?; \
	for tests in $$beside; do wait $$tests || failed=1; done; \
	cat $(VENV)/tests-?.log; exit $$failed
endif

check: $(DEV) ## lint, format, types
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

format: $(DEV) ## lay the code out the way `make check` wants it
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .

bench: $(TEST) ## measure every budget and print it as a ratio to what cannot be avoided
	$(PY) -m bench $(ARGS)

bench-fast: $(TEST) ## the same with small numbers, in about two minutes
	$(PY) -m bench --fast $(ARGS)

faults: $(TEST) ## the fault tests with the large numbers; takes long
	PRONTO_FAULTS=large $(PY) -m pytest -o faulthandler_timeout=3600 tests/faults $(ARGS)

screenshots: $(TEST) ## take the pictures of screenshots/ again, from a real run
	$(PY) screenshots/make.py

docs: $(TEST) ## make docs/reference.md again, and what the examples of every page print
	$(PY) -m docs.make

clean: ## remove what the targets above made, .venv included
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find store search tui tests bench docs screenshots -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- setting up -----------------------------------------------------------------------------------------------------

$(RUN): $(SOURCES) | $(PY)
	@$(call install,)
$(TEST): $(SOURCES) | $(PY)
	@$(call install,[test])
$(DEV): $(SOURCES) | $(PY)
	@$(call install,[test$(comma)dev])

ifneq ($(UV),)

$(PY):
	@echo "setting up $(VENV) with uv"
	@uv venv --quiet --clear --python '$(or $(PYTHON),>=3.11)' $(VENV)

install = echo "installing prontodb$(1)" && uv pip install --quiet --python $(PY) --editable '.$(1)' && touch $@

else

# `import ensurepip`: Debian ships Python without it unless python3-venv is installed.
FITS := import sys, venv, ensurepip, sqlite3; sys.exit(sys.version_info < (3, 11))

$(PY):
	@for python in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3; do \
	  if "$$python" -c '$(FITS)' 2>/dev/null; then \
	    echo "setting up $(VENV) with $$("$$python" --version)"; exec "$$python" -m venv --clear $(VENV); \
	  fi; \
	done; \
	echo "prontodb needs Python 3.11 or newer with the venv and sqlite3 modules, and found none." >&2; \
	echo "Debian and Ubuntu: apt-get install python3 python3-venv. Elsewhere: install uv, or name one: make PYTHON=/path/to/python3" >&2; \
	exit 1

# ensurepip: a .venv that uv made has no pip.
install = echo "installing prontodb$(1)" && \
	{ $(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null; } && \
	$(PY) -m pip install -qq --disable-pip-version-check --editable '.$(1)' && touch $@

endif
