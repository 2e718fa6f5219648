# Makola's commands. Everything that Python needs goes into .venv; `make` says what else is missing.

PYTHON ?= python3
PORT ?= 8080
TWINS_PORT ?= 8081
DATA ?= var
VENV := .venv
BIN := $(VENV)/bin
DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/postgres
REDIS_URL ?= redis://127.0.0.1:6379/15
TESTS ?= tests
# Much of what tests take is waiting: five of them keep two processors busy.
WORKERS ?= 5
# PostgreSQL and Redis want processors, too.
SERVICES_WORKERS ?= 4

.PHONY: run test test-services lint types drift check-tools setup bench bench-charges bench-search bench-chat bench-desk drill import-100000 faults-charges faults-bills lock migrations schemas texts-update texts-check clean help

help: ## What there is to make
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 20

run: $(VENV)/run.stamp ## Set up, migrate, seed and serve everything on http://127.0.0.1:8080
	@$(BIN)/makola serve --port $(PORT) --twins-port $(TWINS_PORT) --data $(DATA)

test: $(VENV)/dev.stamp ## The whole suite on the embedded default (SQLite, Redis in the process)
	env -u DATABASE_URL -u REDIS_URL $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

test-services: $(VENV)/dev.stamp ## All of the suite that opens a market, but for what a browser shows, on DATABASE_URL (PostgreSQL) and REDIS_URL (Redis)
	DATABASE_URL=$(DATABASE_URL) REDIS_URL=$(REDIS_URL) $(BIN)/python -m pytest -n $(SERVICES_WORKERS) --dist worksteal $(TESTS)

lint: $(VENV)/dev.stamp ## Style and likely mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp ## Types, strict on core, models and services
	$(BIN)/mypy core models services providers api bot workers cli.py operating.py processes.py

drift: $(VENV)/dev.stamp ## Models without a migration, or a schema without its snapshot
	@$(BIN)/tortoise -c core.tortoise_config.TORTOISE_ORM makemigrations models | tee $(VENV)/drift.txt
	@grep -q "No changes" $(VENV)/drift.txt
	$(BIN)/python -m api.graphql.snapshot api.shop.door $(VENV)/shop.graphql
	diff docs/schemas/shop.graphql $(VENV)/shop.graphql
	$(BIN)/python -m api.graphql.snapshot api.admin.door $(VENV)/admin.graphql
	diff docs/schemas/admin.graphql $(VENV)/admin.graphql
	$(BIN)/python -m api.graphql.snapshot api.downpay.door $(VENV)/downpay.graphql
	diff docs/schemas/downpay.graphql $(VENV)/downpay.graphql
	$(BIN)/python -m api.graphql.snapshot api.xorder.door $(VENV)/xorder.graphql
	diff docs/schemas/xorder.graphql $(VENV)/xorder.graphql
	$(BIN)/python -m api.graphql.snapshot api.financing.door $(VENV)/financing.graphql
	diff docs/schemas/financing.graphql $(VENV)/financing.graphql
	$(BIN)/python -m api.rest.snapshot $(VENV)/rest.json
	diff docs/schemas/rest.json $(VENV)/rest.json

schemas: $(VENV)/dev.stamp ## Write the snapshots of the API schemas into docs/schemas
	$(BIN)/python -m api.graphql.snapshot api.shop.door docs/schemas/shop.graphql
	$(BIN)/python -m api.graphql.snapshot api.admin.door docs/schemas/admin.graphql
	$(BIN)/python -m api.graphql.snapshot api.downpay.door docs/schemas/downpay.graphql
	$(BIN)/python -m api.graphql.snapshot api.xorder.door docs/schemas/xorder.graphql
	$(BIN)/python -m api.graphql.snapshot api.financing.door docs/schemas/financing.graphql
	$(BIN)/python -m api.rest.snapshot docs/schemas/rest.json

texts-update: $(VENV)/dev.stamp ## Bring new texts into the catalogues of all languages
	$(BIN)/python -m bot.translating update

