#!/bin/bash
# Workers that misbehave, by a library preloaded into them (misbehave.c): each costs its own cell, which is recorded
# with what can be said of it; all others are whole, nothing is left running, and the same command repairs.
shim=$(realpath -e -- "${2:-}") || exit 2
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"

tiny_suite passes >tiny.yaml
run 0 run tiny.yaml -o whole
cells=30
limits=(--timeout 20 --mem 400M)

# misbehaving CODE FOLDER WAY…: a run in which one worker misbehaves in each of these ways.
misbehaving() {
    local code=$1 folder=$2
    shift 2
    rm -rf "$folder" "$work/ways"
    mkdir "$work/ways"
    (cd "$work/ways" && touch "$@")
    MISBEHAVE=$work/ways LD_PRELOAD=$shim run "$code" run tiny.yaml -o "$folder" "${limits[@]}"
    same "$(ls "$work/ways")" '' 'ways that no worker met'
    same "$(left_over)" '' 'processes left'
    results contract "$folder/results.json"
    results within "$folder/results.json" whole/results.json
}
repaired() {
    run 0 run tiny.yaml -o "$1"
    results equal whole/results.json "$1/results.json"
}
# Of the only cell that ended so: its reason matches.
reason_of() {
    same "$(results count "$1/results.json" "$2")" 1 "cells that are '$2'"
    python3 -c 'import json, sys
cell, = (c for c in json.load(open(sys.argv[1]))["cells"] if c["status"] == sys.argv[2])
print(cell["reason"])' "$1/results.json" "$2" >reason
    said reason "$3"
}
# one WAY STATUS REASON: alone, in all that is written of it.
one() {
    local way=$1 status=$2 reason=$3
    misbehaving 3 "$way" "$way"
    reason_of "$way" "$status" "$reason"
    same "$(results count "$way/results.json" ok)" $((cells - 7 + $(was_diverged "$way"))) 'ok cells'
    same "$(results value "$way/results.json" claims.passes.verdict)" "$(verdict_of "$way")" verdict
    said "$way/report.md" "$status"
    run 0 export "$way" --format junit
    said out "<error type=\"$status\""
    run 0 export "$way" --format csv
    same "$(grep -c ",$status," out)" 1 'rows of the cell in the table'
    repaired "$way"
}
# The lost cell may be one of those that diverge, of which the claim knows nothing.
was_diverged() {
    echo $((6 - $(results count "$1/results.json" diverged)))
}
verdict_of() {
    if [ "$(was_diverged "$1")" = 1 ]; then echo pass; else echo error; fi
}

