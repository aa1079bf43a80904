# Two commands do all set-up: `make demo` and `make test`. See README.md.
.DEFAULT_GOAL := help
.PHONY: help demo test test-fast test-cores blogs stop lint bench plugin pictures lock
run := .venv/bin/
# One process more than there are cores: stories wait for each other's schedules, and somebody may work meanwhile.
cores := -n $(shell n=$$(($$(nproc) + 1)); echo $$((n > 4 ? 4 : n))) --dist loadscope --no-loadscope-reorder

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: ## the bridge on SQLite with sample blogs; prints its address
	@.ci/setup demo
	@$(run)bridge demo

blogs: ## two real WordPress blogs, connected to the running demo
	@.ci/setup blogs
	@.ci/plugin-zip
	@$(run)python -m tests.lab.blogs start

stop: ## end what `make blogs` started
	@$(run)python -m tests.lab.blogs stop

test: ## every test: real WordPress, PostgreSQL, Chromium
	@.ci/setup test
	@.ci/plugin-zip
	.ci/in-memory $(run)pytest tests $(cores)

test-fast: ## what needs no system package, in about a minute: SQLite, and no server of its own
	@.ci/setup fast
	.ci/in-memory $(run)pytest tests -m 'not wordpress and not browser and not postgres and not slow' $(cores)

test-cores: ## the WordPress stories and the plugin's own suite on 6.8 too
	@.ci/setup test
	@.ci/plugin-zip
	MENTOR_BRIDGE_CORES=6.8 .ci/in-memory $(run)pytest tests/e2e tests/plugin/test_php.py

lint: ## ruff, mypy, import-linter, php -l and the PHP rules
	@.ci/setup test
	$(run)ruff check .
	$(run)ruff format --check .
	$(run)mypy
	$(run)lint-imports
	! find wp-plugin-stub -name '*.php' -print0 | xargs -0 -n 1 -P 2 php -l 2>&1 | grep -v '^No syntax errors'
	phpcs -q --standard=.phpcs.xml

bench: ## speed, each figure beside its baseline; JSON on stdout
	@.ci/setup test >&2
	@.ci/plugin-zip >&2
	@$(run)python -m tests.bench

plugin: ## dist/mentor-bridge.zip, always built anew
	@.ci/plugin-zip

pictures: ## docs/pictures/ anew, from a demo in a temporary home
	@.ci/setup test
	@$(run)python -m tests.lab.pictures

lock: ## requirements.lock anew, with the hashes of all files of each version; what is locked stays (UPGRADE=1: newest)
	@test -x .venv/lock/bin/uv || { python3 -m venv .venv/lock && .venv/lock/bin/python -m pip install -q 'uv>=0.9,<1'; }
	.venv/lock/bin/uv pip compile pyproject.toml --extra test --extra postgres --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header --system-certs --quiet $(if $(UPGRADE),--upgrade) -o requirements.lock
