# Lab Portal. `make run` to try it, `make test` to prove it, `make help` for the rest.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY = .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help run setup test test-quick test-dates lint format check shell lock bench bench-mail bench-sealing bench-search bench-path bench-lighthouse mutants attack crash test-thorough docs doctor demo-reset clean

help: ## What there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## Try it: set up, load the demo once, serve on 127.0.0.1:8000 (PORT=8001, RELOAD=1 to follow edits)
	@$(PYTHON) scripts/run.py

setup: ## Make .venv with everything for building and testing, fetch theme and font
	@$(PYTHON) scripts/setup.py dev

test: setup ## What every change must pass, against real PostgreSQL, Redis and Chromium; nothing is skipped
	@$(PY) scripts/test.py

test-thorough: setup ## What takes too long for every change: acts at every state, flipped bytes through the page, frozen workers
	@$(PY) scripts/test.py thorough

test-dates: setup ## The whole suite as if it were 29 February, 1 March and 31 December (needs faketime; DATES="2027-11-07T08:59" for others)
	@$(PY) scripts/test.py dates $(DATES)

test-quick: setup ## What needs neither services nor a database, in under a minute
	@$(PY) scripts/test.py quick

lint: setup ## Style and common faults
	@$(PY) -m ruff check .
	@$(PY) -m djlint templates --lint --quiet

format: setup ## Put everything in the house style
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format --quiet .

check: setup ## Everything that can be known without running it
	@$(PY) scripts/check.py

shell: setup ## Django's shell on the data of `make run`
	@DEBUG=1 $(PY) manage.py shell

doctor: setup ## What this installation has and lacks
	@DEBUG=1 $(PY) manage.py doctor

demo-reset: ## Throw away the data of `make run` and begin anew at the next one
	@rm -rf var/lab-portal.sqlite3* var/demo-* var/mail var/files
	@echo "The demo begins anew at the next make run."

docs: setup ## Make the tour's pictures and the pages of permissions, findings and personal data again
	@$(PY) manage.py shell --no-imports -c "from tests.security.permissions_page import page; print(page(), end='')" > docs/permissions.md
	@$(PY) manage.py shell --no-imports -c "from findings.codes import page; print(page(), end='')" > docs/findings.md
	@$(PY) manage.py shell --no-imports -c "from acts.personal_data import page; print(page(), end='')" > docs/personal-data.md
	@$(PY) scripts/tour.py

bench: setup ## Measure list and residency pages against a bare view
	@$(PY) -m benchmarks

bench-mail: setup ## Measure the sweep against plain SQL and delivery against bare smtplib
	@$(PY) -m benchmarks mail

bench-sealing: setup ## Measure signing against a bare insert, and printing and sealing in a worker
	@$(PY) -m benchmarks sealing

bench-search: setup ## Measure the quick jump at 50,000 residencies, exact and mistyped
	@$(PY) -m benchmarks search

bench-lighthouse: setup ## Lighthouse, as on a phone, on the six pages a signer meets (LIGHTHOUSE=…/bin/lighthouse, from npm)
	@LIGHTHOUSE=$(LIGHTHOUSE) $(PY) -m benchmarks.lighthouse

bench-path: setup ## Which of our files signing, adding a team member and submitting an intake pass
	@$(PY) -m benchmarks.path

mutants: setup ## Put small faults into rules and gates and count how many the tests notice (ARGS="--sample 150 --seed 7" for some)
	@$(PY) scripts/mutants.py $(ARGS)

attack: setup ## Replay what was tried on the product, on a database of its own: each found or refused, or why it can't be
	@$(PY) -m tests.attack

crash: setup ## The crash tests in full size: 10,000 messages, 20 kills; takes about half an hour
	@CRASH_SIZE=full $(PY) scripts/test.py crash

lock: ## Pin what requirements/*.in ask for, with hashes and without registry addresses (needs uv)
	@for name in base dev services assets; do \
	  uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	    requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done

clean: ## Remove everything that was made here, the data of `make run` too
	@rm -rf .venv node_modules var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results
