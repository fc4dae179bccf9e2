# Go and git are all this needs; the tests bring the rest (see test/provide).
.PHONY: fuzz upgrade-test run build test check fmt-check lint arch docs-check tidy-check bench fmt generate clean help

GO ?= go
FUZZTIME ?= 10s
TOOL = $(GO) tool -modfile=tools/go.mod
export CGO_ENABLED = 0

SEEDS := $(wildcard ../shared/seeds)

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: ## start a demo forum on this machine
	$(GO) run ./cmd/plenary demo --data ./data/demo $(if $(SEEDS),--seeds $(SEEDS)) $(if $(LISTEN),--listen $(LISTEN))

build: ## build bin/plenary
	$(GO) build -trimpath -o bin/plenary ./cmd/plenary

# Programs of tests need no symbols for a debugger, and memory rather than its collection.
test: bin/provide ## run all tests, with PostgreSQL and a browser
	GOGC=300 bin/provide -- $(GO) test -vet=off -ldflags='-s -w' -timeout 20m ./...

bench: bin/provide ## measure what docs/benchmarks.md states (nginx must be there), then the packages
	bin/provide -- $(GO) run ./test/bench
	bin/provide -- $(GO) test -timeout 20m -run '^$$' -bench . -benchmem ./...

fuzz: ## feed every parser of outside bytes with garbage, FUZZTIME (10s) each
	@GO="$(GO)" test/fuzz.sh $(FUZZTIME)

upgrade-test: ## let a former program (PLENARY_TEST_FORMER=COMMIT) serve what this one brought up
	@test -n "$(PLENARY_TEST_FORMER)" || { echo "name the former program: make upgrade-test PLENARY_TEST_FORMER=COMMIT"; exit 1; }
	PLENARY_TEST_FORMER=$(PLENARY_TEST_FORMER) $(GO) test -count=1 -timeout 30m -run TestFormerProgram -v ./test/upgrade

check: fmt-check tidy-check arch docs-check lint ## everything but the tests

fmt-check: # format
	@unformatted="$$($(TOOL) gofumpt -extra -l .)" && test -z "$$unformatted" || \
		{ echo "not formatted (make fmt):"; echo "$$unformatted"; exit 1; }

tidy-check: # go.mod lists what is used
	$(GO) mod tidy -diff

arch: # the plan of the house
	$(GO) test -count=1 ./test/arch

docs-check: # generated pages are up to date
	$(GO) run ./cmd/plenary docs --check

lint: # the linters of .golangci.yml, go vet among them
	$(TOOL) golangci-lint run

fmt: ## format the code
	$(TOOL) gofumpt -extra -w .

generate: ## write the generated pages anew
	$(GO) generate ./...
	$(GO) run ./cmd/plenary docs

clean: ## remove what was built; ./data stays
	rm -rf bin coverage

# Built, not `go run`: an interruption must reach it, for it has a server to end.
bin/provide: FORCE
	@$(GO) build -o $@ ./test/provide

.PHONY: FORCE
FORCE:
