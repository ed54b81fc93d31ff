# Lab Portal. `make run` to try it, `make test` to prove it, `make help` for the rest.
PYTHON ?= python3.11
PY = .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help run setup test test-quick lint format check shell lock bench docs doctor demo-reset clean

help: ## What there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14
lint: ## Style and common faults
	$(PY) -m ruff check .
	$(PY) -m djlint templates --lint --quiet
format: ## Put everything in the house style
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format --quiet .
