#!/bin/bash
# Runs that are interrupted, or meet another run: what was finished is kept, the same command goes on, and the metrics at
# the end are bit for bit those of an undisturbed run.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

claimed_suite >long.yaml
run 0 run long.yaml -o whole

# ---- signals ----

interrupted() {
    local signal=$1 expected=$2 folder="it's $1" line
    meet "$folder"
    kill -"$signal" "$pid"
    kill -CONT "$pid"
    end
    same "$code" "$expected" 'exit code'
    gone
    results contract "$folder/results.json"
    results within "$folder/results.json" whole/results.json
    local finished
    finished=$(results count "$folder/results.json" ok)
    same "$((finished + $(results count "$folder/results.json" pending)))" $cells 'finished and pending cells'
    said "$folder.err" 'interrupted; what is done is kept; to go on: widecheck run long.yaml'
    line=$(sed -n 's/.*to go on: widecheck //p' "$folder.err")
    eval "set -- $line"
    run 0 "$@"
    [ "$finished" = 0 ] || said err "^widecheck: $finished of $cells cells reused$"
    as_undisturbed "$folder"
}
check "Ctrl-C: exit code 130, finished cells kept, and the command that is printed goes on" interrupted INT 130
check "SIGTERM: exit code 143, finished cells kept, and the command that is printed goes on" interrupted TERM 143
early() {
    begin early
    until [ -n "$(workers)" ] || ! kill -0 "$pid"; do :; done 2>/dev/null # it looks at the BLAS library
    kill -INT "$pid"
    end
    same "$code" 130 'exit code'
    gone
    run 0 run long.yaml -o early
    as_undisturbed early
}
check "Ctrl-C before the first cell" early

# ---- two at once ----

two() {
    meet shared
    run 2 run long.yaml -o shared
    said err "^widecheck: output folder 'shared' is in use by another run \(pid $pid\)$"
    run 2 run long.yaml -o shared --fresh
    run 0 run long.yaml -o shared --dry-run
    kill -CONT "$pid"
    end
    same "$code" 0 'exit code of the first'
    as_undisturbed shared
}
check "a second run on the same folder is refused with the first one's pid; the first is not disturbed" two

finish
