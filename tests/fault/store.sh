#!/bin/bash
# The store while others use it, and over time: locks, readers while a run writes, older and newer files, data that
# changes under a run.
shim=$(realpath -e -- "${2:-}") || exit 2
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"
. "$tests/../fault/runs.sh"

long_suite >long.yaml
tiny_suite passes >tiny.yaml
run 0 run long.yaml -o whole
run 0 run tiny.yaml -o sound

# ---- the lock ----

inherited() {
    rm -rf ways && mkdir ways && touch ways/linger
    MISBEHAVE=$work/ways LD_PRELOAD=$shim "$program" run long.yaml -o locked >locked.out 2>locked.err </dev/null &
    pid=$!
    while [ -e ways/linger ] && kill -0 "$pid"; do sleep 0.02; done
    run 2 run long.yaml -o locked
    said err "^widecheck: output folder 'locked' is in use by another run \(pid $pid\)$"
    kill -9 "$pid"
    end
    local worker='' i
    for i in {1..100}; do # its brothers die with their parent
        worker=$(left_over)
        [ "$(wc -w <<<"$worker")" -gt 1 ] || break
        sleep 0.05
    done
    [ -n "$worker" ] || fault "no worker is left"
    same "$(find "/proc/$worker/fd" -lname '*store*' | wc -l)" 0 'files of the store that a worker holds open'
    run 0 run long.yaml -o locked
    kill -0 "$worker" || fault "the worker that was left has ended before the second run"
    kill -9 "$worker"
    results equal whole/results.json locked/results.json
}
check "a worker that outlives its killed run does not hold the lock" inherited

# ---- readers ----

read_meanwhile() {
    local reads=0
    cp -a whole written && rm written/store.* && begin written -j 1
    until_stored written 1
    while kill -0 "$pid" 2>/dev/null; do
        "$program" report written >out 2>err
        case $? in 0 | 3) ;; *) fault "report while a run writes: $(cat err)" ;; esac
        "$program" export written --format csv >table.csv 2>err || fault "export while a run writes: $(cat err)"
        "$program" compare whole written >out 2>err
        case $? in 0 | 1) ;; *) fault "compare while a run writes: $(cat err)" ;; esac
        results contract written/results.json
        results within written/results.json whole/results.json
        reads=$((reads + 1))
    done
    end
    same "$code" 0 'exit code of the run'
    [ $reads -gt 0 ] || fault "nothing was read while it ran"
    run 0 report written
    results equal whole/results.json written/results.json
}
check "report, export and compare may read while a run writes; neither disturbs the other" read_meanwhile
# A reader who takes no end: until the file `hold` is gone.
hold() {
    : >hold
    python3 - "$1" <<'END'
import os, sqlite3, sys, time
database = sqlite3.connect(f"{sys.argv[1]}/store.db", isolation_level=None, timeout=60)
database.execute("BEGIN")
database.execute("SELECT count(*) FROM fact").fetchone()
os.rename("hold", "holding")
while os.path.exists("holding"):
    time.sleep(0.02)
END
}
measured_arrays() {
    find "$1/arrays" -mindepth 1 -maxdepth 1 ! -name '*.part' 2>/dev/null | wc -l
}
held() {
    local attempt until
    for attempt in {1..10}; do
        rm -rf held holding
        begin held -j 1 --save-arrays
        until_running held
        hold held &
        until [ -e holding ]; do sleep 0.01; done
        [ "$(stored held)" -lt $long_cells ] && break
        rm holding # the run was faster
        end
    done
    until=$((SECONDS + 50)) # the run itself would wait no longer than a minute
    until [ "$(measured_arrays held)" = $long_cells ] || [ $SECONDS -gt $until ] || ! kill -0 "$pid"; do sleep 0.05; done
    same "$(measured_arrays held)" $long_cells 'cells that are run'
    [ "$(stored held)" -lt $long_cells ] || fault "they were stored in spite of the reader"
    until grep -q 'waiting for up to' held.err || ! kill -0 "$pid"; do sleep 0.05; done
    rm holding
    end
    same "$code" 0 'exit code'
    results equal whole/results.json held/results.json
}
check "a reader that holds the store for long does not hold up the run: its cells are stored afterwards" held
# A report that is begun while a run goes on, and draws until after its end.
late_report() {
    mkdir -p slow
    cat >slow/gnuplot <<END
#!/bin/sh
: >"$work/drawing"
until [ -e "$work/late" ]; do sleep 0.05; done
exec $(command -v gnuplot) "\$@"
END
    chmod +x slow/gnuplot
    rm -f drawing late
    begin late -j 1
    until_stored late 1
    PATH=$work/slow:$PATH "$program" report late >report.out 2>report.err &
    local report=$!
    until [ -e drawing ] || ! kill -0 $report; do sleep 0.01; done
    until grep -q 'waiting for another report' late.err || ! kill -0 "$pid"; do sleep 0.05; done
    : >late
    wait $report
    same $? 3 'exit code of the report'
    end
    same "$code" 0 'exit code of the run'
    results equal whole/results.json late/results.json
    ! grep -q pending late/report.md || fault "report.md is of an older moment than results.json"
}
check "a report that is begun while a run goes on does not replace that of its end" late_report
one_moment() {
    # two plans in turn, and a slow reader: what it reads is of the one or the other
    cp -a sound turn
    sed 's/A tiny suite/Another suite/; s/seeds: 6/seeds: 5/' tiny.yaml >other.yaml
    : >turning
    (while [ -e turning ]; do "$program" run other.yaml -o turn -q && "$program" run tiny.yaml -o turn -q; done >/dev/null 2>turn.err) &
    pid=$!
    local i
    for i in 1 2 3 4; do
        READ_SLOWLY=1 LD_PRELOAD=$shim "$program" report turn >out 2>err || fault "report: $(cat err)"
        case "$(head -1 out), $(grep -c 'n 6$' out), $(grep -c 'n 5$' out)" in
        'A tiny suite, 1, 0' | 'Another suite, 0, 1') ;;
        *) fault "a report of two suites: $(cat out)" ;;
        esac
    done
    rm turning
    end
    same "$(cat turn.err)" '' 'errors of the runs'
}
check "what is read while the plan changes is of one plan" one_moment

