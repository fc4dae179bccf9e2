#!/usr/bin/env bash
# Runs every fuzz target for a time; with FUZZPART=1/3 the packages of the second third only
# (their seeds and the fixtures are part of `go test` anyway); with FUZZBLIND=1 by the programs
# that `go test` has built, which do not see what they have covered: quick to begin. Before Go 1.27 the end of that time can count as a failure
# (https://go.dev/issue/75804): a run that failed by nothing else is made once more. A target
# that finds a bad input fails at once and leaves the input under testdata/fuzz. What a run has
# learnt is kept where `go test -fuzz` keeps it; each run begins with some of it by lot, for
# trying all of it again would leave no time for anything new.
set -u
time=${1:-10s}
go=${GO:-go}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
learnt=$("$go" env GOCACHE)/fuzz/$("$go" list -m) || exit 1

run() {
	local corpus=$work/corpus/$2 kept=$learnt/$1/$2 code
	rm -rf "$work/corpus"
	mkdir -p "$corpus" "$kept"
	find "$kept" -type f | sort -R | head -n 40 | while read -r input; do cp "$input" "$corpus"; done
	(cd "$1" && "$work/fuzz.test" -test.run '^$' -test.fuzz "^$2\$" -test.fuzztime "$time" -test.fuzzminimizetime 1x \
		-test.fuzzcachedir "$work/corpus" -test.paniconexit0) 2>&1 | tee "$work/out"
	code=${PIPESTATUS[0]}
	[ "$(find "$kept" -type f | wc -l)" -gt 1000 ] || cp -R "$corpus/." "$kept"
	return "$code"
}

part=${FUZZPART:-0/1}
built=
number=-1
grep -rHo --include='*_test.go' '^func Fuzz[A-Za-z0-9]*' internal cmd | sed 's|/[^/]*_test.go:func | |' | sort -u |
	while read -r dir name; do
		[ "$dir" = "${last:-}" ] || number=$((number + 1))
		last=$dir
		[ $((number % ${part#*/})) -eq "${part%/*}" ] || continue
		echo "--- $dir $name"
		# Once per package: `go test -fuzz` would link it anew for each target.
		if [ "$dir" != "$built" ]; then
			if [ -n "${FUZZBLIND:-}" ]; then "$go" test -c -vet=off -ldflags="-s -w" -o "$work/fuzz.test" "./$dir"; else "$go" test -c -fuzz . -o "$work/fuzz.test" "./$dir"; fi || exit 1
		fi
		built=$dir
		run "$dir" "$name" && continue
		grep -q '^ *context deadline exceeded$' "$work/out" && ! grep -q 'Failing input written' "$work/out" || exit 1
		echo "--- $dir $name, once more"
		run "$dir" "$name" || exit 1
	done
