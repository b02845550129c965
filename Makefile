# Every act of the project; `make` lists them.
# Cargo is asked for the whole workspace: asked for one crate, it resolves other features and builds the stores anew.

TARGET := $(or $(CARGO_TARGET_DIR),target)
UTFALL := $(TARGET)/debug/utfall

.DEFAULT_GOAL := help
.PHONY: help demo test check openapi bench promises fuzz mutants deny sbom clean build release toolchain

help: ## list these acts
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: toolchain ## a real case on an SQLite file: print its reports and deviation cases, then serve (ARGS=--exit: end)
	cargo build --locked --workspace --bin utfall
	$(UTFALL) demo $(ARGS)

test: build ## everything, on SQLite and on a throw-away PostgreSQL, installed if missing (ARGS=name: only those)
	scripts/with-postgres cargo test --locked --workspace $(ARGS)

check: build ## formatting, lints, documentation, and that openapi/ is what the handlers say
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" cargo doc --locked --workspace --no-deps
	$(UTFALL) openapi | diff -u openapi/openapi.json -
	$(UTFALL) openapi --yaml | diff -u openapi/openapi.yaml -
	$(UTFALL) openapi --kolada v2 | diff -u openapi/kolada-v2.json -
	$(UTFALL) openapi --kolada v3 | diff -u openapi/kolada-v3.json -

openapi: build ## write the contracts under openapi/ anew from the handlers
	$(UTFALL) openapi >openapi/openapi.json
	$(UTFALL) openapi --yaml >openapi/openapi.yaml
	$(UTFALL) openapi --kolada v2 >openapi/kolada-v2.json
	$(UTFALL) openapi --kolada v3 >openapi/kolada-v3.json

bench: release ## bulk load of a month beside each database's own; reports and series beside pgbench (ARGS=--only reports: one of them)
	UTFALL_TEST_FSYNC=on scripts/with-postgres $(TARGET)/release/bench $(ARGS)

promises: release build ## every promise in full, on both databases, with LibreOffice, a real issuer and generated clients (installed if missing)
	UTFALL_TEST_FSYNC=on scripts/with-postgres $(TARGET)/release/promises $(ARGS)
	UTFALL_TEST_TRIES=full scripts/with-postgres cargo test --locked --workspace --test it -- --nocapture \
		promises:: idempotency:: walk::tokens walk::rights walk::bodies access::external personal_numbers the_database_keeps

fuzz: build ## the domain's property tests, 100,000 cases each, and Schemathesis over the whole contract, three seeds
	PROPTEST_CASES=100000 cargo test --locked --release --package utfall-domain
	UTFALL_TEST_PHASES=examples,coverage,fuzzing,stateful UTFALL_TEST_SEEDS=1,2,3 UTFALL_TEST_EXAMPLES=$(or $(EXAMPLES),200) \
		cargo test --locked --workspace --test it -- generated_calls --nocapture

# A mutant of the domain is judged by the domain's own tests, in seconds; the others by acts over HTTP, in minutes each. SHARD=0/8: an eighth.
mutants: toolchain ## changes to amounts, rights, tokens, tenancy, idempotency and the reading of JSON that no test catches (installs cargo-mutants if missing; hours)
	command -v cargo-mutants >/dev/null || cargo install --locked cargo-mutants
	cargo mutants --package utfall-domain --test-package utfall-domain --output $(TARGET)/mutants-domain $(if $(SHARD),--shard $(SHARD))
	scripts/with-postgres cargo mutants --package utfall-persistence --package utfall-api --test-package utfall-api --test-package utfall-tests \
		--output $(TARGET)/mutants $(if $(SHARD),--shard $(SHARD)) -- --test it --lib -- access:: identity:: idempotency:: inputs:: kolada::calls::a_closed \
		personal_numbers:: promises::entry promises::files::v6 promises::tenants promises::updates walk::answers walk::bodies walk::rights walk::tokens \
		--skip the_issuers_keys_take_over

deny: toolchain ## licences, banned versions and sources of every dependency (installs cargo-deny if missing)
	command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
	cargo fetch --locked
	cargo deny --offline check bans licenses sources

sbom: toolchain ## what the binary is made of, as CycloneDX: target/utfall.cdx.json, held against the binary itself (installs what is missing)
	scripts/sbom $(TARGET)

clean: ## remove what was built
	cargo clean

# All targets in one build: the tests drive the binary too, and later acts find everything built.
build: toolchain
	cargo build --locked --workspace --all-targets

release: toolchain
	cargo build --locked --workspace --release

toolchain:
	@command -v cargo >/dev/null || { echo "Rust is missing: cargo 1.94 or newer must be on PATH" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "A C compiler is missing: apt-get install gcc libc6-dev" >&2; exit 1; }
