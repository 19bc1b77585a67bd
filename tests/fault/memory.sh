#!/bin/bash
# Memory: what --dry-run says of a cell is not below what it takes, nor far above, whatever it measures; and --mem.
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"

# experiment NAME DATA MODEL MEASURE [TRAIN]
experiment() {
    cat <<END
  $1:
    data: $2
    model: {activation: relu, $3}
    loss: {name: triplet-linear, similarity: cosine}
    train: ${5:-"{step: 0.05, until: 0.1}"}
    measure: {$4}
    seeds: 1
END
}
{
    cat <<'END'
widecheck: 1
title: "Cells that take much memory for what they compute"
data:
  few: {source: mixture, classes: 4, dim: 16, triplets: 32, noise: 0.3}
  some: {source: mixture, classes: 4, dim: 16, triplets: 64, noise: 0.3}
  many: {source: mixture, classes: 4, dim: 16, triplets: 128, noise: 0.3}
  long: {source: mixture, classes: 4, dim: 60000, triplets: 8, noise: 0.3}
  images: {source: idx, images: images.idx, labels: labels.idx, triplets: 8}
  table: {source: csv, file: table.csv, label: c, triplets: 8}
experiments:
END
    for depth in 2 3 4 5; do
        experiment full-$depth some "depth: $depth, outputs: 8, width: 512" 'ntk: {kernel: full, probes: all, normalised: true}'
        experiment trace-$depth many "depth: $depth, outputs: 4, width: 1024" 'ntk: {kernel: trace}'
        experiment linear-$depth few "depth: $depth, outputs: 10, width: 256" \
            'ntk: {kernel: full, probes: all}, linearised: true, spectral: true, limit: true'
        experiment plain-$depth few "depth: $depth, outputs: 4, width: 1024" 'ntk: {kernel: none}, move: true'
        experiment flow-$depth few "depth: $depth, outputs: 4, width: 512" 'ntk: {kernel: none}, move: true' \
            '{method: flow, step: 0.05, until: 0.1}'
    done
    experiment narrow-pca many 'outputs: 4, width: 2048' 'ntk: {kernel: none}, pca: true, representation: true'
    experiment wide-pca few 'outputs: 4, width: 8192' 'ntk: {kernel: none}, pca: true'
    experiment frozen-pca many 'outputs: 4, width: 256' 'ntk: {kernel: none}, pca: true' '{step: 0.05, until: 0.1, layers: output}'
    experiment outputs few 'outputs: 64, width: 256' 'ntk: {kernel: full, probes: 48}'
    experiment inputs long 'outputs: 4, width: 256' 'ntk: {kernel: none}'
    experiment images images 'outputs: 4, width: 64' 'ntk: {kernel: none}'
    experiment table table 'outputs: 4, width: 64' 'ntk: {kernel: none}'
} >heavy.yaml
python3 - <<'END'
import struct
n, side = 20000, 60
with open("images.idx", "wb") as f:
    f.write(struct.pack(">4B3I", 0, 0, 8, 3, n, side, side) + bytes(i % 251 + 1 for i in range(side * side)) * n)
with open("labels.idx", "wb") as f:
    f.write(struct.pack(">4BI", 0, 0, 8, 1, n) + bytes(i % 10 for i in range(n)))
with open("table.csv", "w") as f:
    f.write("c,x,y\n" + "".join(f"{i % 10},{i % 7 + 1},{i % 5}\n" for i in range(300000)))
END

# estimated RESULTS ESTIMATES: both ways.
cat >check.py <<'END'
import json, re, sys
told = {m[1]: float(m[2]) for m in re.finditer(r"^  (\S+) +1 +\S+ +(\d+) ", open(sys.argv[2]).read(), re.M)}
cells = json.load(open(sys.argv[1]))["cells"]
assert len(cells) > 20, len(cells)
for cell in cells:
    name, peak = cell["experiment"], cell["peak_bytes"] / 2**20
    print(f"{name}: {peak:.0f} MiB, estimated {told[name]:.0f}")
    assert cell["status"] == "ok", (name, cell["status"], cell["reason"])
    assert peak <= told[name] + 1, name
    assert told[name] <= 2 * peak + 64 or name == "table", name
END
estimated() {
    run 0 run heavy.yaml --dry-run
    cp out estimates
    run 0 run heavy.yaml -o heavy
    python3 check.py heavy/results.json estimates || fault "an estimate is wrong"
}
check "no cell takes more than --dry-run says, nor much less, at any depth, with any kernel" estimated
limited() {
    run 3 run heavy.yaml -o limited --mem 16M --filter 'plain-5'
    same "$(results value limited/results.json cells.18.experiment)" plain-5 'experiment'
    same "$(results value limited/results.json cells.18.status)" memory status
    said limited/report.md 'its limit is 16 MiB'
    run 3 run heavy.yaml -o limited --filter 'plain-5'
    same "$(results value limited/results.json cells.18.status)" ok 'status after a run without --mem'
}
check "--mem ends a cell that takes more; the next run without it tries again" limited

finish
