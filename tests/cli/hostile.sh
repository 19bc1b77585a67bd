#!/bin/bash
# Input that means harm: words that gnuplot, a shell, Markdown or XML would take for commands are drawn as words; no name
# leads out of the output folder; what promises too much is refused before it is allocated.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
command -v gnuplot >/dev/null || { skip "hostile words are drawn as words" "no gnuplot" && finish; }

# hostile_suite TITLE: a run of two cells whose every free text is TITLE.
hostile_suite() {
    TEXT=$1 python3 - <<'END'
import json, os
text = json.dumps(os.environ["TEXT"], ensure_ascii=False)  # JSON's strings are YAML's
print(f"""widecheck: 1
title: {text}
data:
  rows: {{source: csv, file: rows.csv, label: {text}, triplets: 4}}
experiments:
  drift:
    data: rows
    model: {{outputs: 2, width: [8, 16]}}
    loss: {{name: triplet-linear, similarity: cosine}}
    train: {{step: 0.1, until: 1}}
    measure: {{ntk: {{probes: 2}}, checkpoints: ends}}
    seeds: 2
claims:
  claim:
    statement: {text}
    source: {text}
    from: {{experiment: drift}}
    test: {{statistic: worst, metric: weights.output-norm2, over: model.width, above: 1}}
    why: {text}
    control: {{test: {{metric: ntk.change}}, note: {text}}}
    figure: one
figures:
  one: {{plot: line, title: {text}, caption: {text}, from: drift, x: model.width, y: ntk.change, by: [data.label]}}
  two: {{plot: trajectory, title: {text}, from: drift, y: ntk.change, by: model.width}}
  three: {{plot: bars, title: {text}}}""")
END
}

# A table whose column of labels has that name, and labels that are no better.
hostile_rows() {
    TEXT=$1 python3 - <<'END'
import csv, os, random
draw = random.Random(1)
text = os.environ["TEXT"]
with open("rows.csv", "w", newline="", encoding="utf-8") as file:
    out = csv.writer(file)
    out.writerow(["u", "v", "w", text])
    for i in range(12):
        out.writerow([draw.random() - 0.5 for _ in range(3)] + [text if i % 2 else "b"])
END
}

# What the report and its figures hold: the words of the picture are the text (but for ', which gnuplot would take for an
# end, and ]]>, which gnuplot leaves as it is and XML forbids), XML and JSON are whole, every row of a table has as many cells as its head, and nothing is a tag or a link.
looked_at() {
    TEXT=$1 python3 - <<'END' || fault "see above"
import json, os, re, sys, xml.etree.ElementTree as tree
text, bad = os.environ["TEXT"], []
drawn = text.replace("'", "’").replace("]]>", "]]›")
for name in ("one", "two", "three"):
    root = tree.parse(f"made/figures/{name}.svg").getroot()
    words = ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]
    squeezed = re.sub(r"\s", "", drawn)
    if not any(re.sub(r"\s", "", word) == squeezed for word in words):
        bad.append(f"{name}.svg has no text {drawn!r}, but {words}")
    for tag in root.iter():
        if tag.tag.split("}")[1] in ("script", "image", "a", "foreignObject"):
            bad.append(f"{name}.svg has a <{tag.tag}>")
results = json.load(open("made/results.json", encoding="utf-8"))
if results["suite"]["title"] != text or results["claims"][0]["statement"] != text:
    bad.append(f"results.json says {results['suite']['title']!r}")
head, tables, quoted = None, 0, []
for line in open("made/report.md", encoding="utf-8").read().split("\n"):
    code = re.sub(r"(?<![\\`])(`+)(?!`)(.*?)(?<!`)\1(?!`)", "CODE", line)  # what stands in code spans is not read
    if line.startswith("|"):
        cells = len(re.findall(r"(?<!\\)\|", line))
        tables += head is None
        head = head or cells
        if cells != head:
            bad.append(f"{cells - 1} cells where the table has {head - 1}: {line}")
    else:
        head = None
    if not line.startswith("    "):
        if re.search(r"(?<!\\)<", code):
            bad.append(f"a tag: {line}")
        if re.search(r"(?<!\\)\]\((?!#|figures/|results\.json)", code):
            bad.append(f"a link: {line}")
    quoted.append(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line))
if tables < 4:
    bad.append(f"only {tables} tables")
if "# " + text not in quoted or "> " + text not in quoted:
    bad.append("title or statement is not in report.md as it was written: " + quoted[0])
print("\n".join(bad))
sys.exit(bool(bad))
END
}

