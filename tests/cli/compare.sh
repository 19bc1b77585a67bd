#!/bin/bash
# `compare` and `export` from end to end: a run against itself, against others with one thing planted, exit codes, the
# CI step's summary; exported files read by the tools' own kind of reader.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
unset GITHUB_STEP_SUMMARY

tiny_suite passes fails >tiny.yaml
run 1 run tiny.yaml -o base --quiet

# plant NAME STATEMENTS…: NAME.json is the base's results after Python statements on r.
plant() {
    local name=$1
    shift
    python3 - "$name.json" "$@" <<'END' || fault "plant $name"
import json, sys
r = json.load(open("base/results.json"))
cells, claims = r["cells"], {c["id"]: c for c in r["claims"]}
for statement in sys.argv[2:]:
    exec(statement)
json.dump(r, open(sys.argv[1], "w"), allow_nan=False)
END
}

itself() {
    run 0 compare base base
    said out '^no differences: 2 claims, 30 cells, [0-9]+ values compared bit for bit'
    run 0 compare base/results.json base
    cp -r base moved
    run 0 compare base moved
}
check "a run is no worse than itself" itself

again() {
    local i
    for i in {1..20}; do
        run 1 run tiny.yaml -o again --quiet --fresh
        run 0 compare base again
        said out '^no differences: '
    done
}
check "nor is the same run again" again

metric() {
    plant metric 'cells[3]["metrics"]["loss"]["value"][2] *= 1 + 1e-9'
    run 1 compare base metric.json
    said out '^WORSE  metric +drift / loss +1 of 24 cells differ, at most by 1e-09'
    plant other 'r["program"]["numerics"] = "other"' 'cells[3]["metrics"]["loss"]["value"][2] *= 1 + 1e-9'
    run 0 compare base other.json
    said out 'numerics version: .* → other'
    run 1 compare base other.json --metrics-tolerance 1e-10
}
check "a planted 1e-9 of one metric is found where bits are promised, and tolerated elsewhere" metric

verdict() {
    plant verdict 'claims["passes"]["verdict"] = "vacuous"' 'claims["passes"]["reason"] = "its control passes"'
    run 1 compare base verdict.json
    said out '^WORSE  claim +passes +pass → vacuous: its control passes'
    run 0 compare verdict.json base
    said out 'passes +vacuous → pass'
    said out '^no regressions: '
}
check "a flipped verdict is found, an improved one is told" verdict

loosened() {
    plant loose 'claims["passes"]["parts"][0]["rule"] = {"above": 0.5}'
    run 1 compare base loose.json
    said out '^WORSE  claim +passes +the test is another: worst of weights.output-norm2, \{"above":1'
    run 1 compare base loose.json --format json
    said out '"other_test":true'
    plant eased 'claims["passes"]["control"]["parts"][0]["metric"] = "loss"'
    run 1 compare base eased.json -o eased.md
    said eased.md 'the test is another: control: worst of ntk.change, .* → control: worst of loss, '
}
check "a bound or a control that was changed passes no gate unseen" loosened

measured() {
    plant lost 'cells[5].update(status="timeout", reason="over 5 s", metrics={}, stages=[])'
    run 1 compare base lost.json
    said out '^WORSE  cells +drift +1 cell ok → timeout; it is [0-9a-f]{16}, seed [0-9]+: over 5 s'
    plant filtered 'r["cells"] = cells[6:]'
    run 1 compare base filtered.json
    said out 'drift +6 cells ok → no longer there'
    run 0 compare filtered.json base
}
check "a cell that is no longer measured is a regression, a new one is not" measured

# Times as of runs that were interleaved: each cell's own noise, no drift.
times='import random; random.seed(%d)
for c in cells:
    c["stages"] = [{"name": n, "cpu_s": t * (%s if n == "train" else 1) * random.lognormvariate(0, 0.04), "flops": 0} for n, t in
                   (("train", 0.02), ("ntk", 0.03), ("init", 0.01))]
    for s in c["stages"]: s["wall_s"] = 1.01 * s["cpu_s"]'
slower() {
    local i
    for i in 1 2 3 4 5; do
        # shellcheck disable=SC2059 # the format is ours
        plant one "$(printf "$times" $i 1)"
        # shellcheck disable=SC2059
        plant same "$(printf "$times" $((i + 100)) 1)"
        # shellcheck disable=SC2059
        plant slow "$(printf "$times" $((i + 100)) 1.2)"
        run 0 compare one.json same.json
        said out 'times: 3 stages, none beyond 10 %'
        run 1 compare one.json slow.json
        said out '^WORSE  time +drift / train +slower: ×1\.[12]'
        run 0 compare one.json slow.json --time-tolerance 40
        run 0 compare slow.json one.json
    done
    plant elsewhere "$(printf "$times" 105 1.2)" 'r["environment"]["cpu"] = "another"'
    run 0 compare one.json elsewhere.json
    said out 'times not judged: the processors differ'
    run 1 compare one.json elsewhere.json --judge-times
}
check "a stage that is 20 % slower is found in interleaved repeats, unless the machine is another" slower

formats() {
    run 1 compare base verdict.json --format json
    python3 -c 'import json, sys; r = json.load(open("out"), parse_constant=sys.exit)
assert r["regressions"] == 1 and r["claims"][0]["new"] == "vacuous", r' || fault "json"
    run 1 compare base verdict.json --format markdown
    said out '^## widecheck compare: ✘ worse$'
    said out '^\| ✘ worse \| claim \| `passes` \| pass → vacuous: its control passes \|$'
    run 1 compare base verdict.json -o found.md
    said out '^1 regression: '
    said found.md '^## widecheck compare: '
    run 1 compare base verdict.json --format json -o found.json
    python3 -m json.tool found.json >/dev/null || fault "found.json"
}
check "the comparison comes as a screen, Markdown or JSON" formats

