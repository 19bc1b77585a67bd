#!/bin/bash
# Stores and results.json that former versions of the program wrote (../fixtures/README.md): the present one reads of
# them what those versions measured, brings the stores up to date, and refuses damaged ones.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
fixtures=$(realpath -e -- "$tests/../fixtures") || exit 2
unset GITHUB_STEP_SUMMARY

# What is tested is not gnuplot: this one draws at once.
mkdir bin
# shellcheck disable=SC2016
printf '#!/bin/sh\neval "$3"\necho "<svg></svg>" >"$output"\n' >bin/gnuplot
chmod +x bin/gnuplot
PATH=$work/bin:$PATH

look() {
    python3 "$fault_tests/fixtures.py" "$@" || fault "fixtures.py $1"
}
# copy NAME TO: the stores alone.
copy() {
    local store
    rm -rf "$2"
    (cd "$fixtures/$1" && find . -name store.db) | while read -r store; do
        mkdir -p "$2/$(dirname "$store")"
        cp "$fixtures/$1/$store" "$2/$store"
    done
    chmod -R u+w "$2"
}
version() {
    python3 -c 'import sqlite3, sys; print(*sqlite3.connect(f"file:{sys.argv[1]}/store.db?mode=ro", uri=True).execute("PRAGMA user_version").fetchone())' "$1"
}

check "each expected.json is what its store says" python3 "$fixtures/expect.py" --check

# ---- stores ----

# published CODE NAME
published() {
    local name=$2 sum
    copy "$name" "$name"
    sum=$(cat "$name/store.db" "$name"/confirm/*/store.db 2>/dev/null | sha256sum)
    chmod a-w "$name/store.db"
    run "$1" report "$name"
    same "$(cat "$name/store.db" "$name"/confirm/*/store.db 2>/dev/null | sha256sum)" "$sum" 'the stores after report'
    look cells "$fixtures/$name/expected.json" "$name/results.json"
    look origin "$fixtures/$name/results.json" "$name/results.json"
    run 0 export "$name" --format csv -o table.csv
    look table "$fixtures/$name/expected.json" table.csv
    # the file of then and that of now
    run 0 compare "$fixtures/$name/results.json" "$name/results.json"
    said out '^no differences: .* values compared bit for bit'
}
# whole CODE NAME
whole() {
    published "$@"
    look claims "$fixtures/$2/results.json" "$2/results.json"
    same "$(cat err)" '' 'errors of compare'
}
# confirmed NAME: also the store of each confirmation by itself.
confirmed() {
    whole 0 "$1"
    run 0 report "$1/confirm/101"
    look cells "$fixtures/$1/confirm/101/expected.json" "$1/confirm/101/results.json"
    same "$(results value "$1/results.json" claims.late.confirmations.0.seed)" 101 'seed of the confirmation'
}
# Stores of schema 1 do not say which data files they are of, so that their confirmations are not known to belong to them.
passed_over() {
    published 0 schema-1-confirm
    run 0 report schema-1-confirm
    said err "passed over .*: 'schema-1-confirm/confirm/101'$"
    run 0 report schema-1-confirm/confirm/101
    look cells "$fixtures/schema-1-confirm/confirm/101/expected.json" schema-1-confirm/confirm/101/results.json
}
for schema in 1 2 3 4 5; do
    check "a store of schema $schema with cells of every kind: report, export and compare tell what was measured" \
        whole 1 schema-$schema
done
check "confirmations of schema 1 are passed over, and their cells can be read" passed_over
check "confirmations of schema 2 count" confirmed schema-2-confirm
check "confirmations of schema 3 count" confirmed schema-3-confirm
check "confirmations of schema 4 count" confirmed schema-4-confirm
check "confirmations of schema 5 count" confirmed schema-5-confirm

# backends NAME: of several libraries, be they here or not.
backends() {
    whole 0 "$1"
    said "$1/report.md" '^\| `reference` \|'
    said "$1/report.md" '^\| `openblas-pthread` \|.* Haswell \(asked: Haswell\)'
    same "$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["backends"]))' "$1/results.json")" 6 backends
}
usual() {
    backends "$1"
    # shellcheck disable=SC2016
    said "$1/report.md" 'what runs without `--backend`'
}
chosen() {
    backends schema-2-chosen
    # shellcheck disable=SC2016
    ! grep 'what runs without `--backend`' schema-2-chosen/report.md ||
        fault "a run that was given a backend cannot know what runs without"
    said schema-2-chosen/results.json '"backend":"openblas-pthread"'
    said schema-2-chosen/report.md '^    widecheck run .* --backend openblas-pthread$'
}
check "a store of schema 2 with several libraries, of a run that was itself given one" chosen
check "a store of schema 3 with several libraries" usual schema-3-backends
check "a store of schema 4 with several libraries" usual schema-4-backends
check "a store of schema 5 with several libraries" usual schema-5-backends
# For some hours of schema 2 the store did not say by which option a library is chosen.
optionless() {
    copy schema-2-optionless optionless
    run 3 report optionless
    said err "^widecheck: store: 'environment.backends' cannot be read$"
    [ ! -e optionless/results.json ] || fault "it was published"
    run 1 run "$fixtures/schema-2/suite.yaml" -o optionless
    run 1 report optionless
}
check "one with libraries but not their options is refused by report, until a run has written them anew" optionless

