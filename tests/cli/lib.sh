# shellcheck shell=bash
# Sourced by the end-to-end tests of this folder and of ../fault: TAP output, a folder of the test's own, and a suite
# whose cells take milliseconds. The program is the script's first argument, or $WIDECHECK.
#
#   check LAW COMMAND…    runs a command or function; prints `ok` or `not ok`, and what it said if it failed. Its lines
#                         that begin with `# ` are figures; they are printed in any case.
#   skip LAW REASON
#   finish                prints the plan, and ends with exit code 1 if anything failed
#
# A function that is checked reports what is wrong by `fault`, which fails it; `run` and its kin do so by themselves.

set -u
unset CDPATH GREP_OPTIONS NO_COLOR
export LC_ALL=C.UTF-8

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if ! program=$(realpath -e -- "${1:-${WIDECHECK:-}}" 2>/dev/null) || [ ! -x "$program" ]; then
    echo "usage: $0 WIDECHECK (or set \$WIDECHECK): path of the program to test" >&2
    exit 2
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/widecheck-test.XXXXXX") || exit 2
# Every process of this test carries the mark in its environment, so that none that is left can hide.
export WIDECHECK_TEST="widecheck-test-$$-$RANDOM$RANDOM"
laws=0 failures=0

# Process ids of all runs and workers of the program that carry the mark.
left_over() {
    local entry variable
    for entry in /proc/[0-9]*; do
        [ "$entry/exe" -ef "$program" ] || continue
        while IFS= read -r -d '' variable; do
            [ "$variable" = "WIDECHECK_TEST=$WIDECHECK_TEST" ] && echo "${entry#/proc/}" && break
        done 2>/dev/null <"$entry/environ"
    done
}

clean_up() {
    local pid
    # not in a child that is met by a signal before it has become another program
    [ "$BASHPID" = $$ ] || return 0
    for pid in $(left_over); do kill -9 "$pid" 2>/dev/null; done
    cd / && rm -rf -- "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 2

# The system's own interpreter: the front of a version manager costs a tenth of a second a call, and there are hundreds.
python=$(command -v /usr/bin/python3 || command -v python3) || exit 2
python3() {
    "$python" "$@"
}

# ---- TAP ----

check() {
    local law=$1 notes begun=${EPOCHREALTIME/./}
    shift
    laws=$((laws + 1))
    notes=$work/.notes
    : >"$work/.faults"
    "$@" >"$notes" 2>&1
    local code=$? seconds
    seconds=$(((${EPOCHREALTIME/./} - begun) / 100000))
    [ $seconds -lt 10 ] || echo "# the next took $((seconds / 10)).$((seconds % 10)) s"
    if [ $code -eq 0 ] && [ ! -s "$work/.faults" ]; then
        echo "ok $laws - $law"
        grep '^# ' "$notes"
        return 0
    fi
    failures=$((failures + 1))
    echo "not ok $laws - $law"
    { cat "$work/.faults" && head -c 3000 "$notes"; } | tr -d '\000' | awk '{ print "#   " $0 }'
    return 0
}

skip() {
    laws=$((laws + 1))
    echo "ok $laws - $1 # SKIP $2"
}

finish() {
    echo "1..$laws"
    [ $failures -eq 0 ]
    exit
}

# What is wrong; fails the law that is being checked.
fault() {
    printf '%s\n' "$*" >>"$work/.faults"
    return 1
}

same() {
    [ "$1" = "$2" ] || fault "${3:-}: expected '$2', got '$1'"
}

# said FILE REGEX: the file has a line that matches.
said() {
    grep -Eq -- "$2" "$1" || fault "no line of $(basename "$1") matches /$2/; it says: $(head -c 1500 "$1")"
}

# ---- running ----

# run CODE ARGUMENTS…: standard output in $work/out, errors in $work/err. Quiet folders are the caller's business.
run() {
    local expected=$1 code
    shift
    "$program" "$@" >"$work/out" 2>"$work/err"
    code=$?
    [ $code -eq "$expected" ] ||
        fault "exit code $code, expected $expected: widecheck $*: $(head -c 1500 "$work/err")$(head -c 500 "$work/out")"
}

# All that a folder holds: names, kinds, times and contents. A test of "nothing changed".
state() {
    [ -e "$1" ] || { echo absent; return; }
    (cd "$1" && find . -printf '%P %y %T@ %s\n' | sort && find . -type f -print0 | sort -z | xargs -0r sha256sum)
}

# The contents of all output files but the store's.
bytes() {
    (cd "$1" && find . -type f ! -name 'store.*' ! -path './arrays/*' -print0 | sort -z | xargs -0r sha256sum)
}

results() {
    python3 "$tests/results.py" "$@" || fault "results.py $*"
}

# ---- the suite ----

# tiny_suite CLAIM…: 24 cells of cosine, 6 that diverge, and the claims that are named. Margins are far from what is
# measured, so that verdicts do not hang on rounding: ‖V‖² is about 4 x width; ΔΘ at t = 2 is below 1/2.
tiny_suite() {
    cat <<'END'
widecheck: 1
title: "A tiny suite"
data:
  blobs: {source: mixture, classes: 4, dim: 10, triplets: 8, noise: 0.5}
defaults:
  data: blobs
  model: {activation: relu, outputs: 4}
  seeds: 6
experiments:
  drift:
    model: {width: [16, 32, 64, 128]}
    loss: {name: triplet-linear, similarity: cosine}
    train: {step: 0.1, until: 2}
    measure: {ntk: {kernel: full, probes: 8, normalised: true}, checkpoints: log}
  blow:
    model: {width: 16}
    loss: {name: triplet-linear, similarity: dot}
    train: {step: 0.5, until: 500}
    measure: {ntk: {kernel: full, probes: 8}, checkpoints: log}
figures:
  change:
    plot: line
    title: "Change of the NTK"
    from: drift
    x: model.width
    y: ntk.change
END
    [ $# -eq 0 ] || echo "claims:"
    local claim
    for claim in "$@"; do "claim_$claim"; done
}

claim_that() {
    cat <<END
  $1:
    statement: "A claim that $2"
    source: derived
    from: {experiment: drift$5}
    test: $3
    why: "it is a test"
    control: $4
END
}
weights='{statistic: worst, metric: weights.output-norm2, over: model.width, above: 1}'
change='{statistic: worst, metric: ntk.change, over: model.width, above: 1}'
claim_passes() { claim_that passes passes "$weights" '{test: {metric: ntk.change}}' ''; }
claim_fails() { claim_that fails fails "$change" '{test: {metric: loss}}' ''; }
claim_vacuous() { claim_that vacuous 'has a control that passes' "$weights" '{test: {metric: train.steps}}' ''; }
# The caller sets the bound to the estimate itself, which lies inside its interval.
claim_unclear() {
    claim_that unclear 'is inconclusive' '{statistic: slope, metric: ntk.change.normalised, over: model.width, below: 0}' \
        '{test: {metric: weights.output-norm2}}' ''
}
claim_error() {
    claim_that error 'cannot be measured' '{statistic: slope, metric: ntk.change, over: model.width, below: 0}' \
        '{test: {metric: weights.output-norm2}}' ', where: {model.width: [16, 32, 64]}'
}
