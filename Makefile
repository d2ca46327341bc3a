# Two commands for everyone: `make demo` runs the main job, `make test` runs the tests. Both set up first.
PYTHON ?= python3
BIN := .venv/bin
export VALLUM_HOME ?= demo-workspace
LOANS ?=
UV ?= uv

.PHONY: demo test check bench format lint types imports docs lock set-up set-up-dev spark clean

demo: set-up
	@$(BIN)/vallum demo $(if $(LOANS),--loans "$(LOANS)")

test: set-up-dev
	@echo "Running the tests"
	@env -u VALLUM_HOME $(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder $(TESTS)

check: set-up-dev
	@echo "format, lint and docstrings" && $(BIN)/ruff format --check -q . && $(BIN)/ruff check -q .
	@echo "types" && $(BIN)/mypy --no-error-summary
	@echo "import contracts" && $(BIN)/lint-imports --no-logo > .import-report || { cat .import-report; exit 1; }
	@rm -f .import-report
	@echo "check passed"

docs: set-up           ## write the pages that come from the code
	@$(BIN)/python -m agents.drawing > docs/workflow.mmd
	@$(BIN)/python -m tools.book.reference > docs/book.md
	@$(BIN)/python -m policies.rule_pages docs/rules

lock:                  ## write the locked requirements anew (needs uv)
	$(UV) pip compile -q --generate-hashes --universal --python-version 3.11 pyproject.toml \
	  --group pyproject.toml:build -o requirements/main.txt
	$(UV) pip compile -q --generate-hashes --universal --python-version 3.11 pyproject.toml \
	  --group pyproject.toml:build --group pyproject.toml:dev -c requirements/main.txt -o requirements/dev.txt
	$(UV) pip compile -q --generate-hashes --universal --python-version 3.11 pyproject.toml --extra spark \
	  --group pyproject.toml:build -c requirements/main.txt -o requirements/spark.txt

set-up:
	@$(PYTHON) requirements/set_up.py main

spark: set-up-dev      ## add what a book on Spark needs (400 MB, and Java 17)
	@$(PYTHON) requirements/set_up.py spark

bench: set-up-dev      ## measure the trigger scan beside its peers (LOANS=1000000 unless said otherwise)
	@$(BIN)/python -m benchmarks.trigger_scan $(or $(LOANS),1000000)

set-up-dev:
	@$(PYTHON) requirements/set_up.py dev

format: set-up-dev
	@$(BIN)/ruff format -q . && $(BIN)/ruff check --fix -q .

clean:
	rm -rf .venv demo-workspace
