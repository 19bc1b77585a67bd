#!/bin/bash
# What the parent itself takes: of time at most 3 ms a cell besides the worker's start, of memory no more while it runs
# ten times as many cells, of threads one. (bench/bench_overhead.py does so with 10 000 of them, and with whole suites.)
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"

# measured CELLS FILE: "MS KIB": the parent's own processor time a cell, and the most memory it held while workers ran.
measured() {
    python3 - "$program" "$1" "$tests/../../bench" >"$2" <<'END' || fault "$(cat "$2")"
import os, sys
sys.path.insert(0, sys.argv[3])
sys.dont_write_bytecode = True
import bench_overhead as bench
cells = int(sys.argv[2])
with open(f"empty-{cells}.yaml", "w") as file:
    file.write(bench.EMPTY.format(cells))
found, _, _, own, _, running, _ = bench.measure(sys.argv[1], f"empty-{cells}.yaml", f"empty-{cells}", ["-q"])
assert found == cells, found
print(round(1e3 * own / cells, 2), round(1024 * running))
END
}
little() {
    local ms
    measured 2000 many
    ms=$(cut -d' ' -f1 many)
    awk -v ms="$ms" 'BEGIN { exit !(ms > 0 && ms <= 3) }' || fault "$ms ms a cell"
}
check "2000 empty cells: at most 3 ms a cell of the parent's own processor time, its report included" little
flat() {
    local few many
    measured 200 few
    few=$(cut -d' ' -f2 few) many=$(cut -d' ' -f2 many)
    # SQLite keeps up to 2 MiB of pages; 1500 bytes for each of the 1800 cells more would be noticed
    [ "$few" -gt 1000 ] && [ "$many" -gt 1000 ] && [ "$((many - few))" -le 4608 ] || fault "$few KiB with 200 cells, $many KiB with 2000"
}
check "its memory while cells run is that of a run of a tenth of them" flat
still() {
    "$program" run empty-200.yaml -o still -q >still.out 2>&1 </dev/null &
    local pid=$! threads=''
    until [ -n "$(cat "/proc/$pid/task/$pid/children")" ] || ! kill -0 "$pid"; do sleep 0.01; done 2>/dev/null
    threads=$(sed -n 's/^Threads:\t*//p' "/proc/$pid/status")
    wait "$pid" || fault "$(cat still.out)"
    same "$threads" 1 'threads'
}
check "it has one thread: those that the BLAS library starts when it is loaded are ended, for they spin" still

finish
