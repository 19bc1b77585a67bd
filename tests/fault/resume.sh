#!/bin/bash
# Runs that are killed, interrupted, starved, or find a damaged store: what was finished is kept, the same command goes
# on, and the metrics at the end are bit for bit those of an undisturbed run.
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"
fault_tests=$tests/../fault

cat >long.yaml <<'END'
widecheck: 1
title: "Cells of some 20 ms"
data:
  blobs: {source: mixture, classes: 4, dim: 10, triplets: 8, noise: 0.5}
experiments:
  drift:
    data: blobs
    model: {outputs: 8, width: [64, 256, 512, 1024]}
    loss: {name: triplet-linear, similarity: cosine}
    train: {step: 0.02, until: 8}
    measure: {ntk: {kernel: full, probes: all, normalised: true}, checkpoints: {every: 0.5}}
    seeds: 8
claims:
  falls:
    statement: "The change of the NTK falls with the width"
    source: derived
    from: {experiment: drift}
    test: {statistic: slope, metric: ntk.change, over: model.width, at: {t: 8}, below: -0.2}
    why: "far from what is measured"
    control: {test: {metric: weights.output-norm2}}
END
tiny_suite passes >tiny.yaml
run 0 run long.yaml -o whole
run 0 run tiny.yaml -o sound
cells=32

# begin FOLDER OPTIONS…: a run in the background; its id in $pid, its words in FOLDER.out and FOLDER.err.
begin() {
    local folder=$1
    shift
    "$program" run long.yaml -o "$folder" -j 2 "$@" >"$work/$folder.out" 2>"$work/$folder.err" </dev/null &
    pid=$!
}
# Waits until that run starts cells, or a file appears.
until_running() {
    local i
    for i in {1..500}; do
        grep -q 'running' "$work/$1.err" && return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.02
    done
    fault "the run does not begin: $(cat "$work/$1.err")"
}
# The exit code of the run, in $code. The shell's own word about a killed job is no news.
end() {
    { wait "$pid"; code=$?; } 2>/dev/null
}
gone() {
    local i
    for i in {1..50}; do
        [ -n "$(left_over)" ] || return 0
        sleep 0.05
    done
    fault "processes are left: $(left_over | tr '\n' ' ')"
}
litter() {
    same "$(find "$1" -name '*.tmp-*' -o -name '*.part' -o -name '*-journal' | head -5)" '' 'litter'
}
as_undisturbed() {
    results equal whole/results.json "$1/results.json"
    litter "$1"
    gone
}

# ---- kill -9 ----

killed_often() {
    local folder=$1 count=$2 delay i
    for ((i = 0; i < count; i++)); do
        # some before the first cell, most within the run
        delay=$(printf '0.%03d' $((50 + RANDOM % 900)))
        begin "$folder"
        sleep "$delay"
        kill -9 "$pid" 2>/dev/null
        end
        [ "$code" = 137 ] || [ "$code" = 0 ] || fault "killed after $delay s: exit code $code: $(cat "$folder.err")"
        gone
        echo "killed after $delay s: $(sqlite_count "$folder") cells"
    done
    run 0 run long.yaml -o "$folder" -j 2
    as_undisturbed "$folder"
}
sqlite_count() {
    python3 -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("select count(*) from cell").fetchone()[0])' "$1/store.db" 2>/dev/null || echo 0
}
check "killed four times at random instants and continued: as an undisturbed run, no process and no litter left" killed_often often 4
check "killed four times more" killed_often again 4
progress_kept() {
    begin kept
    until_running kept
    sleep 0.3
    kill -9 "$pid"
    end
    gone
    local done_before
    done_before=$(sqlite_count kept)
    [ "$done_before" -gt 0 ] || echo "no cell was finished: a slow machine"
    run 0 run long.yaml -o kept
    [ "$done_before" = 0 ] || said err "^widecheck: $done_before of $cells cells reused$"
    as_undisturbed kept
}
check "cells finished before kill -9 are not run again" progress_kept
newborn() {
    mkdir newborn
    echo 999999 >newborn/store.lock
    # what kill -9 leaves while the tables of a new store are made: an empty store, and a journal
    python3 - newborn/store.db <<'END'
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN IMMEDIATE")
for i in range(40):
    db.execute(f"CREATE TABLE t{i}(x TEXT)")
os._exit(0)
END
    [ -e newborn/store.db-journal ] || fault "no journal was made"
    run 0 run long.yaml -o newborn
    as_undisturbed newborn
    rm -rf newborn && mkdir newborn && : >newborn/store.db && : >newborn/store.lock
    run 0 run tiny.yaml -o newborn
}
check "killed while the store itself was being made: the same command goes on" newborn
killed_with_arrays() {
    begin arrayed --save-arrays
    until_running arrayed
    sleep 0.3
    kill -9 "$pid"
    end
    gone
    # what the killed workers may have left of any cell that is still to be run
    python3 -c 'import sqlite3; print(*(r[0][:16] for r in sqlite3.connect("arrayed/store.db").execute(
        "select key from plan where key not in (select key from cell) order by position")))' >pending.cells
    local id
    for id in $(cat pending.cells); do
        mkdir -p "arrayed/arrays/$id.part"
        echo half >"arrayed/arrays/$id.part/H0.npy"
        echo half >"arrayed/arrays/$id.part/ntk.npy.tmp-99999999"
    done
    run 0 run long.yaml -o arrayed --save-arrays
    same "$(find arrayed/arrays -mindepth 1 -maxdepth 1 | wc -l)" $cells 'folders of arrays'
    as_undisturbed arrayed
    rm -rf arrayed
}
check "killed while it saves arrays and continued: every cell's arrays, and no half ones" killed_with_arrays
stale() {
    cp -a whole stale
    : >stale/results.json.tmp-99999999
    : >stale/report.md.tmp-99999998
    : >stale/figures/stage-times.svg.tmp-99999997
    run 0 run long.yaml -o stale
    as_undisturbed stale
}
check "temporary files of a run that was killed while it wrote are removed by the next" stale

