#!/bin/bash
# Damaged stores: bit flips, truncations, half-written transactions. `report` and `run` refuse them with a message, or
# treat the cells that are hit as not measured, or run them again; they never publish another number or word.
[ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] && export TMPDIR=/dev/shm # hundreds of stores are written and synced
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

small_suite >small.yaml
run 0 run small.yaml -o sound

damage() {
    python3 "$fault_tests/damage.py" "$program" sound small.yaml "$@" || fault "damage.py $*"
}
seed=${FLIP_SEED:-1} flips=${WK_FLIPS:-50}
check "$flips bit flips over a whole store (seed $seed): refused, or not measured, or run again; never wrong" \
    damage flips "$seed" "$flips"
check "a store truncated at 20 lengths: likewise" damage cut 20
check "a transaction that was never ended is undone" damage journal
check "a flipped bit of a metric's value is noticed" damage metric ntk.change 40
check "a flipped bit of a cell's status is noticed" damage tamper 'diverged' 0
check "a flipped bit of a parameter in the plan is noticed" damage tamper 'model.width\x01\x20\x00' 12
check "a flipped bit of an experiment's name in the plan is noticed" damage tamper 'driftwkpl' 4
check "a flipped bit of the suite's text is noticed" damage tamper 'model.width, above: 1}' 20
check "a flipped bit of what a claim states is noticed" damage tamper 'A claim that passes' 2
check "a flipped bit of a fact's name is noticed" damage tamper 'environment.blas.version' 3
check "a flipped bit of the name of the number of cells is noticed" damage tamper 'plan.cells' 3
check "a flipped bit of the name of the command is noticed" damage tamper 'rerunwidecheck' 2
check "a flipped bit of a cell's wall time is noticed" damage double 'SELECT wall_s FROM cell' 40
check "a flipped bit of a cell's processor time is noticed" damage double 'SELECT cpu_s FROM cell' 40

finish
