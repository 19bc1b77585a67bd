#!/bin/bash
# BLAS libraries as axes of a suite: each cell on the library, core type and threads that it names, kernels in rounds,
# libraries that are wrong on purpose found out, verdicts compared.
sabotage=$(realpath -e -- "${2:-/nowhere}" 2>/dev/null)
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

"$program" backends --format json >list.json 2>err
mapfile -t names < <(python3 -c '
import json
seen = set()
for b in json.load(open("list.json"))["backends"]:
    if not b["unusable"] and b["name"] != "default" and (b["path"], b["lapack_path"]) not in seen:
        seen.add((b["path"], b["lapack_path"]))
        print(b["name"])')
if [ ${#names[@]} -lt 2 ]; then
    echo "1..0 # SKIP fewer than two BLAS libraries are installed (ci/packages --backends)"
    exit 0
fi
first=${names[0]} second=${names[1]}
openblas=$(python3 -c '
import json
print(next((b["name"] for b in json.load(open("list.json"))["backends"]
            if not b["unusable"] and b["library"] == "OpenBLAS" and b["threading"] == "pthreads"), ""))')

head_of() {
    printf 'widecheck: 1\ntitle: "backends"\ndata:\n  blobs: {source: mixture, classes: 4, dim: 6, triplets: 6, noise: 0.5}\n'
}
# training BACKEND [LINE]: 5 seeds of 4 widths; a claim on them, and one about its verdicts.
training() {
    head_of
    cat <<END
experiments:
  drift:
    data: blobs
    model: {outputs: 4, width: [64, 256, 1024, 4096]}
    loss: {name: triplet-linear, similarity: cosine}
    train: {step: 0.1, until: 4}
    measure: {ntk: {kernel: full, probes: 4, normalised: true}, checkpoints: ends}
    backend: $1
    ${2:-}
    seeds: 8
claims:
  falls:
    statement: "The NTK's change falls with the width"
    source: derived
    from: {experiment: drift}
    test: {statistic: slope, metric: ntk.change, over: model.width, below: -0.2}
    why: "far from what is measured"
    control: {test: {metric: ntk.change.normalised}}
  everywhere:
    statement: "On every backend"
    source: derived
    verdicts: {of: falls, over: backend}
    why: "no flip"
END
}
# kernels BACKEND [THREADS]
kernels() {
    cat <<END
widecheck: 1
title: "kernels"
kernels:
  products:
    kernel: [{routine: dgemm, size: 96, seconds: 0.01}, {routine: dpotrf, size: 64, seconds: 0.01}]
    threads: ${2:-1}
    backend: $1
    seeds: 5
claims:
  right:
    statement: "Within the bound of rounding"
    source: derived
    from: {experiment: products, where: {kernel.routine: dgemm}}
    test: {statistic: worst, metric: kernel.residual, below: 4}
    why: "docs/mathematics.md, Checks of kernels"
    control: {test: {metric: kernel.residual.planted}}
END
}
verdict() {
    results value "$1/results.json" "claims.$2.verdict"
}

everywhere() {
    training all >all.yaml
    run 0 run all.yaml -o all
    same "$(verdict all falls) $(verdict all everywhere)" "pass pass" verdicts
    python3 - "${names[@]}" <<'END' || fault "not each on its own library"
import json, sys
r = json.load(open("all/results.json"))
found = {b["name"]: b for b in json.load(open("list.json"))["backends"]}
ran = {b["name"]: b["path"] for b in r["backends"]}
assert set(sys.argv[1:]) <= set(ran), (sys.argv[1:], ran)
assert all(ran[name] == found[name]["path"] for name in ran)
assert {c["params"]["backend"] for c in r["cells"]} == set(ran)
END
    said all/report.md '^## BLAS backends$'
    run 0 run all.yaml -o all
    said err '^widecheck: ([0-9]+) of \1 cells reused$'
    [ ! -e all/backends ] || fault "links are left"
}
check "'backend: all' runs every library's cells on that library, once, and no verdict depends on it" everywhere

# The report is made of what is in the store: on a machine that has none of the libraries it is the same.
kept() {
    local before after
    before=$(cat all/report.md all/results.json | sha256sum)
    run 0 report all
    after=$(cat all/report.md all/results.json | sha256sum)
    same "$after" "$before" 'report and results'
}
check "'report' looks for no library, and writes the same bytes" kept

refused() {
    training "[$first, nope]" >bad.yaml
    run 2 run bad.yaml -o refused
    said err "^widecheck: bad\.yaml:12:[0-9]+: no backend 'nope' here \(there are: default, "
    training all | sed 's/of: falls/of: fall/' >bad.yaml
    run 2 run bad.yaml -o refused
    said err "unknown claim 'fall' \(did you mean 'falls'\?\)"
    training all | sed 's/^    verdicts:.*/&\n    from: drift/' >bad.yaml
    run 2 run bad.yaml -o refused
    said err "a claim with 'verdicts' takes no 'from'"
    kernels "$first" | sed 's/size: 96/rows: 96/' >bad.yaml
    run 2 run bad.yaml -o refused
    said err "^widecheck: bad\.yaml:5:[0-9]+: "
    kernels "$first" | sed 's/^  products:/  drift:/; s/experiment: products/experiment: drift/' >bad.yaml
    training "$first" | sed -n '/^data:/,/^claims:/p' | sed '$d' >>bad.yaml
    run 2 run bad.yaml -o refused
    said err "'drift' is the name of an experiment already"
    { kernels mine; printf 'backends:\n  mine: lib/none\n'; } >bad.yaml
    run 2 run bad.yaml -o refused
    said err "^widecheck: bad\.yaml:[0-9]+:9: '.*lib/none': No such file"
    same "$(ls -d refused 2>/dev/null)" '' 'output folder'
}
check "an unknown backend, claim, size or name is refused at its line with exit code 2, and nothing is written" refused

described() {
    run 0 describe "$tests/../../suites/blas.yaml" kernels-agree
    tr '\n' ' ' <out >told
    said told 'divided by the bound on their difference \(kernel\.tolerance\), is below 1\.'
}
check "describe tells the bound that a spread is divided by" described

given() {
    local path
    path=$(python3 -c '
import json, sys
print(next(b["path"] for b in json.load(open("list.json"))["backends"] if b["name"] == sys.argv[1]))' "$first")
    mkdir -p lib && ln -sf "$(dirname "$path")" lib/blas
    { kernels mine; printf 'backends:\n  mine: lib/blas\n'; } >given.yaml
    run 0 run given.yaml -o given
    same "$(results value given/results.json backends.0.path)" "$path" 'library'
}
check "a suite may name a library by its path, relative to the suite" given

if [ -n "$openblas" ]; then
    cores() {
        training "$openblas" 'coretype: [Haswell, Nowhere]' | sed '/^  everywhere:/,$d' >cores.yaml
        run 3 run cores.yaml -o cores
        python3 - <<'END' || fault "not as asked"
import json
r = json.load(open("cores/results.json"))
cores = {b["coretype"]: b for b in r["backends"]}
assert cores["Haswell"]["core"] == "Haswell" and not cores["Haswell"]["trouble"], cores
assert "told to be for core type 'Nowhere'" in cores["Nowhere"]["trouble"], cores
for c in r["cells"]:
    assert c["status"] == ("ok" if c["params"]["coretype"] == "Haswell" else "failed"), c["status"]
END
    }
    check "a core type is proven; one that the library does not know costs its cells, exit code 3" cores
else
    skip "a core type is proven; one that the library does not know costs its cells, exit code 3" "no OpenBLAS"
fi

threads() {
    training "$first" 'threads: [1, 2]' | sed '/^  everywhere:/,$d' >threads.yaml
    run 0 run threads.yaml -o threads
    python3 - <<'END' || fault "other bits"
import json
cells = json.load(open("threads/results.json"))["cells"]
by = {}
for c in cells:
    by.setdefault((c["params"]["model.width"], c["seed"]), []).append(c)
assert len(cells) == 64 and all(len(v) == 2 and v[0]["metrics"] == v[1]["metrics"] for v in by.values())
END
}
check "threads are an axis of training, and change no bit" threads

rounds() {
    kernels "[$first, $second]" >rounds.yaml
    sed -i 's/seconds: 0.01/seconds: 0.3/' rounds.yaml
    "$program" run rounds.yaml -o rounds -j 2 >out 2>err </dev/null &
    local pid=$! done=0
    while [ "$done" -lt 6 ] && kill -0 $pid 2>/dev/null; do # what is stored when it is stopped tells the order
        sleep 0.1
        done=$(python3 -c '
import sqlite3
try: print(sqlite3.connect("file:rounds/store.db?mode=ro", uri=True).execute("SELECT count(*) FROM cell").fetchone()[0])
except sqlite3.Error: print(0)')
    done
    kill -INT $pid
    { wait $pid; same $? 130 'exit code'; } 2>/dev/null
    python3 - "$first" "$second" <<'END' || fault "not in rounds"
import json, sys
cells = json.load(open("rounds/results.json"))["cells"]
of = lambda c: (c["seed"], c["params"]["kernel.routine"], c["params"]["backend"])
done = {of(c) for c in cells if c["status"] == "ok"}
a, b = sys.argv[1:]
one = [("dgemm", a), ("dgemm", b), ("dpotrf", a), ("dpotrf", b)]
order = [(s, *x) for i, s in enumerate(sorted({c["seed"] for c in cells})) for x in (one[::-1] if i % 2 else one)]
assert sorted(order) == sorted(map(of, cells))
assert 6 <= len(done) < len(order) and done == set(order[:len(done)]), (sorted(done), order)
END
}
check "kernels are timed one at a time in rounds, the backends one after the other, back and forth" rounds

# Backends are compared within a round: what one of them lacks there is not timed another day.
whole_rounds() {
    kernels "$first" >whole.yaml
    run 0 run whole.yaml -o whole
    kernels "[$first, $second]" >whole.yaml
    run 0 run whole.yaml -o whole
    said err '^widecheck: running 20 cells'
    run 0 run whole.yaml -o whole
    said err '^widecheck: 20 of 20 cells reused'
    kernels "$second" >whole.yaml
    run 0 run whole.yaml -o whole
    said err '^widecheck: 10 of 10 cells reused'
}
check "a backend that joins later is timed in rounds with the others, which are timed again" whole_rounds

# An OpenBLAS that was built without threads has no locks: two of our threads in it at once spoil each other's results.
unlocked=$(python3 -c '
import json
print(next((b["name"] for b in json.load(open("list.json"))["backends"]
            if not b["unusable"] and b["library"] == "OpenBLAS" and b["threading"] == "serial"), ""))')
if [ -n "$unlocked" ]; then
    alone() {
        kernels "[$unlocked, $first]" 2 | sed 's/kernel: .*/kernel: {routine: train-step, rows: 1024, columns: 100, inner: 4, seconds: 0.05}/; /^claims:/,$d' >alone.yaml
        run 0 run alone.yaml -o alone
        python3 - "$unlocked" <<'END' || fault "not on one thread"
import json, sys
helpers = [c["metrics"]["kernel.helpers"]["value"][0] for c in json.load(open("alone/results.json"))["cells"]
           if c["params"]["backend"] == sys.argv[1]]
assert len(helpers) == 5 and max(helpers) < 0.05, helpers
END
    }
    check "an OpenBLAS without threads is called by one of ours at a time" alone
else
    skip "an OpenBLAS without threads is called by one of ours at a time" "none is installed"
fi

# ---- libraries that are wrong on purpose ----

wrong_numbers() {
    local way=$1
    { kernels "[$first, bad]"; printf 'backends: {bad: "%s"}\n' "$sabotage/libsabotage-$way.so"; } >"$way.yaml"
    run 1 run "$way.yaml" -o "$way"
    same "$(verdict "$way" right)" fail verdict
    python3 - "$way" "$first" <<'END' || fault "the wrong one was not told from the right one"
import json, sys
r = json.load(open(sys.argv[1] + "/results.json"))
parts = {p["where"]["backend"]: p["verdict"] for p in next(c for c in r["claims"] if c["id"] == "right")["parts"]}
assert parts == {"bad": "fail", sys.argv[2]: "pass"}, parts
END
}
# no_threads WAY THREADS: its cells are errors, of the library that was told so many threads.
no_threads() {
    { kernels "[$first, bad]" "$2"; printf 'backends: {bad: "%s"}\n' "$sabotage/libsabotage-$1.so"; } >"$1.yaml"
    run 3 run "$1.yaml" -o "$1"
    said err "warning: backend bad with $2 thread.*: given $2 thread"
    same "$(results count "$1/results.json" failed)" 10 'failed cells'
    same "$(results count "$1/results.json" ok)" 10 'cells of the other'
    run 3 run "$1.yaml" -o "$1" # and costs the other's cells nothing
    said err '^widecheck: 10 of 20 cells reused'
}
if [ -n "$sabotage" ] && [ -e "$sabotage/libsabotage-half.so" ]; then
    check "a product that is wrong by 1e-9 fails the claim, on that library alone" wrong_numbers perturb
    check "a product that is wrong only after a while fails the claim, on that library alone" wrong_numbers late
    check "a product that stops half-way fails the claim, on that library alone" wrong_numbers half
    check "a library that takes more threads than it was told costs its cells, exit code 3" no_threads greedy 1
    if [ "$(nproc)" -ge 2 ]; then
        check "a library that takes fewer threads than it was told costs its cells, exit code 3" no_threads lazy 2
    else
        skip "a library that takes fewer threads than it was told costs its cells, exit code 3" "one core"
    fi
else
    skip "libraries that are wrong on purpose are found out" "they were not built"
fi

finish
