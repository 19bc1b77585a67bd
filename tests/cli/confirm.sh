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

kept_out() {
    rm -f o/report.md o/results.json
    exec 8>>o/confirm/201/store.lock
    flock 8
    run 3 run tiny.yaml -o o --confirm --seeds 7
    said err "^widecheck: output folder 'o/confirm/201' is in use by another run"
    exec 8>&-
    same "$(results value o/results.json cells.6.seed)" 7 'the seventh seed'
    [ -s o/report.md ] || fault "no report of what was measured"
}
check "a confirmation that cannot be run: exit code 3, for the rest was run, and its report is there" kept_out
"$program" run tiny.yaml -o o --confirm -q >/dev/null 2>&1

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
    same "$(grep -c 'passed over' err)" 1 'lines about it'
    said err "^widecheck: of another suite, data or version, and passed over .*: 's/confirm/101', 's/confirm/201', 's/confirm/301'$"
    same "$(claim s passes.confirmations)" '[]' 'stale confirmations'
    said s/report.md '^Named by the suite, but not in this report: 101, 201, 301 '
    "$program" report s -q >out 2>err
    [ ! -s err ] || fault "--quiet, but said $(cat err)"
    "$program" run tiny.yaml -o s --confirm >out 2>err
    said err '^widecheck: 30 of 30 cells reused$'
    same "$(claim s passes.confirmations.2.verdict)" pass 'made again'
}
check "confirmations of another suite are passed over, with a word; made again, their cells are reused" stale

# What a table says is part of the plan: its cells are run anew, and what others say of the old one is passed over.
table() {
    python3 -c 'import random; random.seed(int("'"$1"'")); print("a,b,c,kind"); [print(*[f"{random.gauss(0, 1):.4f}" for _ in "abc"], i % 4, sep=",") for i in range(40)]'
}
other_data() {
    suite '101, 201' passes | sed 's/  blobs:.*/  blobs: {source: csv, file: d.csv, label: kind, triplets: 8, positive: class}/' >data.yaml
    table 1 >d.csv
    run 0 run data.yaml -o d --confirm
    same "$(claim d passes.confirmations.1.verdict)" pass confirmations
    table 2 >d.csv
    run 0 run data.yaml -o d
    said err "passed over .*: 'd/confirm/101', 'd/confirm/201'$"
    same "$(claim d passes.confirmations)" '[]' 'confirmations of other data'
    table 1 >d.csv
    run 0 run data.yaml -o d
    ! grep -q 'running\|passed over' err || fault "$(cat err)"
    same "$(claim d passes.confirmations.1.seed)" 201 'with the first table again'
}
check "confirmations of other data under the same name are passed over" other_data

other_version() {
    python3 - d/confirm/101/store.db <<'END'
import hashlib, sqlite3, sys
def sha(text): return hashlib.sha256(text.encode()).hexdigest()
key, value = "program.numerics", "0000"
db = sqlite3.connect(sys.argv[1])
done = db.execute("UPDATE fact SET value = ?, sha256 = ? WHERE key = ?", (value, sha(sha(key) + sha(value)), key))
assert done.rowcount == 1
db.commit()
END
    run 0 report d
    said err "passed over .*: 'd/confirm/101'$"
    same "$(claim d passes.confirmations.0.seed)" 201 'the other'
    said d/report.md '^Named by the suite, but not in this report: 101 '
}
check "one of another numerics version is passed over, and the report says which is missing" other_version