harmless() {
    rm -rf made
    hostile_rows "$1"
    hostile_suite "$1" >hostile.yaml
    "$program" run hostile.yaml -o made -q >said 2>err # the verdict is of no interest
    [ $? -le 4 ] || fault "crashed"
    said made/report.md '^## Verdicts'
    ! grep -q 'was not drawn' made/report.md || fault "a figure was not drawn: $(grep 'was not drawn' made/report.md)"
    looked_at "$1"
    [ ! -e x ] && [ ! -e made/x ] && [ ! -e made/figures/x ] || { fault "something was run: x appeared"; rm -f x made/x made/figures/x; }
    same "$(ls made/figures | tr '\n' ' ')" 'one.dat one.gp one.svg three.dat three.gp three.svg two.dat two.gp two.svg ' 'the figures'
}
is_text() {
    check "a text $1 is drawn and written as it is, and does nothing" harmless "$2"
}
# shellcheck disable=SC2016 # nothing is to be expanded here, least of all
{
is_text 'that ends a string of gnuplot and calls system' '"; system "touch x'
is_text 'that ends a quoted string and calls system' "'; system('touch x'); set title '"
is_text 'with doubled quotes' "'' . system('touch x') . ''"
is_text 'with commands in backticks' '`touch x` ``touch x``'
is_text 'with a command substitution' '$(touch x) ${x} $x $((1+1))'
is_text 'that begins with a shell escape' '! touch x'
is_text 'in enhanced notation' '{/=200 x} a_b^c &{x} ~a{.8-} \U+2115'
is_text 'with a macro of gnuplot' '@ARGV @touch x'
is_text 'that ends in a backslash' 'x \'
is_text 'with a format and an escape' '%s %n %d \n \x41 \101'
is_text 'with cells of a table' 'a | b || c |---|---|'
is_text 'with HTML' '<script>alert(1)</script> <img src=x> <!-- &lt; ]]> -->'
is_text 'with links and pictures' '![x](y) [a](javascript:x) <http://x> [b]: z'
is_text 'with code' '`a` ```b``` ~~~c~~~ **d** _e_ # f'
is_text 'that begins like a list' '- x 1. y + z > w # v'
is_text 'with words that are no ASCII' 'ΔΘ ‖x‖² ≤ 1 – “q” 中文'
}

# ---- names do not lead out ----

tiny_suite passes >good.yaml
mkdir folder
touch folder/precious
everything() {
    find . -mindepth 1 ! -path './.*' ! -name out ! -name err ! -name bad.yaml -printf '%p %s %T@\n' | sort
}
no_name_at() {
    sed "$1" good.yaml >bad.yaml
    ! cmp -s good.yaml bad.yaml || fault "the edit '$1' changed nothing"
    local before
    before=$(everything)
    run 2 run bad.yaml -o folder/made --save-arrays
    said err "^widecheck: bad\.yaml:[0-9]+:[0-9]+: $2"
    same "$(everything)" "$before" 'all files'
}
no_name() {
    check "$1 is refused as a name" no_name_at "$2" "$3"
}
for name in '../../x' '/tmp/x' '..' 'a..b' '.x' 'a/b' '-x' 'x y' '$(touch x)' "x'y" 'x;y' 'x|y' 'é'; do
    no_name "a figure '$name'" "s#^  change:#  ? $name\n  :#" ".* is not a name.*"
done
no_name "a claim '../../x'" 's|^  passes:|  ../../x:|' "'../../x' is not a name.*"
no_name "an experiment '../../x'" 's|^  drift:|  ../../x:|' "'../../x' is not a name.*"
no_name "a data set '../../x'" 's|^  blobs:|  ../../x:|' "'../../x' is not a name.*"
no_name "a figure of 101 letters" "s|^  change:|  $(printf 'x%.0s' {1..101}):|" ".* is not a name.*"
no_name "a condition on '../x'" 's|from: {experiment: drift}|from: {experiment: drift, where: {../x: 1}}|' "'../x' is not a name.*"

# Cells are named by their keys alone, arrays by the program.
arrays() {
    run 0 run good.yaml -o kept -q --save-arrays
    local other
    other=$(find kept/arrays -mindepth 1 | grep -vE '^kept/arrays/[0-9a-f]{16}(/(X|G|H0|V0|H|V|triplets|probes|step|t|F|ntk)\.npy)?$')
    same "$other" '' 'what else lies among the arrays'
    [ "$(find kept/arrays -name X.npy | wc -l)" -ge 2 ] || fault "no arrays"
}
check "arrays lie in folders named by cells' keys, under the program's names" arrays

# ---- promises ----