# ---- what waits to be stored ----

# Nothing is written beside a kernel that is timed; but if that takes very long, what was measured before is.
timed() {
    local attempt before after until
    cat >kernels.yaml <<'END'
widecheck: 1
title: "Two kernels in turn"
kernels:
  square:
    kernel: [{routine: dgemm, size: 64, seconds: 0.05}, {routine: dsyrk, size: 64, seconds: 0.05}]
    seeds: 200
END
    for attempt in 1 2 3; do
        rm -rf ways timed && mkdir ways
        MISBEHAVE=$work/ways LD_PRELOAD=$shim "$program" run kernels.yaml -o timed >timed.out 2>timed.err </dev/null &
        pid=$!
        until_running timed
        until_stored timed 2 # just now; what is measured from here on waits. If that is nothing, it is tried again
        touch ways/hang
        while [ -e ways/hang ] && kill -0 "$pid"; do sleep 0.01; done
        before=$(stored timed) after=$before until=$((SECONDS + 12))
        while [ "$after" -le "$before" ] && [ $SECONDS -lt $until ]; do
            sleep 0.2
            after=$(stored timed)
        done
        kill -9 "$pid"
        end
        gone
        [ "$after" -le "$before" ] || break
    done
    [ "$after" -gt "$before" ] || fault "$before cells were stored before a kernel hung, and $after after that"
}
check "results that wait are stored while a kernel hangs" timed

# ---- versions ----

versioned() { # versioned FOLDER VERSION
    python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1] + "/store.db")
