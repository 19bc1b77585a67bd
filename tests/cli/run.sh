#!/bin/bash
# `run` and its neighbours, on a suite of milliseconds: verdicts and exit codes, the contract of results.json, what is
# reused and what is run again, and bad surroundings: readers that leave, a narrow terminal, no gnuplot.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

verdict() {
    same "$(results value "o/results.json" "claims.$1.verdict")" "$2" "verdict of $1"
}

# ---- verdicts and exit codes; all in one folder, so that cells are run once ----

passing() {
    tiny_suite passes >tiny.yaml
    run 0 run tiny.yaml -o o
    verdict passes pass
    said err '^widecheck: running 30 cells, [0-9]+ at a time$'
    said err '^widecheck: report in o/report.md$'
    said out '^30 cells: 24 ok, 6 diverged$'
}
check "a claim that holds passes, exit code 0" passing
judged() {
    local code=$1
    shift
    tiny_suite "${@%=*}" >tiny.yaml
    run "$code" run tiny.yaml -o o ${bound:+--set "claims.unclear.test.below=$bound"}
    local pair
    for pair in "$@"; do verdict "${pair%=*}" "${pair#*=}"; done
}
check "a claim that does not hold fails, exit code 1" judged 1 passes=pass fails=fail
check "a claim whose control passes is vacuous, exit code 1" judged 1 passes=pass vacuous=vacuous
check "a claim of too few widths is an error, exit code 3" judged 3 passes=pass error=error
tiny_suite unclear >tiny.yaml
"$program" run tiny.yaml -o o -q >/dev/null 2>&1
bound=$(results value o/results.json claims.unclear.parts.0.estimate)
check "a claim whose interval holds its bound is inconclusive, exit code 4" judged 4 passes=pass unclear=inconclusive
check "an error outranks an inconclusive claim" judged 3 unclear=inconclusive error=error
check "a failure outranks an error" judged 1 fails=fail unclear=inconclusive error=error
unjudged() {
    tiny_suite >tiny.yaml
    run 0 run tiny.yaml -o o
    same "$(results value o/results.json claims)" '[]' claims
}
check "a suite without claims only measures, exit code 0" unjudged

# ---- what is written ----

tiny_suite passes fails vacuous unclear error >tiny.yaml
"$program" run tiny.yaml -o o >out 2>err
contract() {
    results contract o/results.json
    same "$(results value o/results.json suite.title)" "A tiny suite"
    same "$(results value o/results.json suite.path)" tiny.yaml
    same "$(results value o/results.json suite.sha256)" "$(sha256sum <tiny.yaml | cut -d' ' -f1)"
    same "$(results count o/results.json ok)" 24 'ok cells'
    same "$(results count o/results.json diverged)" 6 'diverged cells'
    same "$("$program" --version | grep -c "numerics $(results value o/results.json program.numerics)")" 1 'numerics version'
}
check "results.json keeps its contract, field by field" contract
figures() {
    local name kind
    for name in change stage-times; do
        for kind in svg gp dat; do [ -s "o/figures/$name.$kind" ] || fault "no o/figures/$name.$kind"; done
        python3 -c "import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])" "o/figures/$name.svg" || fault "$name.svg is no XML"
    done
    same "$(ls o/figures | wc -l)" 6 files
    (cd o/figures && cp change.svg "$work/drawn.svg" && gnuplot change.gp >"$work/again.svg" 2>"$work/err") ||
        fault "change.gp does not run by itself: $(cat err)"
    cmp drawn.svg o/figures/change.svg || cmp drawn.svg again.svg || fault "change.gp draws another figure"
}
check "each figure is there as picture, script and data, and its script draws it again" figures
report_first() {
    same "$(head -1 o/report.md)" "# A tiny suite"
    same "$(grep -m1 '^## ' o/report.md)" '## Verdicts' 'first section'
    same "$(grep -m1 '^|' o/report.md | cut -d'|' -f2-3)" ' claim | verdict ' 'first table'
    local claim
    for claim in passes fails vacuous unclear error; do
        said o/report.md "^\| \[$claim\]\(#$claim\) \|"
        said o/report.md "^### $claim\$"
    done
    said o/report.md 'figures/change.svg'
    said o/report.md 'figures/stage-times.svg'
    said o/report.md 'diverged'
    said o/report.md 'widecheck run tiny.yaml -o o'
    same "$(grep -ci '\bproves\b' o/report.md)" 0 'uses of the word proves'
    local link
    for link in $(grep -o '](figures/[^)]*)' o/report.md | tr -d '()' | sed 's/^]//' | sort -u); do
        [ -f "o/$link" ] || fault "report.md links to $link, which is not there"
    done
}
check "report.md begins with the table of verdicts, and holds a section a claim" report_first