ordinary() {
    local n
    for n in 101 201; do
        run 0 run whole.yaml -o "alone$n" --set seed=$n
        run 0 report w/confirm/$n
        results equal "alone$n/results.json" "w/confirm/$n/results.json"
        same "$(claim w "passes.confirmations.$((n / 200)).parts.0.estimate")" "$(claim "alone$n" passes.parts.0.estimate)" "estimate of $n"
    done
    ! cmp -s alone101/results.json alone201/results.json || fault "two base seeds, one result"
    run 0 run whole.yaml -o w --confirm --fresh
    ! grep -q reused err || fault "--fresh reused cells"
    same "$(grep -c 'running 30 cells' err)" 3 'runs of --fresh'
    run 0 run whole.yaml -o w --confirm -q
    [ ! -s out ] && [ ! -s err ] || fault "--quiet, but said $(cat out err)"
}
suite '101, 201' passes >whole.yaml
"$program" run whole.yaml -o w --confirm >out 2>err
check "a confirmation is an ordinary run with that base seed; --fresh and --quiet hold for all" ordinary

others_read_it() {
    run 4 run tiny.yaml -o a --set "claims.unclear.test.below=$bound" --confirm
    run 0 run tiny.yaml -o b --set "claims.unclear.test.below=$bound"
    run 1 compare b a
    said out 'unclear.*pass → inconclusive'
    run 0 compare a a
    run 0 export a --format junit -o a.xml
    same "$(grep -c '<failure' a.xml)" 1 'failures in JUnit'
}
check "compare and export go by the folded verdict" others_read_it

# ---- in the way, and out of it ----

occupied() {
    run 0 run whole.yaml -o held -q
    mkdir -p held/confirm/201 && echo mine >held/confirm/201/notes.txt
    local was
    was=$(state held)
    run 2 run whole.yaml -o held --confirm
    said err "output folder 'held/confirm/201' is not empty and was not made by widecheck"
    same "$(state held)" "$was" 'the folder'
}
check "a foreign folder in the way of a base seed is found before anything runs, exit code 2" occupied

sed 's/until: 2}/until: 100}/; s/\[16, 32, 64, 128\]/[64, 96, 128, 256]/' whole.yaml >long.yaml
# reach PATTERN: the run in the background, $pid, has said that.
reach() {
    local i
    for i in {1..1000}; do
        grep -A1 "$1" running.err | grep -q running && return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.01
    done
    fault "it never said '$1': $(cat running.err)"
}
begin() {
    : >running.err # what the last run said is gone before anybody looks
    "$program" run "$1" -o "$2" --confirm -j 2 >running.out 2>running.err </dev/null &
    pid=$!
}
end() {
    { wait "$pid"; code=$?; } 2>/dev/null
}
edited() {
    cp long.yaml edited.yaml
    begin edited.yaml e
    reach 'running'
    echo 'oops: 1' >>edited.yaml
    end
    same "$code" 0 'exit code'
    ! grep 'passed over\|oops' running.err || fault "took the suite as it became"
    same "$(claim e passes.confirmations.1.verdict)" pass 'the last confirmation'
}
check "a suite that is edited while it runs is confirmed as it was" edited
# Begins a run and stops it (SIGSTOP) amid its first base seed, however slow we are to see that.
meet() {
    local i
    for i in {1..20}; do
        rm -rf "$1"
        begin long.yaml "$1"
        reach 'base seed 101' || return
        kill -STOP "$pid"
        grep -q 'base seed 201' running.err || return 0
        kill -CONT "$pid"
        end
    done
    fault "no run was met amid its first base seed"
}
interrupted() {
    meet i
    kill -INT "$pid"
    kill -CONT "$pid"
    end
    same "$code" 130 'exit code'
    said running.err 'to go on: widecheck run long.yaml -o i --confirm$'
    ! grep 'base seed 201' running.err || fault "went on to the next base seed"
    run 0 run long.yaml -o i --confirm
    said err '^widecheck: [0-9]+ of 30 cells reused$'
    same "$(claim i passes.parts)$(claim i passes.confirmations)" "$(claim e passes.parts)$(claim e passes.confirmations)" \
        'after Ctrl-C'
    same "$(left_over)" '' 'processes left'
}
check "Ctrl-C amid a base seed ends all, exit code 130; the same command goes on to the same numbers" interrupted

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
