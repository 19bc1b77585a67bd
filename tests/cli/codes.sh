#!/bin/bash
# Exit codes: each that is documented of a command is met here, and no other is documented. What leads to them is looked
# at closely elsewhere.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

for claim in passes fails vacuous unclear error; do tiny_suite $claim >$claim.yaml; done
tiny_suite passes fails error >both.yaml
tiny_suite error unclear >doubtful.yaml
tiny_suite >measures.yaml
run 0 run measures.yaml -o o -q
run 0 run measures.yaml -o one -q --seeds 1
# 'unclear' is so if its bound is its estimate.
"$program" run unclear.yaml -o o -q >out 2>err
bound=--set=claims.unclear.test.below=$(results value o/results.json claims.unclear.parts.0.estimate)

# coded CODE COMMAND ARGUMENTS…: as `run`, and the code is noted.
coded() {
    run "$@" </dev/null
    echo "$2 $1" >>met
}
# of SUITE CODE OPTIONS…: of a run and of its report; its cells are there already.
of() {
    local suite=$1 code=$2
    shift 2
    coded "$code" run $suite.yaml -o o -q "$@"
    coded "$code" report o -q
}
claims() {
    of passes 0
    of fails 1
    of vacuous 1
    of error 3
    of unclear 4 "$bound"
    of measures 0
}
check "run and report: 0 if claims pass, 1 if one fails or is vacuous, 3 if it is not measured, 4 if it is inconclusive" claims
precedence() {
    of both 1
    of doubtful 3 "$bound"
    coded 2 run both.yaml -o o -q --seeds none
}
check "of several the first of 2, 1, 3, 4" precedence
unusable() {
    coded 2 run nowhere.yaml -o o
    coded 2 report nowhere
    coded 2 compare o nowhere
    coded 2 export nowhere --format csv
    coded 2 list nowhere.yaml
    coded 2 describe passes.yaml nothing
    coded 2 backends "nope=$work/nowhere"
    coded 2 doctor and
    local command
    for command in run report compare export list describe backends doctor; do
        coded 2 $command --no-such-option
        coded 0 $command --help
    done
    run 2
    run 2 nothing
    run 2 --no-such-option
    run 0 --help
    run 0 --version
}
check "2 of each command for what cannot be used, 0 for its help" unusable
unmeasured() {
    rm -rf part
    coded 3 run passes.yaml -o part -q --filter blow
    coded 3 report part -q
    coded 3 run measures.yaml -o ended -q --filter blow --timeout 0.001
    mkdir -p bin
    PATH=$work/bin coded 3 run passes.yaml -o o -q
    PATH=$work/bin coded 3 doctor
    coded 3 export o --format csv -o /dev/full
    local command
    for command in "compare o o" "list passes.yaml" "describe passes.yaml" "doctor"; do
        # shellcheck disable=SC2086
        "$program" $command >/dev/full 2>err
        same $? 3 "exit code of $command into a full device"
        echo "${command%% *} 3" >>met
    done
}
check "3 if cells are missing, timed out, without gnuplot, or if what was found cannot be written" unmeasured
compared() {
    coded 0 compare o o
    cp -a o worse
    coded 1 run fails.yaml -o worse -q
    # the same claim, with another verdict
    sed 's/^  fails:/  passes:/' fails.yaml >renamed.yaml
    coded 1 run renamed.yaml -o worse -q
    coded 0 run passes.yaml -o o -q
    coded 1 compare o worse
    coded 0 run measures.yaml -o other -q --seeds 1 --set seed=7
    coded 3 compare one other
}
check "compare: 0 without a regression, 1 with one, 3 if the runs have no cell in common" compared
told() {
    coded 0 export o --format csv
    coded 0 list passes.yaml
    coded 0 describe passes.yaml
    # `backends` takes its time: 0 is met in backends.sh
    "$program" doctor >out 2>err
    local code=$?
    if grep -q missing out; then same $code 3 'exit code of doctor'; else same $code 0 'exit code of doctor'; fi
}
check "0 of all others when they have said what there is to say" told

# interrupted SIGNAL CODE: amid a cell that would take minutes.
interrupted() {
    local code pid i
    rm -rf endless err # a word in the last run's would be taken for one of this
    "$program" run measures.yaml -o endless --filter drift --seeds 1 --set experiments.drift.model.width=65536 \
        --set experiments.drift.train.until=1e4 >out 2>err </dev/null &
    pid=$!
    for i in {1..3000}; do
        grep -q running err && break
        kill -0 $pid 2>/dev/null || break
        sleep 0.02
    done
    kill -"$1" $pid
    { wait $pid; code=$?; } 2>/dev/null
    same $code "$2" "exit code: $(cat err)"
    echo "run $2" >>met
}
check "130 after Ctrl-C" interrupted INT 130
check "143 after TERM" interrupted TERM 143

# The tables of the guide and of docs/ci.md: lines `| 3 | … |` or `| 130, 143 | … |` below their title.
documented() { # documented FILE TITLE
    sed -n "/^## $2\$/,/^## [^E]/p" "$tests/../../docs/$1" | sed -nE 's/^\| ([0-9, ]+) \|.*/\1/p' | tr ', ' '\n\n' | grep . | sort -n | xargs
}
met() {
    sed -n "s/^$1 //p" met | sort -nu | xargs
}
tables() {
    same "$(documented guide.md 'Exit codes')" "$(met run)" 'codes in docs/guide.md'
    same "$(documented ci.md 'Exit codes of compare')" "$(met compare)" 'codes in docs/ci.md'
    same "$(met report)" '0 1 2 3 4' 'codes of report'
    run 0 --help
    same "$(sed -n '/^exit codes:/,$p' out | grep -oE '\b[0-9]+\b' | sort -nu | xargs)" "$(met run)" 'codes in --help'
}
check "the documented codes of run and compare, in the guide, in docs/ci.md and in --help, are those that were met" tables

finish