# ---- again ----

bytes o >first.bytes
reported() {
    local store
    store=$(sha256sum o/store.db && stat -c '%Y %i %s %Z' o/store.db)
    find o -mindepth 1 ! -name 'store.*' -delete
    run 1 report o
    bytes o | diff first.bytes - || fault "other bytes"
    same "$(sha256sum o/store.db && stat -c '%Y %i %s %Z' o/store.db)" "$store" 'the store'
    same "$(ls -A o | tr '\n' ' ')" 'figures report.md results.json store.db store.lock ' 'files'
}
check "report rebuilds the same bytes from the store alone, and does not write it" reported
reported_afar() {
    mkdir afar && cp -a o afar/moved
    (cd afar && run 1 report moved)
    bytes afar/moved | diff first.bytes - || fault "other bytes"
    chmod a-w afar/moved/store.db
    run 1 report afar/moved -q
    [ ! -s out ] || fault "--quiet, but wrote to standard output"
}
check "report needs neither the suite nor its place" reported_afar
strangers() {
    echo old >o/figures/gone.svg
    echo mine >o/notes.txt
    run 1 report o
    [ ! -e o/figures/gone.svg ] || fault "a figure that no suite asks for is still there"
    same "$(cat o/notes.txt)" mine 'a file of the user'
    rm -f o/notes.txt
}
check "report removes figures of an earlier suite, and nothing else" strangers
reused() {
    run 1 run tiny.yaml -o o
    said err '^widecheck: 30 of 30 cells reused$'
    ! grep -q 'running' err || fault "ran cells again"
    bytes o | diff first.bytes - || fault "other bytes"
}
check "a second run reuses all cells and leaves the same bytes" reused
fresh() {
    cp o/results.json before.json
    run 1 run tiny.yaml -o o --fresh
    ! grep -q reused err || fault "reused cells"
    said err '^widecheck: running 30 cells'
    results equal before.json o/results.json
}
check "--fresh runs all cells again, and finds the same" fresh
published() { # as a repository holds a report: without the store
    cp -a o published && rm published/store.*
    run 1 run tiny.yaml -o published
    results equal o/results.json published/results.json
    rm -r published
}
check "a published report without its store can be made again in its place" published
one_width_more() {
    run 1 run tiny.yaml -o o --set 'experiments.drift.model.width=[16, 32, 64, 128, 256]'
    said err '^widecheck: 30 of 36 cells reused$'
    said err '^widecheck: running 6 cells'
    same "$(results count o/results.json ok)" 30 'ok cells'
    run 1 run tiny.yaml -o o
    said err '^widecheck: 30 of 30 cells reused$'
    same "$(results count o/results.json ok)" 24 'ok cells of the suite as it stands'
    results equal before.json o/results.json
}
check "one width more runs only its cells; the plan is the suite's again when it is taken back" one_width_more
edited() {
    sed 's/until: 500/until: 400/; s/title: "A tiny/title: "Another tiny/; s/A claim that/We say that it/' tiny.yaml >edited.yaml
    run 1 run edited.yaml -o o
    said err '^widecheck: 24 of 30 cells reused$'
    said err '^widecheck: running 6 cells'
    same "$(results value o/results.json suite.title)" "Another tiny suite"
    sed 's/\[16, 32, 64, 128\]/[128, 16, 64, 32]/; s/blobs/clouds/' tiny.yaml >shuffled.yaml
    run 1 run shuffled.yaml -o o
    said err '^widecheck: 30 of 30 cells reused$'
}
check "words, names and order in a suite do not run cells again; a changed horizon does" edited
more_seeds() {
    run 1 run tiny.yaml -o o --seeds 7
    said err '^widecheck: 30 of 35 cells reused$'
    same "$(results count o/results.json ok)" 28 'ok cells'
    same "$(results value o/results.json claims.passes.parts.0.n)" 7 'seeds of the claim'
    run 3 run tiny.yaml -o few --seeds 3 --filter passes
    verdict_of_few=$(results value few/results.json claims.passes.verdict)
    same "$verdict_of_few" error 'verdict of three seeds'
}
check "--seeds adds seeds to those that are there; too few are an error" more_seeds
filtered() {
    tiny_suite passes fails >tiny.yaml
    run 3 run tiny.yaml -o filtered --filter 'bl*'
    said err '^widecheck: 24 of 30 cells left out by --filter$'
    said err '^widecheck: running 6 cells'
    same "$(results count filtered/results.json pending)" 24 'pending cells'
    same "$(results value filtered/results.json claims.passes.verdict)" error verdict
    said filtered/report.md '24 of 24 cells not run'
    results value filtered/results.json claims.passes.reason | grep -q '24 of 24 cells not run' || fault "the reason does not say so"
    results contract filtered/results.json
    run 1 run tiny.yaml -o filtered --filter 'pas*'
    said err '^widecheck: 6 of 30 cells reused$'
    same "$(results count filtered/results.json pending)" 0 'pending cells'
}
check "--filter leaves the others pending, and their claims an error; a claim's name takes its cells" filtered
dry() {
    mkdir dry
    local was
    was=$(state "$work/o")
    (cd dry && run 0 run ../tiny.yaml --dry-run)
    same "$(ls -A dry)" '' 'the current folder'
    said out '^ *drift +24 '
    said out '^ *blow +6 '
    said out '^ *all +30 '
    said out '^ *passes +24 '
    run 0 run tiny.yaml -o o --dry-run --fresh
    same "$(state "$work/o")" "$was" 'the output folder'
}
check "--dry-run prints the budget and writes nothing" dry
folder_by_default() {
    mkdir -p elsewhere/suites
    tiny_suite >elsewhere/suites/small.v2.yaml
    cd elsewhere && run 3 run suites/small.v2.yaml --filter drift --seeds 1 && cd ..
    cd "$work" || return
    [ -f elsewhere/out/small.v2/report.md ] || fault "no elsewhere/out/small.v2/report.md"
}
check "the output folder is out/SUITE below the current one" folder_by_default

