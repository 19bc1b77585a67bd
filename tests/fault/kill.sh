#!/bin/bash
# kill -9 of the run at random instants, of workers, of both at once, each so many times as $WK_KILLS says: the same
# command goes on, the end is that of an undisturbed run bit for bit, no finished cell is run again, and nothing is left
# behind.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
times=${WK_KILLS:-6}
RANDOM=${KILL_SEED:=$RANDOM} # instants also depend on the machine
echo "# KILL_SEED=$KILL_SEED"

# It is run more than a hundred times: with cells of half the size.
claimed_suite | sed 's/until: 8/until: 3/; s/t: 8/t: 3/' >long.yaml
begun=${EPOCHREALTIME/./}
run 0 run long.yaml -o whole
whole_ms=$(((${EPOCHREALTIME/./} - begun) / 1000))

# A random instant of a run that is not disturbed.
random_sleep() {
    local ms=$((RANDOM * whole_ms / 32768))
    sleep "$((ms / 1000)).$(printf '%03d' $((ms % 1000)))"
}
kill_run() {
    kill -9 "$pid" 2>/dev/null
}
kill_both() {
    local all
    all=$(workers)
    # shellcheck disable=SC2086
    if [ $((RANDOM % 2)) = 0 ]; then kill -9 $pid $all; else kill -9 $all $pid; fi 2>/dev/null
}

# What a run says it reuses and starts is what the store had before; and all of that is still there, as it was.
goes_on() {
    local folder=$1 before reused running
    before=$(wc -l <before)
    store keeps before "$folder"
    reused=$(sed -n 's/^widecheck: \([0-9]*\) of [0-9]* cells reused$/\1/p' "$folder.err")
    running=$(sed -n 's/^widecheck: running \([0-9]*\) cells.*/\1/p' "$folder.err")
    [ -z "$reused" ] || same "$reused" "$before" 'cells reused'
    [ -z "$running" ] || same "$running" $((cells - before)) 'cells started'
}
# often HOW: runs in a folder until one ends by itself, then in the next folder, until so many were killed, and at least
# one of them between its first cell and its last.
often() {
    local how=$1 killed=0 folder=1 attempts=0 parts=0
    while [ $killed -lt $times ] || [ $parts -eq 0 ] || [ -e "$how$folder" ]; do
        [ $((attempts += 1)) -le $((8 * times)) ] || { fault "of $attempts runs only $killed were killed, and $parts went on"; return; }
        store cells "$how$folder" >before
        case $(wc -l <before) in 0 | "$cells") ;; *) parts=$((parts + 1)) ;; esac
        begin "$how$folder"
        if [ $killed -lt $times ] || [ $parts -eq 0 ]; then
            random_sleep
            "$how"
        fi
        end
        gone
        goes_on "$how$folder"
        case $code in
        137) killed=$((killed + 1)) ;;
        0) as_undisturbed "$how$folder" && folder=$((folder + 1)) ;;
        *) fault "exit code $code: $(cat "$how$folder.err")"; return ;;
        esac
        [ ! -s "$work/.faults" ] || return
    done
    echo "# $killed of $attempts runs were killed, in $((folder - 1)) folders; $parts went on from a part of the cells"
}
check "kill -9 of the run at $times random instants: the same command goes on, as if nothing had been" often kill_run
check "kill -9 of the run and its workers at $times random instants: likewise" often kill_both

killed_workers() {
    local killed=0 folder=0 here child
    while [ $killed -lt $times ]; do
        folder=$((folder + 1)) here=0
        [ $folder -le $((2 * times)) ] || { fault "only $killed workers were met"; return; }
        begin maimed$folder
        until_running maimed$folder
        while kill -0 "$pid" 2>/dev/null && [ $((killed + here)) -lt $times ] && [ $here -lt 7 ]; do
            sleep "0.0$((RANDOM % 10))"
            child=$(workers | shuf -n 1)
            [ -n "$child" ] && stop_surely "$child" && kill -9 "$child" && here=$((here + 1))
        done
        end
        repaired maimed$folder $here
        killed=$((killed + here))
        [ ! -s "$work/.faults" ] || return
    done
    echo "# $killed workers were killed, in $folder runs"
}
# repaired FOLDER CRASHED: so many workers of that run were killed.
repaired() {
    local folder=$1 crashed=$2
    gone
    results contract "$folder/results.json"
    results within "$folder/results.json" whole/results.json
    same "$(results count "$folder/results.json" crashed)" "$crashed" 'cells that crashed'
    if [ "$crashed" -gt 0 ]; then
        same "$code" 3 'exit code'
        said "$folder/report.md" 'killed by signal 9'
        same "$(results value "$folder/results.json" claims.falls.verdict)" error verdict
    fi
    store cells "$folder" >before
    same "$(wc -l <before)" $((cells - crashed)) 'cells that are measured'
    begin "$folder"
    end
    same "$code" 0 'exit code of the next run'
    goes_on "$folder"
    [ "$crashed" = 0 ] || said "$folder.err" "^widecheck: running $crashed cells"
    as_undisturbed "$folder"
}
check "kill -9 of $times workers at random instants: each costs its cell, exit code 3; the next run runs just those" killed_workers
killed_probe() {
    local child='' attempts=0
    while [ -z "$child" ]; do
        [ $((attempts += 1)) -le 50 ] || { fault "the first worker of a run was never met"; return; }
        begin probed
        while [ -z "$child" ] && kill -0 "$pid" 2>/dev/null && ! grep -q running probed.err; do child=$(workers); done
        [ -z "$child" ] || { stop_surely "$child" && kill -9 "$child"; } || child=''
        end
        [ -n "$child" ] || rm -rf probed
    done
    same "$code" 3 'exit code'
    said probed.err '^widecheck: the probe of the BLAS library failed: killed by signal 9 '
    same "$(ls probed)" "store.db
store.lock" 'files in the folder'
    same "$(store cells probed | wc -l)" 0 'cells in the store'
    gone
    run 0 run long.yaml -o probed
    as_undisturbed probed
}
check "kill -9 of the worker that looks at the BLAS library: a message, exit code 3, nothing but an empty store" killed_probe

# ---- instants that chance rarely meets ----

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
    run 0 run long.yaml -o newborn
}
check "killed while the store itself was being made: the same command goes on" newborn
while_it_writes() {
    local attempts=0
    until [ -e torn/store.db-journal ]; do
        [ $((attempts += 1)) -le 50 ] || { fault "no run was met while it wrote"; return; }
        rm -rf torn
        begin torn
        until_running torn
        until [ -e torn/store.db-journal ] || ! kill -0 "$pid"; do :; done 2>/dev/null
        kill_run
        end
    done
    gone
    store cells torn >before
    begin torn
    end
    same "$code" 0 'exit code of the next run'
    goes_on torn
    as_undisturbed torn
    echo "met after $attempts attempts"
}
check "killed while it writes results: what was written halfway is undone, the same command goes on" while_it_writes
killed_with_arrays() {
    meet arrayed --save-arrays
    kill_run
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

finish
