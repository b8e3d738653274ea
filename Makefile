# OneRoom: `make demo` shows it, `make test` proves it. The other targets are the parts of these two.
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:
.DEFAULT_GOAL := help

STEP := scripts/step.sh
# Where the console's dependencies are; without them the steps that need Node.js are skipped, and say so.
CONSOLE := --if-file web-console/node_modules
BROWSER := --if-file tests/browser/package.json

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## run an invented county with its console on http://127.0.0.1:8080 (Ctrl-C ends it)
	@$(STEP) "Set-up" scripts/setup.sh build
	@$(STEP) $(CONSOLE) "Console" npm --prefix web-console run build
	@$(STEP) "Server" cargo build --locked --release -p server --bin oneroom
	@cargo run --quiet --locked --release -p server --bin oneroom -- demo

.PHONY: test
test: ## install what is missing, then every check and test; the last lines are the test runner's
	@$(STEP) "Set-up" scripts/setup.sh test
	@$(STEP) "Format" cargo fmt --all --check
	@$(STEP) "Tidy" cargo run --quiet --locked -p xtask -- tidy
	@$(STEP) --if-command cargo-deny "Dependencies" cargo deny --locked check bans licenses sources
	@$(STEP) $(CONSOLE) "Protocol style" web-console/node_modules/.bin/buf lint proto
	@$(STEP) "Clippy" cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
	@$(STEP) $(CONSOLE) "Console types" npm --prefix web-console run check
	@$(STEP) $(CONSOLE) "Console build" npm --prefix web-console run build
	@$(STEP) $(CONSOLE) "Console tests" npm --prefix web-console test
	@$(STEP) "Build" cargo build --quiet --locked --workspace --bins
	@$(STEP) $(BROWSER) "Browser tests" npm --prefix tests/browser test
	@$(STEP) --last "Tests" cargo nextest run --locked --workspace --profile ci

.PHONY: bench
bench: ## measure the rows of the table of speed beside their peers, the short form: less than ten minutes, target/bench.html
	@$(STEP) "Set-up" scripts/setup.sh bench
	@$(STEP) "Build" cargo build --locked --release -p loadtest
	@cargo run --quiet --locked --release -p loadtest -- bench --short --json target/bench.json --html target/bench.html

.PHONY: setup
setup: ## install what is missing for all checks, and only that
	@scripts/setup.sh test

.PHONY: fmt
fmt: ## format the Rust code
	@cargo fmt --all

.PHONY: tidy
tidy: ## layers, file size, first-line docs, leftovers, machine traces, glossary
	@cargo run --quiet --locked -p xtask -- tidy
