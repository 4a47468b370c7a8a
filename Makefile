# Everything starts from a bare checkout: the first line of each target sets up what it needs.
PYTHON ?= python3
BIN = .venv/bin
# Type checking reads the settings, and must not make a key in var/ for that.
TYPES = SECRET_KEY=unused $(BIN)/python -m mypy

.PHONY: run logins test lint format bench lock clean

run:  ## the site on http://127.0.0.1:8000, with its own database and sample data
	@$(PYTHON) finsam/bootstrap.py run
	@$(BIN)/python manage.py up

logins:  ## the log-ins of the sample data, once more
	@$(PYTHON) finsam/bootstrap.py logins
	@$(BIN)/python manage.py demo_logins

test: lint  ## the whole suite, browser and PDF included, on a database of its own
	@$(BIN)/python -m pytest -q -n auto --dist worksteal

lint:
	@$(PYTHON) finsam/bootstrap.py test
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(TYPES)

format:
	@$(PYTHON) finsam/bootstrap.py develop
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench:
	@$(PYTHON) finsam/bootstrap.py test
	@$(BIN)/python -m pytest tests/benchmarks -m bench

# No index address and no path of this machine may end up in a lock: hence the two --no options.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --upgrade pyproject.toml

lock:
	@$(PYTHON) finsam/bootstrap.py develop
	@$(BIN)/python -m pip install --quiet uv==0.13.9
	@$(LOCK) --output-file requirements.lock
	@$(LOCK) --group dev --constraints requirements.lock --output-file requirements-test.lock

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