# ---- workers ----

killed_workers() {
    begin maimed
    until_running maimed
    local killed=0 i child
    for i in {1..40}; do
        sleep 0.03
        for child in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
            [ $((RANDOM % 3)) = 0 ] && [ $killed -lt 5 ] && kill -9 "$child" 2>/dev/null && killed=$((killed + 1))
        done
    done
    end
    [ $killed -gt 0 ] || fault "no worker was met"
    same "$code" 3 'exit code'
    local crashed
    crashed=$(results count maimed/results.json crashed)
    [ "$crashed" -ge 1 ] && [ "$crashed" -le $killed ] || fault "$killed workers killed, but $crashed cells crashed"
    results contract maimed/results.json
    results within maimed/results.json whole/results.json
    said maimed/report.md 'killed by signal 9'
    same "$(results value maimed/results.json claims.falls.verdict)" error verdict
    run 0 run long.yaml -o maimed
    said err "^widecheck: $((cells - crashed)) of $cells cells reused$"
    as_undisturbed maimed
}
check "killed workers cost their cells only, exit code 3; the next run repairs" killed_workers
hung() {
    begin hung --timeout 2
    until_running hung
    local stopped='' i
    for i in {1..100}; do
        stopped=$(cut -d' ' -f1 "/proc/$pid/task/$pid/children" 2>/dev/null)
        [ -n "$stopped" ] && kill -STOP "$stopped" 2>/dev/null && break
        sleep 0.02
    done
    end
    same "$code" 3 'exit code'
    same "$(results count hung/results.json timeout)" 1 'cells that timed out'
    results within hung/results.json whole/results.json
    gone
    run 0 run long.yaml -o hung
    as_undisturbed hung
}
check "a worker that hangs is ended by --timeout" hung

# ---- signals ----

interrupted() {
    local signal=$1 expected=$2 folder="it's $1" line
    begin "$folder"
    until_running "$folder"
    sleep 0.15
    kill -"$signal" "$pid"
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
impatient() {
    begin twice
    until_running twice
    kill -INT "$pid"
    kill -INT "$pid" 2>/dev/null
    sleep 0.02
    kill -INT "$pid" 2>/dev/null
    end
    same "$code" 130 'exit code'
    gone
    run 0 run long.yaml -o twice
    as_undisturbed twice
}
check "Ctrl-C twice: at once, and nothing is lost" impatient
early() {
    begin early
    sleep 0.05
    kill -INT "$pid"
    end
    same "$code" 130 'exit code'
    gone
    run 0 run long.yaml -o early
    as_undisturbed early
}
check "Ctrl-C before the first cell" early
hung_up() {
    begin hangup
    until_running hangup
    kill -HUP "$pid"
    end
    same "$code" 0 'exit code'
    as_undisturbed hangup
}
check "a lost terminal does not stop a run" hung_up

# ---- two at once ----

two() {
    begin shared
    until_running shared
    kill -STOP "$pid" # so that it cannot end too early to tell
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

# ---- a full disk ----

full() {
    # a limit on the size of files, without the signal: writes fail as on a full disk
    (
        trap '' XFSZ
        ulimit -f 120
        "$program" run long.yaml -o full -j 2 >out 2>err
    )
    same $? 3 'exit code'
    said err "^widecheck: .*full/.*"
    gone
    run 0 run long.yaml -o full
    as_undisturbed full
}
check "a disk that fills up: a message, exit code 3; with room again the run goes on" full

no_room_for_plan() {
    cp -a sound cramped
    sed 's/A tiny suite/A suite of many seeds/; s/above: 1}/above: 1000}/; s/seeds: 6/seeds: 3000/' tiny.yaml >many.yaml
    (
        trap '' XFSZ
        ulimit -f $(($(stat -c %s cramped/store.db) / 1024 + 200))
        "$program" run many.yaml -o cramped >out 2>err
    )
    same $? 3 'exit code'
    gone
    # sqlite undoes what was begun, if the program did not
    python3 -c 'import sqlite3; sqlite3.connect("cramped/store.db").execute("select count(*) from plan").fetchone()'
    run 0 report cramped
    same "$(results value cramped/results.json suite.title)" "A tiny suite"
    results equal sound/results.json cramped/results.json
}
check "a new plan that could not be stored leaves the old suite and the old plan, never the new suite over old cells" no_room_for_plan

# ---- a damaged store ----

damage() {
    python3 "$fault_tests/damage.py" "$program" sound tiny.yaml sound/results.json "$@" || fault "damage.py $*"
}
check "a truncated store: refused, or run again; never another number" damage cut
check "fifty bit flips in a store: refused, or not measured, or run again; never another number" damage flips "${FLIP_SEED:-1}" 50
check "a transaction that was never ended is undone" damage journal
check "a flipped bit of a metric's value is noticed" damage tamper '"value":[0,0.0' 11
check "a flipped bit of a cell's status is noticed" damage tamper 'diverged' 0
check "a flipped bit of a parameter in the plan is noticed" damage tamper 'model.width=64\n' 13
check "a flipped bit of an experiment's name in the plan is noticed" damage tamper 'driftdata=' 4
check "a flipped bit of the suite's text is noticed" damage tamper 'model.width, above: 1}' 20
check "a flipped bit of what a claim states is noticed" damage tamper 'A claim that passes' 2

finish
