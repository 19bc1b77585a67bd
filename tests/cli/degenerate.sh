#!/bin/bash
# Inputs at which digits are lost: what they do not determine is refused with its reason, and what they do determine is
# right, against references in 40 digits.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$work" || exit 2

# ---- what is left of an input when the mean is subtracted ----

centred() {
    cat <<'END'
widecheck: 1
title: "A row that is the mean"
data:
  t: {source: csv, file: t.csv, label: c, triplets: 8, positive: class, centre: true}
experiments:
  e:
    data: t
    model: {outputs: 2, width: 64}
    loss: {name: triplet-linear, similarity: cosine}
    train: {step: 0.1, until: 0.2}
    seeds: 5
END
}

# refused ROW…: every cell fails, and says that nothing is left of its input.
refused() {
    printf '%s\n' x,y,z,c "$@" >t.csv
    centred >t.yaml
    run 3 run t.yaml -o refused --fresh --quiet
    same "$(results count refused/results.json failed)" 5 'failed cells'
    said refused/results.json 'is the mean of the drawn inputs, up to rounding'
}
# (0.2, 0.8, 5.2) is the mean of the others and of itself, in decimals.
check "a row that is the mean up to rounding is refused, not scaled to size 1" \
    refused 0.1,0.7,5.3,a 0.3,0.9,5.1,a 0.2,0.8,5.2,b 0.2,0.8,5.2,b
check "so is one far from zero" \
    refused 1000000.1,0.7,5.3,a 1000000.3,0.9,5.1,a 1000000.2,0.8,5.2,b 1000000.2,0.8,5.2,b
check "so is one whose rows are all equal" refused 1,7,3,a 1,7,3,a 1,7,3,b 1,7,3,b

kept() {
    printf '%s\n' x,y,z,c 1000000.1,7,3,a 1000000.1,7.5,3,a 1000000.1,7.25,3.0001,b 1000000.1,7.25,3.0002,b >t.csv
    centred >t.yaml
    run 0 run t.yaml -o kept --quiet
    same "$(results count kept/results.json ok)" 5 'cells'
}
check "a row near the mean is taken, also beside a large constant column" kept

# ---- eigenvalues of nearly parallel inputs ----

# A column that is OFFSET for all, others of size 1; eigenvalues of C in 40 digits on the same start and triplets.
offset() {
    sed "s/1000000.25/$1/" "$tests/nearly_parallel.csv" >off.csv
    cat >off.yaml <<'END'
widecheck: 1
title: "A column with a large offset"
data:
  off: {source: csv, file: off.csv, label: k, triplets: 16}
experiments:
  p:
    data: off
    model: {outputs: 2, constraint: orthogonal, width: 64}
    loss: {name: triplet-linear, similarity: dot}
    train: {step: {spectral-radius: 1}, until: 5, layers: output}
    measure: {ntk: none, pca: true, checkpoints: ends}
    seeds: 2
END
    run 0 run off.yaml -o off --fresh --quiet
    shift
    python3 - "$@" <<'END' || fault "wrong eigenvalues"
import json, sys
right = [float(word) for word in sys.argv[1:]]
for cell in json.load(open("off/results.json"))["cells"]:
    metrics = cell["metrics"]
    found = [metrics["pca.eigenvalue"]["value"][0], metrics["pca.gap"]["value"][0]]
    for name, value, true in zip(("largest", "gap"), found, right[2 * cell["seed"] - 2 :]):
        if not abs(value / true - 1) <= 1e-6:
            sys.exit(f"seed {cell['seed']}: {name} {value}, not {true}")
END
}
check "an offset of 1e6 costs the gap no digits" \
    offset 1000000.25 1.84956735e-7 1.180889174e-12 3.33542193e-7 8.59303891e-14
check "nor one of 1e7" \
    offset 10000000.25 1.84956069e-8 1.180890635e-14 3.33540726e-8 8.5930876e-16

finish
