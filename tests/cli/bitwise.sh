#!/bin/bash
# The quick suite in small: the same metrics, bit for bit, with one worker or two, one thread or two, run twice, and
# whatever the surroundings say about BLAS threads.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

quick=$tests/../../suites/quick.yaml
fashion=/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz
# Widths of one tile of the engine and of several, so that threads have something to share; $WK_SEEDS seeds of each.
reduced=(--seeds "${WK_SEEDS:-2}" --set 'model.width=[64, 512, 1024, 2048]')
if [ -r "$fashion" ]; then
    cp "$quick" quick.yaml
else
    echo "# Fashion-MNIST is not installed: its experiment is read from the mixture instead"
    sed 's/^    data: fashion/    data: blobs/; /^  fashion:/,/^$/d' "$quick" >quick.yaml
fi

# measured FOLDER OPTIONS…: the exit code speaks of the claims, which are too small here to judge; 2 or more than 4 is wrong.
measured() {
    local folder=$1
    shift
    "$program" run quick.yaml -o "$folder" "${reduced[@]}" "$@" -q >out 2>err
    local code=$?
    case $code in
    0 | 1 | 3 | 4) ;;
    *) fault "exit code $code: $(head -c 1000 err)" ;;
    esac
    same "$(results count "$folder/results.json" pending)" 0 'pending cells'
    same "$(results count "$folder/results.json" crashed)$(results count "$folder/results.json" failed)" 00 'crashed and failed cells'
}
alike() {
    measured "$@"
    results equal first/results.json "$1/results.json"
}

first() {
    measured first -j 2 --threads 1
    results contract first/results.json
    [ "$(results count first/results.json ok)" -gt 100 ] || fault "too few cells to tell"
    [ "$(results count first/results.json diverged)" -gt 0 ] || fault "no diverged cell among them"
}
check "the quick suite in small runs, and keeps the contract of results.json" first
check "-j 1 --threads 2 gives the metrics of -j 2 --threads 1, bit for bit" alike wide -j 1 --threads 2
# begun FOLDER EVERY: a copy of the first run whose every EVERYth cell is forgotten.
begun() {
    cp -a first "$1"
    python3 - "$1/store.db" "$2" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("DELETE FROM cell WHERE key IN (SELECT key FROM plan WHERE position % ? = 0)", (int(sys.argv[2]),))
db.commit()
END
}
surrounded() {
    begun surrounded 2
    OPENBLAS_NUM_THREADS=2 OMP_NUM_THREADS=2 GOTO_NUM_THREADS=2 MKL_NUM_THREADS=2 alike surrounded -j 2 --threads 2
    same "$(results value surrounded/results.json environment.blas.threads)" 1 'threads of BLAS'
}
check "half of it run again with -j 2 --threads 2, BLAS told outside to use two threads, too" surrounded
again() {
    begun again 3
    alike again -j 1 --threads 1
}
check "a third of it run again with -j 1 --threads 1, too" again

finish
