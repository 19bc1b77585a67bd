# shellcheck shell=bash
# Sourced by signals.sh and store.sh: runs in the background, of cells of some 20 ms.

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

# begin FOLDER OPTIONS…: a run in the background; its id in $pid, its words in FOLDER.out and FOLDER.err.
begin() {
    local folder=$1
    shift
    "$program" run long.yaml -o "$folder" "$@" >"$work/$folder.out" 2>"$work/$folder.err" </dev/null &
    pid=$!
}
# Waits until that run starts cells.
until_running() {
    local i
    for i in {1..1000}; do
        grep -q 'running' "$work/$1.err" && return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.02
    done
    fault "the run does not begin: $(cat "$work/$1.err")"
}
# Until so many cells of that run are stored.
until_stored() {
    local i
    for i in {1..1000}; do
        [ "$(stored "$1")" -ge "$2" ] && return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.02
    done
    fault "the run does not store cells: $(cat "$work/$1.err")"
}
stored() {
    python3 -c 'import sqlite3, sys; print(sqlite3.connect(f"file:{sys.argv[1]}/store.db?mode=ro", uri=True).execute("select count(*) from cell").fetchone()[0])' "$1" 2>/dev/null || echo 0
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
