# Padlicht. `make help` lists what there is; everything sets up what it needs first.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PY := .venv/bin/python
# Most tests wait for real parts, so a few at a time cost little; more would disturb each other.
WORKERS ?= 4
# Some containers forbid Python to keep what it compiled. Then each run compiles every test anew, and
# each of the hubs that tests start the whole hub: half of the time of `make check` is collecting.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup setup-run run test lint check figures bench journeys pictures reference clean mutants clean-room lock audit

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## all that running and testing need (Debian 12 or 13; root or sudo)
	@tools/setup.sh test

setup-run:
	@tools/setup.sh run

run: setup-run ## the demo park, on http://127.0.0.1:8080; Ctrl-C ends it (ARGS="--chaos" and such are passed on)
	@.venv/bin/padlicht demo $(ARGS)

check: setup lint ## in a minute: style, types and the tests that start no program (ARGS="tests/hub -k zone")
	@$(PY) -m pytest -n 2 --dist loadfile -q --without-programs $(or $(ARGS),-m "not long")

test: setup lint ## everything that CI checks: style, types, and tests on real parts
	@$(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup ## style and types of hub, firmware and tests
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/mypy --config-file tools/mypy-firmware.ini

figures: setup ## measures every figure afresh; one JSON object a line
	@$(PY) -m tools.figures $(ARGS)

bench: setup ## compares Padlicht with other ways to do the same; writes docs/performance.md
	@$(PY) -m tools.bench $(ARGS)

journeys: setup ## which files one opens to follow a record, a setting, the glance page (ARGS="record")
	@$(PY) -m tools.journeys $(ARGS)

mutants: setup ## changes the code in small ways, and looks whether a test fails (ARGS=--help)
	@$(PY) -m tools.mutants $(ARGS)

clean-room: ## does what README says in minimal Debians (root; ARGS="13 run root" for only those)
	@python3 -m tools.clean_room $(ARGS)

pictures: setup ## takes the pictures of the README with a real browser
	@$(PY) -m tools.pictures

reference: setup ## writes docs/reference/commands.md anew, from the commands themselves
	@PYTHONPATH=hub $(PY) -m tools.reference
# Set-up installs from the files that this writes, so it only asks for set-up where there is no uv yet.
lock: ## writes requirements/*.txt from pyproject.toml (ARGS="--upgrade-package NAME", or --upgrade)
	@[ -x .venv/bin/uv ] || tools/setup.sh test
	@tools/lock.sh $(ARGS)

audit: setup ## asks whether a package that we install has a known vulnerability (needs a network)
	@$(PY) -m tools.audit $(ARGS)

clean: ## removes what setup made in this folder (the cache of MicroPython stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
