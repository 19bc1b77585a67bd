#!/bin/bash
# Under the sanitizers, once each and with small cells, what resume.sh and signals.sh try at length: interrupted and
# killed runs go on. And a control: what a worker does wrong does not stay unseen.
shim=$(realpath -e -- "${2:-}") || exit 2
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"

cat >small.yaml <<'END'
widecheck: 1
title: "Cells of some tenths of a second"
data:
  blobs: {source: mixture, classes: 4, dim: 6, triplets: 6, noise: 0.5}
experiments:
  drift:
    data: blobs
    model: {outputs: 4, width: [32, 64]}
    loss: {name: triplet-linear, similarity: cosine}
    train: {step: 0.02, until: 20}
    measure: {ntk: {kernel: full, probes: 4}, pca: true, checkpoints: {every: 0.5}}
    seeds: 8
END
cells=16
run 0 run small.yaml -o whole

# interrupted NAME SIGNAL CODE: sent to the run when it has cells in hand; then the same command goes on.
interrupted() {
    local folder=$1 signal=$2 expected=$3 code i
    "$program" run small.yaml -o "$folder" -j 2 >"$folder.out" 2>"$folder.err" </dev/null &
    local pid=$!
    for i in {1..500}; do
        [ -n "$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)" ] && grep -q running "$folder.err" && break
        sleep 0.02
    done
    sleep 0.3
    kill -"$signal" "$pid"
    { wait $pid; code=$?; } 2>/dev/null
    same "$code" "$expected" 'exit code'
    continued "$folder"
}
continued() {
    run 0 run small.yaml -o "$1" -j 2
    results equal whole/results.json "$1/results.json"
    same "$(results count "$1/results.json" ok)" $cells 'ok cells'
    same "$(left_over)" '' 'processes left'
}
check "Ctrl-C, and on" interrupted ctrl-c INT 130
check "TERM, and on" interrupted term TERM 143
check "kill -9, and on" interrupted kill KILL 137
killed_worker() {
    mkdir ways && touch ways/abandon
    MISBEHAVE=$work/ways LD_PRELOAD=$shim run 3 run small.yaml -o abandon -j 2
    same "$(ls ways)" '' 'ways that no worker met'
    continued abandon
}
check "a worker that is killed, and on" killed_worker
leaking_worker() {
    touch ways/leak
    # to standard error, where the parent reads it; the others' go where ci/sanitize looks
    ASAN_OPTIONS=${ASAN_OPTIONS-}:log_path=stderr MISBEHAVE=$work/ways LD_PRELOAD=$shim run 3 run small.yaml -o leak -j 2
    same "$(results count leak/results.json crashed)" 1 'crashed cells'
    said leak/results.json 'LeakSanitizer: detected memory leaks'
    continued leak
}
check "a worker that loses memory is seen" leaking_worker

finish
