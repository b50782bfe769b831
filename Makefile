# What a person does here, one target each; `make help` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

GO ?= go
# HEIC photos are decoded in a sandbox inside the program, never by a C library of the machine: so the binary stays static.
export GOFLAGS += -tags=nodynamic
# Flags of `demo`; both are free to leave out.
ADDR ?=
DATA ?=
# What `test`, `bench` and `fuzz` look at, and how long they may take.
PKG ?= ./...
TIMEOUT ?= 45m
PARALLEL ?= 2
BENCH ?= .
BENCHTIME ?= 1s
FUZZTIME ?= 10s
BEFORE ?=
FAMILY ?=
FAULT ?=
LOAD ?=
DURATION ?= 8h
RACE ?=

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## serve a made-up commune on this machine; ADDR=host:port DATA=folder
	$(GO) run ./cmd/tiepdan demo $(if $(ADDR),--addr $(ADDR)) $(if $(DATA),--data $(DATA))

.PHONY: build
build: ## one static binary in bin/tiepdan
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o bin/tiepdan ./cmd/tiepdan

.PHONY: sbom
sbom: ## what the binary is made of, and under which licences: CycloneDX in bin/tiepdan.cdx.json
	@mkdir -p bin
	GOFLAGS= $(GO) build -C .ci/sbom -o ../bin/ github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod
	.ci/bin/cyclonedx-gomod app -json -licenses -noserial -main cmd/tiepdan -output bin/tiepdan.cdx.json .
	@GOFLAGS= $(GO) run -C .ci/sbom . ../../bin/tiepdan.cdx.json

.PHONY: reproduce
reproduce: ## build the last commit in two new folders and compare: both must be the same, byte for byte
	@at=$$(mktemp -d); trap 'rm -rf "$$at"' EXIT; \
	for folder in one another/deeper; do \
		git clone -q --no-hardlinks . "$$at/$$folder"; \
		$(MAKE) --no-print-directory -s -C "$$at/$$folder" build; \
	done; \
	cmp "$$at/one/bin/tiepdan" "$$at/another/deeper/bin/tiepdan"; \
	sha256sum <"$$at/one/bin/tiepdan"

.PHONY: test
test: ## vet and all tests, the parts under the race detector, pages and journeys without; installs what they need; PKG=./internal/web
	@.ci/tools.sh test
	$(GO) vet $(PKG)
	@packages=$$($(GO) list $(PKG)); \
	parts=$$(grep -vE '/internal/(app|web)$$' <<<"$$packages" || true); \
	whole=$$(grep -E '/internal/(app|web)$$' <<<"$$packages" || true); \
	run() { .ci/bin/gotestsum --format pkgname --format-hide-empty-pkg $(if $(TEST_EVENTS),--jsonfile $(TEST_EVENTS)/$$1.json) -- \
		-shuffle=on -timeout=$(TIMEOUT) -p=$(PARALLEL) $${@:2}; }; \
	status=0; \
	if [[ -n $$parts ]]; then run parts -race $$parts || status=1; fi; \
	if [[ -n $$whole ]]; then run whole $(if $(RACE),-race) $$whole || status=1; fi; \
	exit $$status
	@for tests in $$(git ls-files '*_test.go' | xargs -n1 dirname | sort -u); do \
		folder=$$tests; until [[ -f $$folder/go.mod || $$folder == . ]]; do folder=$$(dirname $$folder); done; \
		[[ $$folder == . ]] || echo $$folder; \
	done | sort -u | while read -r module; do \
		(cd $$module && $(CURDIR)/.ci/bin/gotestsum --format pkgname $(if $(TEST_EVENTS),--jsonfile $(TEST_EVENTS)/$$(basename $$module).json) -- -race ./...); \
	done

.PHONY: race
race: ## as test, with pages and journeys through the whole program under the race detector too; twice as long
	@$(MAKE) --no-print-directory test RACE=yes

.PHONY: lint
lint: ## golangci-lint, formatting, and the rules of .ci/lint.sh
	@.ci/tools.sh lint
	.ci/bin/golangci-lint run
	.ci/bin/golangci-lint fmt --diff
	@.ci/lint.sh

.PHONY: bench
bench: ## the program under load, then every benchmark, or BENCH=regexp in PKG=package; BEFORE=commit compares with it
	$(GO) run ./internal/bench intake
	$(GO) run ./internal/bench long $(if $(BEFORE),--before=$(BEFORE))
	$(GO) run ./internal/bench route
	$(GO) run ./internal/bench scale
	$(GO) run ./internal/bench search $(if $(BEFORE),--before=$(BEFORE))
	$(GO) run ./internal/bench watch
	$(GO) run ./internal/bench verify
	$(GO) run ./internal/bench mail
	@.ci/tools.sh test
	$(GO) test -count=1 -v -run TestTheFirstVisitFitsASlowNetwork ./internal/app | grep -E 'requests|^(ok|FAIL)'
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem -benchtime $(BENCHTIME) $(PKG)

.PHONY: lighthouse
lighthouse: ## judge five of the citizens' pages by Lighthouse: at least 98 in all four
	@.ci/tools.sh lighthouse
	$(GO) build -o bin/tiepdan ./cmd/tiepdan
	node .ci/lighthouse/run.mjs bin/tiepdan "$$(command -v chromium)"

.PHONY: load
load: ## a mixed day against the real program: steady, ramp, spike, valley; LOAD="--rate=500 --peak=20"
	$(GO) run ./internal/bench day $(LOAD)

.PHONY: abuse
abuse: ## attack the real program in every known way; FAMILY=limits, codes, ratings, doors, files, wire, phone, addresses, denouncer, accused, mail, channels or notices
	$(GO) run ./internal/abuse $(FAMILY)

.PHONY: chaos
chaos: ## break what the real program stands on while letters pour in, and count: ten minutes; FAULT="kill disk"
	$(GO) run ./internal/chaos $(FAULT)

.PHONY: soak
soak: ## as chaos, fault after fault, until DURATION is over
	$(GO) run ./internal/chaos --for=$(DURATION) $(FAULT)

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME, one after the other
	@for pkg in $$($(GO) list $(PKG)); do \
		for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "$$pkg $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg; \
		done; \
	done
