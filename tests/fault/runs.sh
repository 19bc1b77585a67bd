# shellcheck shell=bash
# Sourced by tests that meet runs in the background: of cells of some 20 ms, about a second in all.

long_suite() {
    cat <<'END'
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
END
}
long_cells=32

# The whole minutes that these wait are for a machine that is busy with something else; they end as soon as they can.
patience=120

# begin FOLDER OPTIONS…: a run in the background; its id in $pid, its words in FOLDER.out and FOLDER.err.
begin() {
    local folder=$1
    shift
    : >"$work/$folder.err" # what an earlier run said is gone before anybody looks
    "$program" run long.yaml -o "$folder" "$@" >"$work/$folder.out" 2>"$work/$folder.err" </dev/null &
    pid=$!
}
# Waits until that run starts cells.
until_running() {
    local until=$((SECONDS + patience))
    while [ $SECONDS -lt $until ]; do
        grep -q 'running' "$work/$1.err" && return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.02
    done
    fault "the run does not begin: $(cat "$work/$1.err")"
}
# Until so many cells of that run are stored.
until_stored() {
    local until=$((SECONDS + patience))
    while [ $SECONDS -lt $until ]; do
        [ "$(stored "$1")" -ge "$2" ] && return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.02
    done
    fault "the run does not store cells: $(cat "$work/$1.err")"
}
stored() {
    python3 -c 'import sqlite3, sys; print(sqlite3.connect(f"file:{sys.argv[1]}/store.db?mode=ro", uri=True).execute("select count(*) from cell").fetchone()[0])' "$1" 2>/dev/null || echo 0
}
# Workers that now run; not what is on its way to become one, nor gnuplot. (While a child is on its way, posix_spawn holds
# the run in a wait that no signal but kill -9 ends: if that child were stopped, the run would hang.)
workers() {
    local child words
    for child in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
        mapfile -d '' -t words 2>/dev/null <"/proc/$child/cmdline"
        [ "${words[1]:-}" = worker ] && echo "$child"
    done
}
# Stops a process, so that it cannot end by itself; false if it had ended already.
stop_surely() {
    local state
    kill -STOP "$1" 2>/dev/null || return 1
    while state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -c1); do
        case $state in
        T) return 0 ;;
        Z | X | '') return 1 ;;
        esac
    done
}
# meet FOLDER OPTIONS…: begins a run and stops it (SIGSTOP) in the midst of its cells, however slow we are to see them.
meet() {
    local folder=$1 i
    for i in {1..20}; do
        begin "$@"
        until_running "$folder" || return
        sleep 0.15
        if stop_surely "$pid"; then
            [ "$(stored "$folder")" -lt $long_cells ] && return
            kill -CONT "$pid"
        fi
        end
        rm -rf "$folder"
    done
    fault "no run was met before its end"
}
# The exit code of the run, in $code. The shell's own word about a killed job is no news.
end() {
    { wait "$pid"; code=$?; } 2>/dev/null
}
# Processes of the program that are left, and of gnuplot, whose folder is that of the figures.
orphans() {
    left_over
    find /proc -maxdepth 2 -path '/proc/[0-9]*/cwd' -lname "$work/*/figures" 2>/dev/null
}
gone() {
    local until=$((SECONDS + patience))
    while [ -n "$(orphans)" ]; do
        [ $SECONDS -lt $until ] || { fault "processes are left: $(orphans | tr '\n' ' ')"; return; }
        sleep 0.05
    done
}
