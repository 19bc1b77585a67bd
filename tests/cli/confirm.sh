#!/bin/bash
# Confirmation with other base seeds: what it runs, what it shows, and that a verdict which is not the same with each is
# inconclusive.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# suite SEEDS CLAIM…: the tiny suite with a `confirm` of its own.
suite() {
    local seeds=$1
    shift
    tiny_suite "$@" | sed "s/^data:/confirm: [$seeds]\ndata:/"
}
claim() {
    results value "$1/results.json" "claims.$2"
}

suite '101, 201, 301' passes unclear >tiny.yaml
agreed() {
    run 4 run tiny.yaml -o o --confirm --set claims.unclear.test.below=-1e-9  # a bound within every interval
    same "$(claim o passes.verdict)" pass verdict
    local i seeds=(101 201 301)
    for i in 0 1 2; do
        same "$(claim o "passes.confirmations.$i.seed")" "${seeds[i]}" seed
        same "$(claim o "passes.confirmations.$i.verdict")" pass "with seed ${seeds[i]}"
        [ "$(claim o passes.parts.0.estimate)" != "$(claim o "passes.confirmations.$i.parts.0.estimate")" ] ||
            fault "the same estimate with seed ${seeds[i]}: nothing else was run"
    done
    said o/report.md '^## Other base seeds$'
    said o/report.md '^\| passes \| ✔ pass .* \| ✔ pass .* \| ✔ pass .* \| ✔ pass .* \|$'
    said err '^widecheck: confirming with base seed 301$'
}
# the bound that makes `unclear` pass by itself and not with another seed, if its intervals allow it
"$program" run tiny.yaml -o o --confirm -q >/dev/null 2>&1
bound=$(python3 - o/results.json <<'END'
import json, sys
claim = [c for c in json.load(open(sys.argv[1]))["claims"] if c["id"] == "unclear"][0]
own = claim["parts"][0]["interval"][1]
others = [c["parts"][0]["interval"][1] for c in claim["confirmations"]]
print(repr((own + max(others)) / 2) if max(others) > own else "")
END
)
check "each claim is judged with each base seed, on other cells" agreed

disagreed() {
    [ -n "$bound" ] || fault "no bound lies between the intervals: choose other seeds for this test"
    run 4 run tiny.yaml -o o --confirm --set "claims.unclear.test.below=$bound"
    same "$(claim o unclear.verdict)" inconclusive verdict
    claim o unclear.reason >reason
    said reason '^pass by itself, but (fail|inconclusive) with base seed (101|201|301)$'
    same "$(claim o passes.verdict)" pass 'the other claim'
    run 0 run tiny.yaml -o alone --set "claims.unclear.test.below=$bound"
    same "$(claim alone unclear.verdict)" pass 'the verdict alone'
    same "$(claim alone unclear.confirmations)" '[]' confirmations
}
check "a verdict that is not the same with each base seed is inconclusive, exit code 4" disagreed

rebuilt() {
    local before
    before=$(bytes o)
    rm -r o/report.md o/results.json o/figures
    run 4 report o
    same "$(bytes o)" "$before" 'the rebuilt files'
}
check "report rebuilds the same bytes, confirmations included" rebuilt

stale() {
    "$program" run tiny.yaml -o s --confirm -q >/dev/null 2>&1
    sed -i 's/A tiny suite/A changed suite/' tiny.yaml
    "$program" run tiny.yaml -o s >out 2>err
    said err "^widecheck: 's/confirm/101' is of another suite or version: passed over"
    same "$(claim s passes.confirmations)" '[]' 'stale confirmations'
    "$program" run tiny.yaml -o s --confirm >out 2>err
    said err '^widecheck: 30 of 30 cells reused$'
    same "$(claim s passes.confirmations.2.verdict)" pass 'made again'
}
check "confirmations of another suite are passed over, with a word; made again, their cells are reused" stale

continued() {
    local i pid
    suite '101, 201, 301' passes >whole.yaml
    for i in 1 2 3 4; do
        "$program" run whole.yaml -o k --confirm >/dev/null 2>&1 &
        pid=$!
        sleep "0.$((3 + RANDOM % 6))"
        kill -9 "$pid" 2>/dev/null
        { wait "$pid"; } 2>/dev/null
    done
    run 0 run whole.yaml -o k --confirm
    run 0 run whole.yaml -o u --confirm
    same "$(claim k passes.parts)$(claim k passes.confirmations)" "$(claim u passes.parts)$(claim u passes.confirmations)" \
        'after kill -9'
}
check "killed at any instant, the same command goes on to the same numbers" continued

refused() {
    tiny_suite passes >none.yaml
    run 2 run none.yaml -o n --confirm
    said err "^widecheck: --confirm:1:1: the suite names no base seeds"
    suite '101, 101' passes >twice.yaml
    run 2 run twice.yaml -o n
    said err '^widecheck: twice.yaml:3:16: base seed 101 shares seeds with base seed 101'
    suite '101, 103' passes >near.yaml
    run 2 list near.yaml
    said err 'near.yaml:3:16: base seed 103 shares seeds with base seed 101: they must be 6 apart'
    suite '4, 101' passes >own.yaml
    run 2 run own.yaml -o n --confirm
    said err 'own.yaml:3:11: base seed 4 shares seeds with base seed 1'
    suite '101, x' passes >word.yaml
    run 2 run word.yaml -o n
    said err "word.yaml:3:16: .*'x'"
    same "$(state n)" absent 'the folder'
    suite '101, 201' passes >tiny.yaml
    run 0 run tiny.yaml -o n --confirm --dry-run
    said out '^--confirm: all of this 3 times$'
}
check "base seeds that share seeds, or are none, are refused with their place" refused

finish
