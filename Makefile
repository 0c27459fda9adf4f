# One command file for people and for CI. `make help` lists what there is.
PYTHON ?= python3.11
PORT ?= 8000
DIR ?= var/story
V := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install run test lint fix bench trials story messages lock clean

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

install: .venv/installed ## Python packages in .venv, and what WeasyPrint and Chromium need from the system

.venv/installed: requirements.txt requirements-dev.txt scripts/system-packages
	scripts/system-packages
	test -x $(V)/python || $(PYTHON) -m venv .venv || python3 -m venv .venv
	$(V)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt
	touch $@

run: install ## The whole service with its demonstration, at http://localhost:PORT; Ctrl-C stops all
	@exec $(V)/python manage.py serve --port $(PORT)

test: install ## The whole suite
	$(V)/python -m pytest -n 2 --dist worksteal

lint: install ## What is checked without running: style, layers, migrations, styles, translations
	$(V)/ruff check .
	$(V)/ruff format --check .
	$(V)/lint-imports
	$(V)/python manage.py makemigrations --check --dry-run
	$(V)/python manage.py build_css --check
	$(V)/python manage.py makemessages --check --verbosity 0

fix: install ## Mend what lint can mend by itself
	$(V)/ruff check --fix .
	$(V)/ruff format .
	$(V)/python manage.py build_css

bench: install ## Measures against references, one line each; also var/bench.json
	$(V)/python -m bench

trials: install ## The long trials: races, faults, kill -9
	$(V)/python -m pytest -m long -n 2

story: install ## Play the story in Chromium; pages and papers in DIR
	STORY_DIR=$(abspath $(DIR)) $(V)/python -m pytest -n 0 -m "" tests/story

lock: install ## Compile the pinned requirements from their short lists
	$(V)/pip install --quiet pip-tools
	$(V)/pip-compile --quiet --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-header -o requirements.txt requirements.in
	$(V)/pip-compile --quiet --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-header -o requirements-dev.txt requirements-dev.in

messages: install ## Collect the texts to translate, and compile the translations
	$(V)/python manage.py makemessages
	$(V)/python manage.py compilemessages --locale en --ignore .venv

clean: ## Remove everything that was built or run
	-test -x $(V)/python && $(V)/python -c "from portal.embedded.life import stop; stop()"
	rm -rf var .venv .pytest_cache .ruff_cache .import_linter_cache .hypothesis
