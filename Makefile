# Everything that is done with this repository. `make` alone says what there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
UV_VERSION := 0.13.9
TESTS ?= tests
PYTEST := .venv/bin/python -m pytest

# The one that made this environment: the playground's CI jobs may use it for theirs.
export UV := $(CURDIR)/.venv-uv/bin/uv
export PYTHON
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
export UV_PYTHON_PREFERENCE := only-system
unexport VIRTUAL_ENV
unexport PYTHONPATH
unexport PYTHONHOME

# What runs whether or not its name is a file.
.PHONY: help demo test check chaos bench serve lock docs format clean machine-for-tests

help: ## Show this list
	@echo "Baton turns a labelled issue into a feature, one reviewed pull request at a time."
	@echo
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' Makefile | while IFS='|' read -r name what; do \
		printf '%-14s %s\n' "$$name" "$$what"; done
	@echo
	@echo "After any of them the command is .venv/bin/baton. The first one installs what is needed,"
	@echo "into .venv and .venv-uv; as root on Debian also git and python3-venv where they are missing."

demo: .venv/.synced ## Play the main job on this machine: an issue becomes a feature (no key, no account)
	@.ci/machine run
	@.venv/bin/baton demo $(ARGS)

test: .venv/.synced machine-for-tests ## Run all tests (as root it installs the Debian packages they need); TESTS=tests/web for some
	@$(PYTEST) -n 3 --dist worksteal -m "not long" --ignore=tests/chaos $(TESTS) $(ARGS)

# The rooms whose tests need nothing but Python, so that the whole takes less than a minute.
FAST := $(wildcard tests/house tests/docs tests/agents tests/plan tests/facts tests/commands tests/gates \
	tests/inspections tests/render tests/moves tests/crew/test_hygiene.py tests/benchmarks \
	tests/deploy tests/test_feature.py tests/test_totality.py tests/test_what_baton_writes.py \
	tests/test_settings.py)

check: .venv/.synced ## Lint, types, the import rule and the fast tests, in under a minute
	@.venv/bin/ruff check --output-format concise .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy --strict --explicit-package-bases bot tests benchmarks docs
	@.venv/bin/lint-imports
	@$(PYTEST) -n 2 -q -m "not slow" $(FAST) $(ARGS)

chaos: .venv/.synced machine-for-tests ## Run the long proofs in tests/chaos
	@$(PYTEST) -n 2 --timeout 3600 tests/chaos $(ARGS)
	@$(PYTEST) -n 2 --timeout 3600 -m long tests/acceptance $(ARGS)

bench: .venv/.synced machine-for-tests ## Measure; prints ratios side by side and writes benchmarks/results.json
	@.venv/bin/python -m benchmarks $(ARGS)

serve: .venv/.synced ## Run Baton for real, with the settings of .env (see .env.example)
	@.ci/machine run
	@.venv/bin/baton serve $(ARGS)

docs: .venv/.synced ## Write the generated documents anew (commands, configuration, settings)
	@.venv/bin/python docs/generate.py

format: .venv/.synced ## Lay the code out and mend what ruff can mend
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

lock: .venv-uv/.installed-$(UV_VERSION) ## Resolve the dependencies of pyproject.toml anew, into uv.lock
	@"$(UV)" lock $(ARGS)

clean: ## Remove the environments and caches (databases and .baton stay)
	rm -rf .venv .venv-uv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find bot tests docs benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

machine-for-tests:
	@.ci/machine test

.venv-uv/.installed-$(UV_VERSION):
	@.ci/machine python
	@echo "Making .venv-uv with uv $(UV_VERSION)"
	@[ -x .venv-uv/bin/python ] && .venv-uv/bin/python -m pip --version >/dev/null 2>&1 || { rm -rf .venv-uv; "$(PYTHON)" -m venv .venv-uv; }
	@.venv-uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@touch "$@"

.venv/.synced: pyproject.toml uv.lock .venv-uv/.installed-$(UV_VERSION)
	@.ci/machine run
	@.ci/sync
	@touch "$@"
