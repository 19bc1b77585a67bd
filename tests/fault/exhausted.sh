#!/bin/bash
# Exhausted memory ends the process that asked for it: a worker's end costs its cell, the parent's end costs nothing that
# was committed. The limits are RLIMIT_DATA, and a memory cgroup (v1) where one may be made.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# limited KIB COMMAND...: no process of it may have more than so many KiB of private memory.
limited() {
    local most=$1
    shift
    (ulimit -d "$most" && exec "$@")
}

# Cells of 1 MB and of some 130 MB: W of the last is drawn tile by tile, but H and its copies are kept.
cat >mixed.yaml <<'END'
widecheck: 1
title: "Small cells, and one that asks for much"
data:
  blobs: {source: mixture, classes: 4, dim: 10, triplets: 64, noise: 0.5}
experiments:
  mixed:
    data: blobs
    model: {outputs: 4, width: [16, 32, 200000]}
    loss: {name: triplet-linear, similarity: cosine}
    train: {step: 0.02, until: 0.04}
    measure: {ntk: {kernel: none}}
    seeds: 2
END

worker() {
    code=0
    limited 200000 "$program" run mixed.yaml -o mixed -j 1 >mixed.out 2>mixed.err || code=$?
    same "$code" 3 'exit code'
    same "$(results count mixed/results.json ok)" 4 'sound cells'
    same "$(results count mixed/results.json memory)" 2 'cells that ran out of memory'
    said mixed/report.md 'asked for [0-9.]* MiB of memory that it could not get'
    gone
    run 0 run mixed.yaml -o mixed
    same "$(results count mixed/results.json ok)" 6 'cells after the next run, without the limit'
}
check "a worker that memory does not suffice for costs its cell, which says what it asked for" worker

parent() {
    long_suite >long.yaml
    run 0 run long.yaml -o whole
    # From the start: the plan of 40 000 cells needs more than this.
    sed 's/seeds: 2/seeds: 20000/; s/, 200000\]/]/' mixed.yaml >many.yaml
    code=0
    OPENBLAS_NUM_THREADS=1 limited 1000 "$program" run many.yaml -o many 2>many.err || code=$?
    same "$code" 3 'exit code'
    said many.err 'widecheck: out of memory [(][0-9]+ bytes[)]'
    gone
    # In the midst of a run, which then has no memory for the report of 8000 cells.
    begin half --seeds 2000
    until_stored half 4
    prlimit --pid "$pid" --data=4096
    kill -INT "$pid"
    code=0
    wait "$pid" || code=$?
    same "$code" 3 'exit code'
    said half.err 'widecheck: out of memory'
    gone
    run 0 run long.yaml -o half
    as_undisturbed half
}
check "the parent ends with one line and exit code 3, leaves no worker, and loses nothing that was stored" parent

hostile() {
    # A suite and a table whose sizes are absurd are refused for what they are, not by dying.
    sed 's/200000/99999999999/' mixed.yaml >wide.yaml
    run 2 run wide.yaml -o wide
    said err 'wide.yaml:8:'
    head -c 3000000 /dev/zero | tr '\0' '[' >deep.yaml
    run 2 run deep.yaml -o deep
}
check "hostile sizes exit with 2" hostile

finish
