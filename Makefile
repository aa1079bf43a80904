# Two commands do all set-up: `make demo` and `make test`. See README.md.
.DEFAULT_GOAL := help
.PHONY: help demo dev test test-fast test-cores faults cover blogs stop lint fix bench fuzz plugin pictures lock
run := .venv/bin/
# One process more than there are cores: stories wait for each other's schedules. What is fast waits for nothing.
more := 1
cores = -n $(shell n=$$(($$(nproc) + $(more))); echo $$((n > 4 ? 4 : n))) --dist loadscope --no-loadscope-reorder
# What to run: T, a path or a test of one, and K, an expression over names. A single file needs no other process.
chosen = $(or $(T),tests) $(if $(K),-k '$(K)') $(if $(findstring .py,$(T)),,$(cores))
# Without them every process of a run compiles all tests and all of bridge/ for itself.
unexport PYTHONDONTWRITEBYTECODE
bare := -m 'not wordpress and not browser and not postgres'
fast := -m 'not wordpress and not browser and not postgres and not slow'

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: ## the bridge on SQLite with sample blogs; prints its address
	@.ci/setup demo
	@$(run)bridge demo

dev: ## the demo, begun anew whenever a file of bridge/ changes; Ctrl-C ends it
	@.ci/setup demo
	@$(run)watchfiles --sigint-timeout 30 '$(run)bridge --debug demo --host 127.0.0.1' bridge

blogs: ## two real WordPress blogs, connected to the running demo
	@.ci/setup blogs
	@.ci/plugin-zip
	@$(run)python -m tests.lab.blogs start

stop: ## end what `make blogs` started
	@$(run)python -m tests.lab.blogs stop

test: ## every test: real WordPress, PostgreSQL, Chromium; some of them: T=tests/cli K='doctor or epoch'
	@.ci/setup test
	@.ci/plugin-zip
	.ci/in-memory $(run)pytest $(chosen)

test-fast: more := 0
test-fast: ## what needs no system package, in about a minute: SQLite, and no server of its own; T and K as above
	@.ci/setup fast
	.ci/in-memory $(run)pytest $(fast) $(chosen)

test-cores: ## the WordPress stories on 6.8 too, and all of the plugin's own suite on 6.1 and 6.8
	@.ci/setup test
	@.ci/plugin-zip
	MENTOR_BRIDGE_CORES=6.8 .ci/in-memory $(run)pytest tests/e2e tests/plugin/test_php.py
	MENTOR_BRIDGE_CORES=6.1 .ci/in-memory $(run)pytest tests/plugin/test_php.py -k real_wordpress

faults: ## what is drawn by dice and ended by force, ten times as often as in `make test`; for a night
	@.ci/setup fast
	MENTOR_BRIDGE_THOROUGH=1 .ci/in-memory $(run)pytest $(cores) tests/storage/test_sums.py \
		tests/worker/test_convergence.py tests/worker/engagement/test_tally.py
	MENTOR_BRIDGE_THOROUGH=1 .ci/in-memory $(run)pytest $(cores) -m 'faults or hypothesis'

cover: ## which branches tests without a system package take, and dist/coverage.md: each module with those that run it
	@.ci/setup fast
	@# Counting slows the processor down: what measures it is left out.
	.ci/in-memory $(run)pytest $(bare) $(chosen) --deselect tests/worker/test_hostile.py \
		--cov --cov-context=test --cov-report=; passed=$$?; \
	$(run)python -m tests.lab.coverage_map && exit $$passed

lint: ## ruff, mypy, import-linter, php -l and the PHP rules
	@.ci/setup test
	$(run)ruff check .
	$(run)ruff format --check .
	$(run)mypy
	$(run)lint-imports
	! find wp-plugin-stub -name '*.php' -print0 | xargs -0 -n 1 -P 2 php -l 2>&1 | grep -v '^No syntax errors'
	phpcs -q --standard=.phpcs.xml

fix: ## what ruff and the PHP rules can put right by themselves
	@.ci/setup fast
	$(run)ruff check --fix .
	$(run)ruff format .
	@command -v phpcbf >/dev/null || { echo 'fix: PHP is left alone without phpcbf (`make lint` installs it)'; exit 0; }; \
	phpcbf -q --standard=.phpcs.xml; test $$? -le 1  # 1: it has put something right

bench: ## speed, each figure beside its baseline; JSON on stdout
	@.ci/setup test >&2
	@.ci/plugin-zip >&2
	@$(run)python -m tests.bench

fuzz: ## 120,000 odd inputs, some minutes: KIND='pages zip' SEED=<of a run before> N=<inputs> FIRST=<number>
	@.ci/setup test
	.ci/in-memory $(run)python -m tests.fuzz $(KIND) $(if $(SEED),--seed $(SEED)) $(if $(N),--inputs $(N)) \
		$(if $(FIRST),--first $(FIRST))

plugin: ## dist/mentor-bridge.zip, always built anew
	@.ci/setup fast
	@.ci/plugin-zip

pictures: ## docs/pictures/ and the pictures of the plugin directory anew, from a demo in a temporary home
	@.ci/setup test
	@$(run)python -m tests.lab.pictures
	@.ci/plugin-zip
	@$(run)python -m tests.lab.directory_pictures

lock: ## requirements.lock anew, with the hashes of all files of each version; what is locked stays (UPGRADE=1: newest)
	@test -x .venv/lock/bin/uv || { python3 -m venv .venv/lock && .venv/lock/bin/python -m pip install -q 'uv>=0.9,<1'; }
	.venv/lock/bin/uv pip compile pyproject.toml --extra test --extra postgres --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header --system-certs --quiet $(if $(UPGRADE),--upgrade) -o requirements.lock
