# shellcheck shell=bash
# All that ../cli/lib.sh and runs.sh have, mounts, and what has to be so after each run.

# A script that sets `mounts=wanted` before it sources this is begun again in a mount namespace of its own, where this is
# allowed: its mounts end with it. Then $mounts is `own`.
if [ "${mounts:-}" = wanted ] && [ -z "${WIDECHECK_NAMESPACE:-}" ]; then
    for alone in 'unshare --mount' 'unshare --mount --map-root-user'; do
        # shellcheck disable=SC2086
        $alone sh -c 'mount -t tmpfs tmpfs /mnt' 2>/dev/null && WIDECHECK_NAMESPACE=own exec $alone bash "$0" "$@"
    done
fi
mounts=${WIDECHECK_NAMESPACE:-}

. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"
trap 'end_mounts; clean_up' EXIT
end_mounts() {
    [ "$mounts" = own ] && [ "$BASHPID" = $$ ] && awk -v work="$work/" 'index($5, work) == 1 { print $5 }' /proc/self/mountinfo |
        while read -r place; do umount -l "$place"; done
}
fault_tests=$tests/../fault
. "$fault_tests/runs.sh"
cells=$long_cells

# The long suite, with a claim.
claimed_suite() {
    long_suite
    cat <<'END'
claims:
  falls:
    statement: "The change of the NTK falls with the width"
    source: derived
    from: {experiment: drift}
    test: {statistic: slope, metric: ntk.change, over: model.width, at: {t: 8}, below: -0.2}
    why: "far from what is measured"
    control: {test: {metric: weights.output-norm2}}
END
}

# 11 cells of some milliseconds.
small_suite() {
    cat <<'END'
widecheck: 1
title: "A few small cells"
data:
  blobs: {source: mixture, classes: 4, dim: 10, triplets: 8, noise: 0.5}
defaults:
  data: blobs
  model: {activation: relu, outputs: 4}
experiments:
  drift:
    model: {width: [16, 32]}
    loss: {name: triplet-linear, similarity: cosine}
    train: {step: 0.1, until: 0.4}
    measure: {ntk: {kernel: full, probes: 8}, checkpoints: {every: 0.2}}
    seeds: 5
  blow:
    model: {width: 16}
    loss: {name: triplet-linear, similarity: dot}
    train: {step: 0.5, until: 500}
    measure: {ntk: {kernel: none}, checkpoints: {every: 250}}
    seeds: 1
claims:
  passes:
    statement: "A claim that passes"
    source: derived
    from: {experiment: drift}
    test: {statistic: worst, metric: weights.output-norm2, over: model.width, above: 1}
    why: "it is a test"
    control: {test: {metric: ntk.change}}
END
}

litter() {
    same "$(find "$1" -name '*.tmp*' -o -name '*.part' -o -name '*-journal' | head -5)" '' 'litter'
}
# as_undisturbed FOLDER [REFERENCE]
as_undisturbed() {
    results equal "${2:-whole}/results.json" "$1/results.json"
    store intact "$1"
    litter "$1"
    gone
}
store() {
    python3 "$fault_tests/store.py" "$@" || fault "store.py $*"
}