last_words() {
    one crash crashed '^killed by signal 11 \(Segmentation fault\); it said: '
    said reason 'the last words'
    [ "$(wc -c <reason)" -lt 2300 ] || fault "a reason of $(wc -c <reason) bytes"
    python3 -c 'import sqlite3; print(*sqlite3.connect("crash/store.db").execute("select count(*) from cell where wall_s > 0 and cpu_s > 0 and peak_bytes > 1e6").fetchone())' >count
    same "$(cat count)" $cells 'cells whose times and memory are stored'
}
check "a worker that crashes: its cell is crashed, with the signal and its last lines" last_words
hung() {
    local limits=(--timeout 2 --mem 400M)
    one hang timeout '^stopped after 2 s \(--timeout\)$'
}
check "a worker that hangs and ignores TERM: its cell is a timeout" hung
# Of a run's workers, the one that ignores TERM.
ignoring_term() {
    local child
    for child in $(cat "/proc/$1/task/$1/children"); do
        grep -q '^SigIgn:.*4...$' "/proc/$child/status" && echo "$child"
    done 2>/dev/null
}
# The parent is kept by the disk from before the worker's end until after its time.
unseen() {
    local pid worker=''
    rm -rf ways && mkdir ways && touch ways/hang ways/sync
    MISBEHAVE=$work/ways LD_PRELOAD=$shim "$program" run tiny.yaml -o unseen -j 2 --timeout 3 >out 2>err </dev/null &
    pid=$!
    while [ -z "$worker" ] && kill -0 "$pid"; do worker=$(ignoring_term "$pid"); done
    while [ -e ways/sync ] && kill -0 "$pid"; do sleep 0.01; done
    said "/proc/$worker/limits" '^Max core file size +0 '
    kill -9 "$worker"
    wait "$pid"
    same $? 3 'exit code'
    reason_of unseen crashed '^killed by signal 9 \(Killed\)$'
    repaired unseen
}
check "a worker that ends while the parent waits for a slow disk, which lets its time run out: its cell is crashed, no timeout" unseen
ate() {
    one "$1" memory '^held [0-9]+ MiB of memory; its limit is 400 MiB \(--mem sets it\)$'
    python3 - "$1/results.json" reason <<'END' || fault "peak and limit: $(cat reason)"
import json, re, sys
held = int(re.search(r"held (\d+) MiB", open(sys.argv[2]).read())[1])
assert 400 <= held < 4000, held
END
}
check "a worker that eats memory: its cell is ended above the limit, with what it held" ate eat
check "a worker whose child eats memory: likewise" ate feed
unasked() {
    local limits=(--timeout 60)
    misbehaving 3 unasked eat
    reason_of unasked memory '^held 1[0-9]{3} MiB of memory; its limit is 1024 MiB \(--mem sets it\)$'
}
check "without --mem the limit comes from the estimate, and is a gigabyte at least" unasked
none_fits() {
    run 3 run tiny.yaml -o tight --mem 1M
    same "$(results count tight/results.json memory)" $cells 'cells that took too much'
    repaired tight
}
check "a limit that all cells exceed before they are looked at: none counts as measured" none_fits
peak() {
    same "$(results value eat/results.json cells.0.status)" ok
    misbehaving 3 eaten eat
    python3 - eaten/results.json <<'END' || fault "peak_bytes"
import json, sys
cells = json.load(open(sys.argv[1]))["cells"]
peak = {c["status"]: c["peak_bytes"] for c in cells}
assert peak["memory"] > 400 * 2**20, peak
assert peak["ok"] < 100 * 2**20, peak
END
}
check "the peak of each cell is its own" peak
lengthy() {
    cat >lengthy.yaml <<'END'
widecheck: 1
title: "Answers longer than a pipe holds"
data: {points: {source: mixture, classes: 2, dim: 2, triplets: 2, noise: 0.3}}
experiments:
  steps:
    data: points
    model: {activation: tanh, outputs: 2, width: 2}
    loss: {name: triplet-linear, similarity: cosine}
    train: {step: 0.1, until: [200, 5000]}
    measure: {ntk: {kernel: none}, checkpoints: {every: 0.1}}
    seeds: 2
END
    run 0 run lengthy.yaml -o lengthy
    python3 - <<'END' || fault "answers were cut"
import json, sqlite3
store = sqlite3.connect("lengthy/store.db")
lengths = sorted(length for (length,) in store.execute("SELECT length(record) FROM cell"))
print("answers of", lengths, "bytes")
assert len(lengths) == 4 and 64 << 10 < lengths[0] < 1 << 20 < lengths[3] # more than a pipe, and than it may be made to hold
for cell in json.load(open("lengthy/results.json"))["cells"]:
    loss = cell["metrics"]["loss"]
    assert len(loss["t"]) == len(loss["value"]) == 1 + round(10 * cell["params"]["train.until.time"]), len(loss["t"])
END
}
check "answers longer than a pipe holds come whole" lengthy
check "a worker that prints garbage before its answer: its cell is crashed" one garbage crashed '^its answer is garbled: '
check "a worker that never stops printing: its cell is crashed" one talk crashed '^answered with more than 256 MiB$'
screaming() {
    local limits=(--timeout 2 --mem 400M)
    one scream timeout '^stopped after 2 s \(--timeout\); it said: a*'
}
check "a worker that never stops complaining: its cell is a timeout" screaming
check "a worker that closes its output and lives on: its cell is crashed" one mute crashed \
    '^closed its output, but did not end within 5 s; it said: no more$'
check "a worker that ends without an answer: its cell is crashed" one quit crashed '^ended with exit code 7 and no whole answer$'
check "a worker that dies and leaves children: its cell is crashed, and they are ended" one abandon crashed \
    '^killed by signal 9 \(Killed\)$'
left() {
    misbehaving 0 leave leave
    results equal whole/results.json leave/results.json
}
check "a worker that answers and leaves a child which holds its output: the result counts, the child is ended" left
strangers() {
    # a process that the shell left to the program it became
    bash -c 'sleep 1000 & echo $! >"$2"; exec "$1" run tiny.yaml -o strange -q' - "$program" stranger.pid
    kill -0 "$(cat stranger.pid)" || fault "a child that no worker left was ended"
    kill "$(cat stranger.pid)"
}
check "children that no worker left are let be" strangers
failing() {
    cat >failing.yaml <<'END'
widecheck: 1
title: "Outputs that are exactly zero"
data: {points: {source: mixture, classes: 2, dim: 2, triplets: 2, noise: 0.3}}
experiments:
  dead:
    data: points
    model: {activation: relu, outputs: 2, width: 1}
    loss: {name: triplet-linear, similarity: cosine}
    train: {step: 0.1, until: 0.1}
    seeds: 6
END
    run 3 run failing.yaml -o failing
    [ "$(results count failing/results.json failed)" -ge 1 ] || fault "no cell failed"
    said failing/report.md 'the loss is not finite: an output is exactly 0'
    run 0 export failing --format junit
    said out '<error type="failed"'
}
check "a cell that cannot be computed has failed, with its message, exit code 3" failing
all() {
    local limits=(--timeout 8 --mem 400M)
    misbehaving 3 all crash hang eat feed garbage mute quit abandon leave
    same "$(results count all/results.json crashed)" 5 'crashed cells'
    same "$(results count all/results.json timeout)" 1 'cells that timed out'
    same "$(results count all/results.json memory)" 2 'cells that took too much'
    same "$(results count all/results.json pending)" 0 'cells that were not run'
    run 3 report all
    repaired all
}
check "all of them in one run: eight cells lost, all others whole" all

finish