signs() {
    local schema
    for schema in 1 2 3 4 5; do
        copy schema-$schema signs
        look signs signs "$fixtures/schema-$schema/expected.json" >signs.json
        run 1 report signs
        look cells signs.json signs/results.json
        run 1 compare "$fixtures/schema-$schema/results.json" signs/results.json
        said out '^WORSE  metric +run-stays / t.escape +2 of 10 cells differ'
    done
}
check "minus infinity and NaN, of which no run is known, would be read as well" signs

unhashed() {
    copy unhashed unhashed
    sha256sum unhashed/store.db >sum
    local command
    for command in "report unhashed" "run $fixtures/unhashed/suite.yaml -o unhashed --seeds 1" \
        "run $fixtures/unhashed/suite.yaml -o unhashed --fresh"; do
        # shellcheck disable=SC2086
        run 2 $command
        said err "^widecheck: 'unhashed/store.db' is of a widecheck from before its rows had hashes"
        sha256sum -c --quiet sum || fault "the store was changed"
    done
    [ ! -e unhashed/results.json ] || fault "it was published"
}
check "a store from before rows had hashes is refused with a message, and left as it is" unhashed

# ---- results.json ----

itself() {
    local file
    for file in "$fixtures"/*/results.json; do
        run 0 compare "$file" "$file"
        said out '^no differences: '
        look former "$(dirname "$file")/expected.json" "$file"
    done
}
check "each former results.json is no worse than itself, and holds what its store does" itself
# planted STATEMENT PATTERN: in each file with cells of every kind.
planted() {
    local name
    for name in unhashed schema-1 schema-2 schema-3 schema-4 schema-5; do
        look change "$fixtures/$name/results.json" "$1" >planted.json
        run 1 compare "$fixtures/$name/results.json" planted.json
        said out "$2"
    done
}
# A cell whose t.escape is infinite, and that series; since schema 4 a field beside the values says so too.
infinite='c = next(c for c in cells if "t.escape: 1 inf" in c["reason"]); s = c["metrics"]["t.escape"]'
check "an infinity that becomes minus infinity in one of them is found" planted \
    "$infinite"'; c["reason"] = "not finite: t.escape: 1 -inf"; s.update({"not_finite": {"-inf": [0]}} if "not_finite" in s else {})' \
    '^WORSE  metric +run-stays / t.escape +1 of (2|10) cells differ'
check "one that becomes finite is found" planted "$infinite"'; s.update(value=[1e308]); s.pop("not_finite", None)' \
    '^WORSE  metric +run-stays / t.escape +1 of (2|10) cells differ'
check "one that nothing explains is found" planted "$infinite"'; c["reason"] = ""; s.pop("not_finite", None)' \
    '^WORSE  metric +run-stays / t.escape +1 of (2|10) cells differ'
check "the last bit of a value is found" planted \
    'import math; v = cells[-2]["metrics"]["loss"]["value"]; v[0] = math.nextafter(v[0], 9)' \
    '^WORSE  metric +run-shown / loss +1 of 1 cells differ'
check "a status is found" planted 'cells[-2].update(status="memory", metrics={}, stages=[])' \
    '^WORSE  cells +run-shown +1 cell ok → memory'
across() {
    local pair
    for pair in 'schema-1 schema-2' 'schema-2 schema-3' 'schema-3 schema-4' 'schema-4 schema-5' \
        'schema-1-confirm schema-2-confirm' 'schema-2-confirm schema-3-confirm' 'schema-3-confirm schema-4-confirm' \
        'schema-4-confirm schema-5-confirm' 'schema-4-backends schema-5-backends' \
        'schema-2-optionless schema-2-chosen' 'schema-2-chosen schema-3-backends' 'schema-3-backends schema-4-backends'; do
        # shellcheck disable=SC2086
        (cd "$fixtures" && run 0 compare $pair)
        said out '^no (differences|regressions): '
    done
    # the oldest does not say how a test reads its cells
    run 1 compare "$fixtures/unhashed" "$fixtures/schema-1"
    said out '^WORSE  claim +run-grows +the test is another: '
}
check "former versions agree with each other, to within rounding" across
exports() {
    local name
    for name in schema-1 schema-2 schema-3 schema-4 schema-5; do
        run 0 export $name --format junit -o cells.xml
        run 0 export $name --format gbench -o bench.json
        python3 - <<'END' || fault "exported files of $name"
import json
import xml.etree.ElementTree as tree
suites = {s.get("name"): s for s in tree.parse("cells.xml").getroot()}
assert suites["claims"].get("tests") == "3" and suites["claims"].get("failures") == "2", suites["claims"].attrib
kinds = sorted(e.get("type") for e in suites["cells"].iter("error"))
assert kinds == ["crashed", "failed", "failed", "memory", "pending", "timeout"], kinds
assert len({b["cell"] for b in json.load(open("bench.json"))["benchmarks"]}) == 13
END
    done
}
check "JUnit and benchmark files of the stores name what was not measured" exports
torn() {
    local name length content
    for name in unhashed schema-1-confirm schema-2; do
        for length in 0 1 1000 $(($(stat -c %s "$fixtures/$name/results.json") - 3)); do
            head -c "$length" "$fixtures/$name/results.json" >torn.json
            run 2 compare torn.json "$fixtures/$name"
            said err '^widecheck: torn.json:'
        done
        for content in 'cells[-2]["status"] = "well"' 'cells[-2]["metrics"]["loss"]["value"][0] = []' 'del cells[-2]["reason"]' \
            'cells[-2]["metrics"]["loss"]["value"].pop()' 'cells[-2]["seed"] = -1'; do
            look change "$fixtures/$name/results.json" "$content" >torn.json
            run 2 compare "$fixtures/$name" torn.json
            said err '^widecheck: torn.json: cells\[[0-9]+\]: '
        done
    done
}
check "a former results.json that is damaged is refused with the place" torn

# ---- to be written ----

# fresh SUITE CODE OPTION…: what the present program makes of it.
fresh() {
    local name=$1 code=$2
    shift 2
    cp "$fixtures/$name/suite.yaml" .
    [ -e "fresh-$*/results.json" ] || run "$code" run suite.yaml -o "fresh-$*" "$@"
}
# migrated NAME CODE OPTION…
migrated() {
    local name=$1 code=$2
    shift 2
    fresh "$name" "$code" "$@"
    copy "$name" "$name"
    run "$code" run suite.yaml -o "$name" "$@"
    as_undisturbed "$name" "fresh-$*"
    look claims "fresh-$*/results.json" "$name/results.json"
    same "$(version "$name")" "$(version "fresh-$*")" 'schema of the store'
    run "$code" run suite.yaml -o "$name" "$@"
    said err 'cells reused$'
    as_undisturbed "$name" "fresh-$*"
    # what was there before is there yet
    look replan "$name" "$fixtures/$name"
    rm "$name/results.json"
    "$program" report "$name" >out 2>err
    look kept "$fixtures/$name/expected.json" "$name/results.json"
}
for schema in 1 2 3 4 5; do
    check "a run goes on in a store of schema $schema, as if in a new one" migrated schema-$schema 1
done
confirmed_again() {
    migrated "$1" 0 --confirm
    same "$(version "$1/confirm/101")" "$(version 'fresh---confirm')" 'schema of the confirmation'
}
for schema in 1 2 3 4 5; do
    check "a run with --confirm goes on in one of schema $schema with confirmations" confirmed_again schema-$schema-confirm
done

damaged() {
    look damage "$program" "$fixtures/$1" "$fixtures/$1/expected.json"
}
for schema in 1 2 3 4 5; do
    check "damaged stores of schema $schema: refused, or the cells that are hit count as not measured" damaged schema-$schema
done
# A row that is not what its hash says is no result: it is not taken over.
repaired() {
    local schema
    fresh schema-1 1
    for schema in 1 2 3 4 5; do
        copy schema-$schema hit
        python3 - <<'END'
import sqlite3
database = sqlite3.connect("hit/store.db")
database.execute("UPDATE cell SET record = replace(record, '0', '1') WHERE status = 'diverged'")
database.commit()
END
        run 1 run suite.yaml -o hit
        results equal fresh-/results.json hit/results.json
        litter hit
        store intact hit
    done
}
check "rows that are damaged are left behind, and their cells run again" repaired

finish