# ---- arrays ----

arrays() {
    tiny_suite >plain.yaml
    run 0 run plain.yaml -o arrays --save-arrays --seeds 3
    python3 "$tests/arrays.py" arrays || fault "arrays.py"
}
check "--save-arrays gives the arrays of DESIGN §1, and metrics follow from them" arrays
arrays_later() {
    rm -rf arrays/arrays
    cp arrays/results.json before.json
    run 0 run plain.yaml -o arrays --seeds 3
    said err '^widecheck: 15 of 15 cells reused$'
    run 0 run plain.yaml -o arrays --seeds 3 --save-arrays
    said err '^widecheck: running 15 cells'
    results equal before.json arrays/results.json
    run 0 run plain.yaml -o arrays --seeds 3 --save-arrays
    said err '^widecheck: 15 of 15 cells reused$'
    run 0 run plain.yaml -o arrays --seeds 3 --save-arrays --fresh
    python3 "$tests/arrays.py" arrays || fault "arrays.py"
}
check "--save-arrays runs finished cells again only for their arrays, and leaves no other folders" arrays_later

# ---- data files ----

relative_data() {
    mkdir -p "there/my data"
    (cd "there/my data" && python3 "$tests/idx.py")
    sed 's|blobs: {.*|blobs: {source: idx, images: my data/images.gz, labels: "my data/labels", triplets: 8}|' plain.yaml >there/idx.yaml
    run 0 run there/idx.yaml -o idx --seeds 1
    same "$(results count idx/results.json ok)" 4 'ok cells'
    cp idx/results.json idx.json
    cd there && run 0 run idx.yaml -o ../idx --seeds 1 && cd ..
    cd "$work" || return
    said err '^widecheck: 5 of 5 cells reused$'
    sed -i 's|my data/images.gz|my data/images|' there/idx.yaml
    run 0 run there/idx.yaml -o idx --seeds 1
    results value idx/results.json cells.0.metrics.loss.value >plain.loss
    results value idx.json cells.0.metrics.loss.value | diff plain.loss - || fault "a gzipped file gives other numbers than a plain one"
    cp "there/my data/images" kept.images
    printf '\377' | dd of="there/my data/images" bs=1 seek=300 conv=notrunc status=none
    run 0 run there/idx.yaml -o idx --seeds 1
    ! grep -q reused err || fault "reused cells of another file"
}
check "paths in a suite start from its folder; a changed data file runs its cells again" relative_data