summary() {
    export GITHUB_STEP_SUMMARY=$work/summary.md
    echo "before" >summary.md
    run 1 compare base verdict.json
    said summary.md '^before$'
    said summary.md '^\| ✘ worse \| claim \| `passes`'
    # 1024 KiB are allowed: here 900 bytes are left.
    head -c $((1024 * 1024 - 900)) /dev/zero | tr '\0' 'x' >summary.md
    plant much 'claims["passes"]["verdict"] = "fail"' 'import random
for c in cells:
    for i in range(40): c["metrics"]["extra.%d" % i] = {"t": [0], "value": [1]}'
    run 1 compare base much.json
    [ "$(stat -c %s summary.md)" -le $((1024 * 1024)) ] || fault "$(stat -c %s summary.md) bytes"
    tail -c 900 summary.md | tr -d x >tail.md
    said tail.md '^\| ✘ worse \| claim'
    said tail.md 'and [0-9]+ more, of which 0 regressions'
    head -c $((1024 * 1024)) /dev/zero >summary.md
    run 1 compare base much.json
    same "$(stat -c %s summary.md)" $((1024 * 1024)) "a full summary"
    GITHUB_STEP_SUMMARY=$work/no/such/folder run 1 compare base much.json
    said err 'warning: the step.s summary .* was not written'
    unset GITHUB_STEP_SUMMARY
}
check "the step's summary is appended to, failures first, within GitHub's limit" summary

refusals() {
    run 2 compare base
    said err 'compare needs two folders'
    run 2 compare base no-such-folder
    said err "cannot read 'no-such-folder'"
    run 2 compare base tiny.yaml
    said err '^widecheck: tiny.yaml:1:'
    run 2 compare base base --format html
    run 2 compare base base --time-tolerance -1
    run 2 compare base base --metrics-tolerance nan
    run 2 compare base base base
    head -c 5000 base/results.json >torn.json
    run 2 compare torn.json base
    plant broken 'cells[4]["seed"] = "one"'
    run 2 compare base broken.json
    said err 'broken.json: cells\[4\]: seed: must be an integer, not a string'
    plant strangers 'for c in cells: c["experiment"] += "x"'
    run 3 compare base strangers.json
    said err 'have no cell in common'
    run 2 export base
    run 2 export base --format xml
    run 2 export base --format csf
    said err "did you mean 'csv'"
    run 2 export base --format junit --inconclusive-as passed
    run 2 export tiny.yaml --format csv
}
check "what cannot be compared: 2 for wrong usage and files, 3 for nothing in common" refusals

exports() {
    run 0 export base --format csv -o base.csv
    run 0 export base --format junit -o base.xml
    run 0 export base --format gbench -o base-bench.json
    run 0 export base --format csv
    cmp out base.csv || fault "-o and standard output differ"
    python3 - <<'END' || fault "exported files"
import csv, json, math
import xml.etree.ElementTree as tree
r = json.load(open("base/results.json"))
found = {}
for row in csv.DictReader(open("base.csv", newline="")):
    assert (row["t"] == "") != (row["i"] == ""), row
    found.setdefault((row["id"], row["metric"]), []).append((float(row["t"] or row["i"]), float(row["value"])))
    assert row["model.width"] in ("16", "32", "64", "128"), row
told = {(c["id"], m): s for c in r["cells"] for m, s in c["metrics"].items()}
assert set(told) == set(found)
for key, s in told.items():
    at = s.get("t", s.get("i"))
    assert at == [p for p, _ in found[key]], key
    assert all(v == w if v is not None else not math.isfinite(w) for v, (_, w) in zip(s["value"], found[key])), key
suites = tree.parse("base.xml").getroot()
cases = {c.get("name"): c for c in suites.find("testsuite[@name='claims']")  if c.tag == "testcase"}
assert set(cases) == {"passes", "fails"}
assert len(cases["passes"]) == 0 and cases["fails"][0].tag == "failure"
assert (suites.get("tests"), suites.get("failures"), suites.get("errors")) == ("2", "1", "0")
bench = json.load(open("base-bench.json"))
total = sum(b["real_time"] for b in bench["benchmarks"]) / 1e3
assert math.isclose(total, sum(s["total_s"] for s in r["stages"]), rel_tol=1e-9)
assert all(b["run_type"] == "iteration" and b["time_unit"] == "ms" and b["cpu_time"] >= 0 for b in bench["benchmarks"])
END
}
check "exported files hold what results.json holds, for csv, XML and JSON readers" exports

unmeasured() {
    run 3 run tiny.yaml -o part --filter blow --quiet
    run 0 export part --format junit -o part.xml
    python3 - <<'END' || fault "part.xml"
import xml.etree.ElementTree as tree
suites = tree.parse("part.xml").getroot()
cells = suites.find("testsuite[@name='cells']")
assert cells.get("errors") == "24" and len(cells.findall("testcase/error[@type='pending']")) == 24
claims = suites.find("testsuite[@name='claims']")
assert claims.get("errors") == "2", claims.attrib
END
    run 1 compare base part
    said out 'drift +24 cells ok → pending'
}
check "cells that were not measured are errors in JUnit, and regressions" unmeasured

nothing_written() {
    local before
    before=$(state base)
    run 0 compare base base
    run 0 export base --format csv
    same "$(state base)" "$before" "the folder"
}
check "neither writes into the folders" nothing_written
finish