# most_memory MIB: no process of the last run had more. Python asks the system about its children.
bounded() {
    local most=$1 code=$2 message=$3
    shift 3
    # AddressSanitizer would keep what was freed, too: up to 256 MiB of it.
    ASAN_OPTIONS=${ASAN_OPTIONS-}:quarantine_size_mb=1 \
        python3 - "$most" "$code" "$program" "$@" <<'END' 2>err || fault "$(cat err)"
import resource, subprocess, sys
most, code, *command = sys.argv[1:]
done = subprocess.run(command, stderr=subprocess.PIPE, timeout=60)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
sys.stderr.write(done.stderr.decode("utf-8", "replace"))
if done.returncode != int(code):
    sys.exit(f"exit code {done.returncode}, expected {code}")
if peak > float(most):
    sys.exit(f"took {peak:.0f} MiB, at most {most} are allowed")
END
    said err "$message"
    [ ! -e absent ] || { fault "made an output folder"; rm -rf absent; }
}
promise() {
    sed "$2" good.yaml >bad.yaml
    check "$1 is refused at once" bounded 64 2 "$3" run bad.yaml -o absent
}
axis() {
    python3 -c "print(*($1 for i in range($2)), sep=', ')"
}
thousand=$(axis '100 + i' 1000)
promise "a suite of 10^12 cells" \
    "s/model: {width: \[16, 32, 64, 128\]}/model: {width: [$thousand]}/; s/step: 0.1, until: 2/step: [$(axis '(1 + i) / 1e4' 1000)], until: [$(axis '1 + i' 1000)]/; s/seeds: 6/seeds: 1000/" \
    "bad\.yaml:.* brings the suite to 1000000000000 cells; at most 1000000"
promise "a suite of more cells than can be counted" \
    "s/dim: 10, triplets: 8, noise: 0.5/dim: [$thousand], triplets: [$thousand], noise: [$thousand]/; s/model: {width: \[16, 32, 64, 128\]}/model: {width: [$thousand]}/; s/step: 0.1, until: 2/step: [$(axis '(1 + i) / 1e4' 1000)], until: [$(axis '1 + i' 1000)]/; s/seeds: 6/seeds: 100000/" \
    "bad\.yaml:.* brings the suite to at least .* cells; at most 1000000"
promise "a width of 10^18" 's/width: 16}/width: 1000000000000000000}/' "'model.width' must be an integer from 1 to .*'1000000000000000000'"
promise "a dimension of 10^12" 's/dim: 10/dim: 1000000000000/' "'dim' must be an integer from 1 to .*|'blobs.dim' must be.*"
python3 -c 'print("widecheck: [" + "1, " * 200000 + "1]")' >bad.yaml
check "a suite of 200000 values is refused at once" bounded 100 2 "bad\.yaml:1:.* more than 100000 values" run bad.yaml -o absent
promise "an unknown parameter of 20000 combinations" \
    "s/model: {width: \[16, 32, 64, 128\]}/model: {width: [$(axis '100 + i' 100)]}/; s/step: 0.1, until: 2/step: [$(axis '(1 + i) / 1e4' 100)], until: [1, 2]/; s/seeds: 6/seeds: 1/; s/^    x: model.width/    x: model.widht/" \
    "bad\.yaml:.* unknown parameter 'model.widht'"

python3 - <<'END' || exit 2
import gzip, struct
def head(*sizes):
    return bytes([0, 0, 8, len(sizes)]) + b"".join(struct.pack(">I", size) for size in sizes)
def write(name, first, mebibytes, packed=True):
    with (gzip.open(name, "wb", 9) if packed else open(name, "wb")) as file:
        file.write(first)
        for _ in range(mebibytes):
            file.write(bytes(1 << 20))
write("labels", head(40) + bytes(i % 4 for i in range(40)), 0, False)
write("billions", head(0xFFFFFFFF, 28, 28), 0, False)
write("gibibyte", head(1 << 28, 2, 2), 0, False)
write("gibibyte.gz", head(1 << 28, 2, 2), 0)
write("behind.gz", head(40, 6, 6), 256)
write("bomb.gz", head(1 << 17, 32, 32), 128)
END
idx_promise() {
    sed "s|blobs: {.*|blobs: {source: idx, images: $2, labels: labels, triplets: 8}|" good.yaml >bad.yaml
    check "$1 is refused without room for it" bounded 64 2 "bad\.yaml:.*data 'blobs': $3" run bad.yaml -o absent
}
idx_promise "an IDX file of 16 bytes that announces 2^32 images" billions "'.*billions' announces an impossible size"
idx_promise "an IDX file of 16 bytes that announces a gibibyte" gibibyte "'.*gibibyte' is truncated"
idx_promise "a gzipped IDX file that announces a gibibyte and has none" gibibyte.gz "'.*gibibyte.gz' is truncated"
idx_promise "a gzip bomb behind the images" behind.gz "'.*behind.gz'.* more bytes"
idx_promise "a gzip bomb in the place of images" bomb.gz "'.*bomb.gz' announces 134217728 bytes but has [0-9]+: no images shrink so far"
mkfifo pipe
idx_promise "a pipe in the place of images" pipe "cannot read '.*pipe': not a plain file"

finish
