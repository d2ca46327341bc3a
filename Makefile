# Two commands for everyone: `make demo` runs the main job, `make test` runs the tests. Both set up first.
PYTHON ?= python3
BIN := .venv/bin
export VALLUM_HOME ?= demo-workspace
LOANS ?=
UV ?= uv

.PHONY: demo test check format lint types imports docs lock set-up set-up-dev clean

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

set-up:
	@$(PYTHON) requirements/set_up.py main

set-up-dev:
	@$(PYTHON) requirements/set_up.py dev

format: set-up-dev
	@$(BIN)/ruff format -q . && $(BIN)/ruff check --fix -q .

clean:
	rm -rf .venv demo-workspace