db.execute("PRAGMA user_version = %d" % int(sys.argv[2]))' "$1" "$2"
}
newer() {
    cp -a sound newer && versioned newer 7
    sha256sum newer/store.db >sum
    local command
    for command in "run tiny.yaml -o newer" "run tiny.yaml -o newer --fresh" "report newer" "export newer --format csv"; do
        # shellcheck disable=SC2086
        run 2 $command
        said err "^widecheck: 'newer/store.db' was written by a newer widecheck: it has schema 7, this one knows 6 at most$"
    done
    sha256sum -c --quiet sum || fault "the store was changed"
}
check "a store of a newer version is refused, and left as it is" newer
older() { # older VERSION
    rm -rf older && cp -a sound older
    PYTHONPATH=$tests python3 - older/store.db "$1" <<'END'
import hashlib, json, sqlite3, sys
import messages
def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()
db = sqlite3.connect(sys.argv[1])
db.executescript("""DROP INDEX cell_key; ALTER TABLE cell RENAME TO new;
CREATE TABLE cell(key TEXT PRIMARY KEY, status TEXT NOT NULL, reason TEXT NOT NULL, record TEXT, sha256 TEXT NOT NULL,
wall_s REAL, cpu_s REAL, peak_bytes REAL) WITHOUT ROWID; INSERT INTO cell SELECT * FROM new; DROP TABLE new;""")
for key, status, reason, record, *usage in db.execute(
        "SELECT key, status, reason, record, wall_s, cpu_s, peak_bytes FROM cell").fetchall():
    record = record and json.dumps(messages.former(messages.record(record)))
    real = lambda value: next(text for digits in (15, 16, 17) for text in [f"{value:.{digits}g}"] if float(text) == value)
    parts = [key, status, reason, record or ""] + ([] if sys.argv[2] == "1" else [real(value) for value in usage])
    db.execute("UPDATE cell SET record = ?, sha256 = ? WHERE key = ?", (record, sha("".join(map(sha, parts))), key))
word = lambda value: str(value).lower() if isinstance(value, bool) else real(value) if isinstance(value, float) else str(value)
for position, key, experiment, params, seed in db.execute("SELECT position, key, experiment, params, seed FROM plan").fetchall():
    lines = "".join(f"{name}={word(value)}\n" for name, value in messages.plan(params).items())
    db.execute("UPDATE plan SET params = ?, sha256 = ? WHERE position = ?",
               (lines, sha("".join(map(sha, (str(position), key, experiment, lines, seed)))), position))
db.execute("PRAGMA user_version = " + sys.argv[2])
db.commit()
END
    sha256sum older/store.db >sum
    rm older/results.json
    chmod a-w older/store.db
    run 0 report older
    chmod u+w older/store.db
    results equal sound/results.json older/results.json
    sha256sum -c --quiet sum || fault "report changed the store"
    run 0 run tiny.yaml -o older
    said err '^widecheck: 30 of 30 cells reused$'
    cmp sound/results.json older/results.json || fault "other results"
    same "$(python3 -c 'import sqlite3; print(*sqlite3.connect("older/store.db").execute("PRAGMA user_version").fetchone())')" 6 version
    run 0 report older
    cmp sound/results.json older/results.json || fault "other results"
}
check "a store of version 1 is read as it is; a run brings it up to date and reuses its cells" older 1
check "a store of version 2 likewise" older 2
check "a store of version 3 likewise" older 3

# ---- what is stale ----

changing_data() {
    python3 - <<'END'
with open("table.csv", "w") as f:
    f.write("c,x,y,z\n" + "".join(f"{i % 3},{i % 7 + 1},{i % 5},{i % 11}\n" for i in range(60)))
END
    sed 's|blobs: {.*|blobs: {source: csv, file: table.csv, label: c, triplets: 8}|' long.yaml >data.yaml
    cp long.yaml kept.yaml && cp data.yaml long.yaml
    begin changing -j 1
    until_stored changing 1 # which is stored at once; what follows may wait until the end
    sed -i '2s/.*/0,100,200,300/' table.csv
    end
    cp kept.yaml long.yaml
    same "$code" 3 'exit code'
    said changing.err "^widecheck: '.*table.csv' was changed while its cells were run; run again$"
    gone
    run 0 run data.yaml -o changing
    ! grep -q reused err || fault "reused cells of another table"
    run 0 run data.yaml -o afresh
    results equal afresh/results.json changing/results.json
}
check "data that changes while it runs: nothing more is stored under its old name, exit code 3" changing_data
# Arrays of cells that are stored already.
changing_arrays() {
    local child
    run 0 run data.yaml -o kept
    cp table.csv first.csv
    cp long.yaml kept.yaml && cp data.yaml long.yaml
    begin kept -j 1 --save-arrays
    until [ "$(find kept/arrays -mindepth 1 -maxdepth 1 ! -name '*.part' 2>/dev/null | wc -l)" -ge 2 ] || ! kill -0 "$pid"; do sleep 0.01; done
    sed -i '2s/.*/0,300,200,100/' table.csv
    end
    cp kept.yaml long.yaml
    same "$code" 3 'exit code'
    cp first.csv table.csv
    run 0 run data.yaml -o kept --save-arrays
    run 0 run data.yaml -o new --save-arrays
    diff -r new/arrays kept/arrays || fault "arrays of another table"
}
check "data that changes while arrays are saved: no arrays of it are taken for those of the old" changing_arrays

rebuilt() {
    mkdir own && cp "$program" own/widecheck
    local built=$program
    program=$work/own/widecheck
    begin rebuilt -j 1
    until_stored rebuilt 1
    # as a linker does it: another file under the same name
    printf '#!/bin/sh\nexit 5\n' >own/new && chmod +x own/new && mv own/new own/widecheck
    end
    program=$built
    same "$code" 0 'exit code'
    results equal whole/results.json rebuilt/results.json
}
check "a program that is built anew while it runs goes on as it was" rebuilt

finish