# ---- bad surroundings ----

early_pipe() {
    local first
    first=$("$program" run tiny.yaml -o piped 2>err | head -1)
    same "$first" "A tiny suite" 'first line'
    run 1 run tiny.yaml -o piped
    said err '^widecheck: 30 of 30 cells reused$'
    for command in "list tiny.yaml" "describe tiny.yaml" "run --help" "describe --language" "report piped" "run tiny.yaml --dry-run"; do
        # shellcheck disable=SC2086
        "$program" $command 2>err | head -1 >/dev/null
        same "$(head -c 300 err)" '' "errors of $command"
    done
}
check "a reader that leaves early does no harm" early_pipe
narrow() {
    rm -rf narrow
    script -q -e -c "stty cols 40 rows 20; TERM=xterm '$program' run tiny.yaml -o narrow; echo code=\$?" /dev/null >typescript </dev/null
    said typescript 'code=1'
    # each frame of the bar, and each line, fits: escapes do not count, nor warnings, which may wrap
    tr '\r' '\n' <typescript | sed 's/\x1b\[[0-9;]*[A-Za-z]//g; /widecheck: warning/d' >frames
    ! grep -E '^.{41,}' frames || fault "lines wider than the terminal"
    grep -q '^\[#* *\] [0-9]*/30 cells' frames || said frames '^[0-9]+/30 cells'
    results equal piped/results.json narrow/results.json
}
if command -v script >/dev/null && script -q -e -c true /dev/null </dev/null >/dev/null 2>&1; then
    check "the bar and the summary fit a terminal of 40 columns" narrow
else
    skip "the bar and the summary fit a terminal of 40 columns" "script(1) is not here"