texts-check: $(VENV)/dev.stamp ## What is missing or wrong in any language
	$(BIN)/python -m bot.translating check

bench: $(VENV)/dev.stamp ## Measure the doors beside their floors, on PostgreSQL and Redis
	DATABASE_URL=$(DATABASE_URL) REDIS_URL=$(REDIS_URL) $(BIN)/python -m bench.doors

bench-charges: $(VENV)/dev.stamp ## Measure a million balances that fall due at once beside their floor, on PostgreSQL and Redis
	DATABASE_URL=$(DATABASE_URL) REDIS_URL=$(REDIS_URL) $(BIN)/python -m bench.charges --million

bench-search: $(VENV)/dev.stamp ## Search 100,000 products beside bare SQL, on PostgreSQL and Redis
	DATABASE_URL=$(DATABASE_URL) REDIS_URL=$(REDIS_URL) $(BIN)/python -m bench.search

drill: $(VENV)/dev.stamp ## Back up, trade on, lose the database, restore it, ask the providers: the book must agree
	DATABASE_URL=$(DATABASE_URL) REDIS_URL=$(REDIS_URL) $(BIN)/python -m bench.drill

bench-desk: $(VENV)/dev.stamp ## Look at the desk's pages with 100,000 orders beside bare SQL, on PostgreSQL and Redis
	DATABASE_URL=$(DATABASE_URL) REDIS_URL=$(REDIS_URL) $(BIN)/python -m bench.desk

bench-chat: $(VENV)/dev.stamp ## Measure conversations on every channel beside their floor, on PostgreSQL and Redis
	DATABASE_URL=$(DATABASE_URL) REDIS_URL=$(REDIS_URL) $(BIN)/python -m bench.chat

import-100000: $(VENV)/dev.stamp ## Take in a file of 100,000 products by workers that are killed, on PostgreSQL and Redis; some minutes
	DATABASE_URL=$(DATABASE_URL) REDIS_URL=$(REDIS_URL) $(BIN)/python -m bench.importing

faults-charges: $(VENV)/dev.stamp ## Twenty thousand balances at a gateway that fails, by workers that are killed; an hour at most
	DATABASE_URL=$(DATABASE_URL) REDIS_URL=$(REDIS_URL) FAULTS_CHARGES=20000 $(BIN)/python -m pytest -q tests/races/test_charge_faults.py

faults-bills: $(VENV)/dev.stamp ## Two thousand bills at a biller that fails, by workers that are killed; some minutes
	DATABASE_URL=$(DATABASE_URL) REDIS_URL=$(REDIS_URL) FAULTS_BILLS=2000 $(BIN)/python -m pytest -q tests/races/test_bill_faults.py

setup: $(VENV)/dev.stamp ## Everything for development

$(VENV)/run.stamp: requirements/base.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing Makola's dependencies, a minute or two the first time ..."
	@$(BIN)/pip install --disable-pip-version-check --require-hashes -r requirements/base.lock
	@$(BIN)/pip install --disable-pip-version-check --no-build-isolation --no-deps -q -e . && rm -rf makola.egg-info build
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock $(VENV)/run.stamp
	@$(BIN)/pip install --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

$(VENV)/bin/python: | check-tools
	@$(PYTHON) -m venv $(VENV)

check-tools:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
		|| { echo "Makola needs Python 3.11, 3.12 or 3.13: install it, or say where it is with make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
		|| { echo "Makola needs Python's venv module (on Debian: apt install python3-venv)."; exit 1; }
	@command -v cmake >/dev/null || { echo "Makola needs cmake to build its GraphQL parser (on Debian: apt install cmake)."; exit 1; }
	@command -v c++ >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null \
		|| { echo "Makola needs a C++ compiler to build its GraphQL parser (on Debian: apt install g++)."; exit 1; }

clean: ## Forget the virtual environment and the embedded data
	rm -rf $(VENV) var artefacts
