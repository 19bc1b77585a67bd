#!/bin/bash
# Memcheck on one cell, computed by the worker that computes all cells, and on `report`: nothing is read that was never
# set, nothing beyond its block, nothing is lost. AddressSanitizer does not see the first, nor what BLAS is given.
# (Valgrind's processor has no AVX-512: kernels and BLAS choose AVX2 there.)
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if ! command -v valgrind >/dev/null; then
    echo "1..0 # SKIP valgrind is not installed (ci/packages)"
    exit 0
fi

cat >small.yaml <<'END'
widecheck: 1
title: "Small cells"
data:
  blobs: {source: mixture, classes: 4, dim: 6, triplets: 4, noise: 0.5}
experiments:
  two:
    data: blobs
    model: {activation: tanh, outputs: 3, width: 40, constraint: orthogonal}
    loss: {name: triplet-linear, similarity: cosine}
    train: {step: 0.1, until: 0.3}
    measure: {ntk: {kernel: full, probes: 3, normalised: true}, pca: true, checkpoints: log}
    seeds: 5
  three:
    data: blobs
    model: {activation: relu, outputs: 3, depth: 3, width: 40}
    loss: {name: infonce, similarity: cosine, temperature: 0.5}
    train: {step: 0.1, until: 0.3}
    measure: {ntk: {kernel: full, probes: all}, linearised: true, limit: true, checkpoints: log}
    seeds: 5
claims:
  moves:
    statement: "It moves"
    source: derived
    from: {experiment: two}
    test: {statistic: worst, metric: weights.output-norm2, above: 0.2}
    why: "it is a test"
    control: {test: {metric: train.step}}
figures:
  change: {from: three, plot: trajectory, y: ntk.change}
END
plainly() {
    run 0 run small.yaml -o o -q
    results contract o/results.json
}
check "without valgrind" plainly

# What a worker is told of the n-th cell, by process $1.
request() {
    PYTHONPATH=$tests python3 - "$1" "$2" <<'END'
import json, sys
import messages
cell = json.load(open("o/results.json"))["cells"][int(sys.argv[2])]
sys.stdout.buffer.write(messages.request(int(sys.argv[1]), cell["seed"], 2, cell["params"]))
END
}
# memcheck CODE ARGUMENTS…: as `run`, and valgrind finds nothing.
memcheck() {
    local expected=$1 code
    shift
    valgrind --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect --num-callers=30 \
        --log-file=valgrind.log "$program" "$@" >out 2>err
    code=$?
    [ $code -eq "$expected" ] || fault "exit code $code, expected $expected: widecheck $*: $(head -c 800 err)"
    grep -q 'ERROR SUMMARY: 0 errors' valgrind.log || fault "$(grep -v ' Warning: set address' valgrind.log | cut -c1-160 | head -60)"
}
cell() {
    request $$ "$1" >request
    memcheck 0 worker <request
    PYTHONPATH=$tests python3 - "$1" <<'END' || fault "other metrics than without valgrind"
import json, sys
import messages
answer = messages.record(open("out", "rb").read())
cell = json.load(open("o/results.json"))["cells"][int(sys.argv[1])]
assert answer["status"] == cell["status"] == "ok", answer["reason"]
found = {series["name"]: series["value"] for series in answer["metrics"]}
assert found.keys() == cell["metrics"].keys()
near = lambda a, b: abs(a - b) <= 1e-6 * max(1, abs(b))
assert near(found["loss"][-1], cell["metrics"]["loss"]["value"][-1])
END
}
check "a cell of two layers" cell 0
check "a cell of three layers" cell 5
reported() {
    cp -a o again
    memcheck 0 report again
    bytes o >whole.bytes
    bytes again | diff whole.bytes - || fault "other bytes"
}
check "report" reported
# A control: the tool sees a byte that was never set.
cat >unset.c <<'END'
#include <stdlib.h>
int main(void) {
    volatile char *byte = malloc(1);
    return byte[0] == 'x' ? 1 : 0;
}
END
unset_byte() {
    cc -g -O0 unset.c -o unset || return
    valgrind -q --error-exitcode=99 ./unset >/dev/null 2>&1
    same $? 99 'exit code'
}
if command -v cc >/dev/null; then
    check "valgrind sees a byte that was never set" unset_byte
fi

finish