fi
no_gnuplot() {
    mkdir farm && ln -s /bin/* farm/ 2>/dev/null
    rm -f farm/gnuplot*
    PATH=$work/farm run 3 run plain.yaml -o undrawn
    said err 'widecheck: 2 of 2 figures not drawn: .*gnuplot'
    results contract undrawn/results.json
    same "$(results count undrawn/results.json ok)" 24 'ok cells'
    said undrawn/report.md 'gnuplot'
    [ -s undrawn/figures/change.gp ] && [ -s undrawn/figures/change.dat ] || fault "no script or data of the figure"
    [ ! -e undrawn/figures/change.svg ] || fault "a picture without gnuplot"
    PATH=$work/farm "$program" doctor >out 2>err
    same $? 3 'exit code of doctor'
    said out 'gnuplot +missing'
    said out 'apt-get install gnuplot'
    run 0 report undrawn
    [ -s undrawn/figures/change.svg ] || fault "not drawn by report, with gnuplot there again"
}
check "without gnuplot the run completes, says so, exit code 3; report draws later" no_gnuplot
slow() {
    tiny_suite passes >slow.yaml
    sed -i 's/^figures:/  slow:\n    model: {width: 1024}\n    loss: {name: triplet-linear, similarity: cosine}\n    train: {step: 0.001, until: 100000, max-steps: 1000000000}\n    seeds: 1\n&/' slow.yaml
    run 3 run slow.yaml -o slow --timeout 3
    same "$(results count slow/results.json timeout)" 1 'cells that timed out'
    same "$(results count slow/results.json ok)" 24 'ok cells'
    results contract slow/results.json
    same "$(results value slow/results.json cells.30.status)" timeout
    same "$(results value slow/results.json cells.30.metrics)" '{}' 'metrics of a stopped cell'
    same "$(results value slow/results.json cells.30.reason)" 'stopped after 3 s (--timeout)'
    same "$(results value slow/results.json claims.passes.verdict)" pass 'verdict of a claim of other cells'
    said slow/report.md 'stopped after 3 s'
    same "$(left_over)" '' 'processes left'
}
check "--timeout stops a slow cell and records it, exit code 3; the others are whole" slow
quiet() {
    run 1 run tiny.yaml -o piped -q
    [ ! -s out ] && [ ! -s err ] || fault "said $(cat out err)"
}
check "--quiet says nothing" quiet

# ---- words ----

listed() {
    run 0 list tiny.yaml
    said out '^ *drift +24 cells'
    said out '^ *passes +A claim that passes$'
    said out '^ *change +Change of the NTK$'
    same "$(ls -A | sort | tr '\n' ' ')" "$listing" 'the folder'
}
listing=$(touch out err .notes .faults; ls -A | sort | tr '\n' ' ')
check "list names experiments, claims and figures" listed
described() {
    run 0 describe tiny.yaml
    said out 'experiment drift: 24 cells'
    run 0 describe tiny.yaml drift
    said out 'model.width: 16 32 64 128'
    run 0 describe tiny.yaml passes
    said out 'Margin. The bound was set before the run, for this reason: it is a test\.'
    run 0 describe tiny.yaml change
    said out 'figure change'
}
check "describe tells of a suite, an experiment, a claim and a figure" described
# Of every claim: source, hypothesis, margin and control, each a paragraph of full sentences within 80 columns, in plain text.
in_sentences() {
    local suite claim lead leads claims=0
    for suite in "$tests"/../../suites/*.yaml; do
        run 0 describe "$suite"
        cp out all
        for claim in $(sed -n '/^claims:/,/^[a-bd-z]*:/s/^  \([a-z0-9-]*\):$/\1/p' "$suite"); do
            claims=$((claims + 1))
            awk -v c="claim $claim" '/^(claim|figure) / { on = $0 == c } on' all >told
            leads=('Source\. It ' 'Margin\. The bound was set before the run, for this reason: ')
            if grep -q '^Hypothesis\. The verdicts of ' told; then # a claim about other claims
                leads+=('do not depend on ' 'Control\. Each of these claims ')
            else
                leads+=('Hypothesis\. In the cells of experiment ' 'Judging\. ' 'Control\. The same test, ')
            fi
            for lead in "${leads[@]}"; do
                [ "$(tr '\n' ' ' <told | grep -c "$lead")" = 1 ] || fault "$claim: no paragraph '$lead'"
            done
            ! grep '[`\\]' told || fault "$claim: markup"
            [ "$(wc -L <told)" -le 80 ] || fault "$claim: a line of more than 80 columns"
            # every paragraph but the first two ends a sentence, or opens a list
            ! awk -v RS= 'NR > 2 && !/[.:]$/' told | grep . || fault "$claim: a sentence without an end"
        done
    done
    [ $claims -gt 30 ] || fault "only $claims claims"
}
check "describe tells every claim in full sentences" in_sentences
doctored() {
    "$program" doctor >out 2>err
    local code=$?
    if grep -q missing out; then same $code 3 'exit code'; else same $code 0 'exit code'; said out 'all is well'; fi
    said out '^BLAS '
    said out '^gnuplot '
}
check "doctor says what is there" doctored
helps() {
    run 0 --help
    said out '^usage: widecheck'
    run 2
    [ ! -s out ] || fault "usage without being asked goes to standard output"
    local command
    for command in run report list describe doctor; do
        run 0 $command --help
        said out "^usage: widecheck $command"
    done
    run 0 run nowhere.yaml --seeds --help
    for option in --output --jobs --threads --filter --set --seeds --timeout --mem --fresh --dry-run --save-arrays --quiet; do
        said out "$option\b"
    done
}
check "--help of every command, and every option in it" helps
versions() {
    run 0 --version
    said out '^widecheck [0-9]+\.[0-9]+\.[0-9]+ '
    cp out version
    local command
    for command in run report list describe doctor; do
        run 0 $command --version
        diff version out || fault "another version from $command"
    done
}
check "--version everywhere" versions
full() {
    local command
    for command in "list tiny.yaml" "describe tiny.yaml" "--help" "doctor" "run tiny.yaml --dry-run"; do
        # shellcheck disable=SC2086
        "$program" $command >/dev/full 2>err && fault "$command: a full disk went unnoticed"
    done
    true
}
check "words that could not be written are not a success" full

finish
