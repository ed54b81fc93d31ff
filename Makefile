# Lab Portal. `make run` tries it, `make test` tests it, `make help` lists the rest.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY = .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help run setup test test-quick test-dates lint format check shell lock bench bench-mail bench-sealing bench-search bench-portfolio bench-partnerships bench-path bench-lighthouse mutants attack crash test-thorough docs doctor demo-reset clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## Set up, load the demo once and serve on 127.0.0.1:8000 (PORT=8001 for another port, RELOAD=1 to reload on edits)
	@$(PYTHON) scripts/run.py

setup: ## Create .venv with everything for building and testing, and download the theme and fonts
	@$(PYTHON) scripts/setup.py dev

test: setup ## Run what every change must pass, against real PostgreSQL, Redis and Chromium; nothing is skipped
	@$(PY) scripts/test.py

test-thorough: setup ## Run the tests that take too long for every change: acts in every state, flipped bytes on the verify page, frozen workers
	@$(PY) scripts/test.py thorough

test-dates: setup ## Run the whole suite as if it were 29 February, 1 March and 31 December (needs faketime; DATES="2027-11-07T08:59" for other days)
	@$(PY) scripts/test.py dates $(DATES)

test-quick: setup ## Run the tests that need no services or database, in under a minute
	@$(PY) scripts/test.py quick

lint: setup ## Check style and common mistakes
	@$(PY) -m ruff check .
	@$(PY) -m djlint templates --lint --quiet

format: setup ## Format everything in the house style
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format --quiet .

check: setup ## Run all static checks
	@$(PY) scripts/check.py

shell: setup ## Open Django's shell on the data of `make run`
	@DEBUG=1 $(PY) manage.py shell

doctor: setup ## Show what this installation has and what is missing
	@DEBUG=1 $(PY) manage.py doctor

demo-reset: ## Delete the data of `make run` and start fresh next time
	@rm -rf var/lab-portal.sqlite3* var/demo-* var/mail var/files
	@echo "The next make run loads a fresh demo."

docs: setup ## Regenerate the pages on permissions, findings and personal data, the API's description, and the tour's pictures
	@$(PY) manage.py shell --no-imports -c "from tests.security.permissions_page import page; print(page(), end='')" > docs/permissions.md
	@$(PY) manage.py shell --no-imports -c "from findings.codes import page; print(page(), end='')" > docs/findings.md
	@$(PY) manage.py shell --no-imports -c "from acts.personal_data import page; print(page(), end='')" > docs/personal-data.md
	@$(PY) manage.py shell --no-imports -c "import json; from reports.api.version1 import schema; print(json.dumps(schema(), indent=2, sort_keys=True))" > docs/openapi.json
	@$(PY) scripts/tour.py

bench: setup ## Measure the list and residency pages against a bare view
	@$(PY) -m benchmarks

bench-mail: setup ## Measure the reminder sweep against plain SQL, and delivery against plain smtplib
	@$(PY) -m benchmarks mail

bench-sealing: setup ## Measure signing against a bare insert, and printing and sealing in a worker
	@$(PY) -m benchmarks sealing

bench-search: setup ## Measure the quick jump at 50,000 residencies, with exact and mistyped words
	@$(PY) -m benchmarks search

bench-portfolio: setup ## Measure the portfolio and its exports at 10,000 residencies and 1,000,000 readings
	@$(PY) -m benchmarks portfolio

bench-partnerships: setup ## Measure the pages of service partnerships at 10,000 of them
	@$(PY) -m benchmarks partnerships

bench-lighthouse: setup ## Run Lighthouse, as on a phone, on the six pages a signer sees (LIGHTHOUSE=…/bin/lighthouse, from npm)
	@LIGHTHOUSE=$(LIGHTHOUSE) $(PY) -m benchmarks.lighthouse

bench-path: setup ## Count the files used by signing, adding a team member and submitting an intake
	@$(PY) -m benchmarks.path

mutants: setup ## Put small bugs into rules and gates and count how many the tests catch (ARGS="--sample 150 --seed 7" for a sample)
	@$(PY) scripts/mutants.py $(ARGS)

attack: setup ## Replay known attacks on a separate database: each is detected or refused, or the reason it can't be is shown
	@$(PY) -m tests.attack

crash: setup ## Run the crash tests at full size: 10,000 messages, 20 kills, about half an hour
	@CRASH_SIZE=full $(PY) scripts/test.py crash

lock: ## Pin the packages in requirements/*.in, with hashes and without registry addresses (needs uv)
	@for name in base dev services assets; do \
	  uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	    requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done

clean: ## Delete everything created here, including the data of `make run`
	@rm -rf .venv node_modules var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results
