#!/bin/bash
# Bad input: a message that names the place and quotes what is wrong, exit code 2, and nothing changed: no folder made,
# an existing one byte for byte as it was.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

tiny_suite passes >good.yaml
run 0 run good.yaml -o kept -q
cp -a kept pristine

# Every change of a file, even one that was undone, leaves another time or another number.
trace() {
    find kept -printf '%p %i %s %T@ %C@\n' | sort
}
before=$(trace)

# "line:column" (in characters) of the first occurrence of a text in bad.yaml.
place_of() {
    local text head lines
    text=$(tr '\0' '?' <bad.yaml)
    head=${text%%"$1"*}
    [ "$head" != "$text" ] || return 1
    lines=${head//[!$'\n']/}
    head=${head##*$'\n'}
    echo "$((${#lines} + 1)):$((${#head} + 1))"
}

# refuses REGEX ARGUMENTS…: exit code 2, one line on stderr that matches, nothing on stdout.
refuses() {
    local message=$1
    shift
    run 2 "$@"
    said err "^widecheck: $message"
    same "$(wc -l <err)" 1 'lines of the message'
    [ ! -s out ] || fault "wrote to standard output"
}

# The same of `run`, which must also leave no trace: neither a new folder nor a change of an old one.
refuses_run() {
    local message=$1
    shift
    refuses "$message" run "$@" -o absent
    [ ! -e absent ] || fault "made an output folder"
    refuses "$message" run "$@" -o kept
    if [ "$(trace)" != "$before" ]; then
        fault "changed an existing output folder"
        rm -rf kept && cp -a pristine kept && before=$(trace)
    fi
    rm -rf absent
}

# bad LAW SED-SCRIPT OFFENDING MESSAGE: good.yaml, edited, is refused; the message points at the first OFFENDING.
bad_at() {
    sed "$1" good.yaml >bad.yaml
    ! cmp -s good.yaml bad.yaml || fault "the edit '$1' changed nothing"
    local at
    at=$(place_of "$2") || fault "no '$2' in the edited suite"
    refuses_run "bad\.yaml:$at: $3" bad.yaml
}
bad() {
    check "$1" bad_at "$2" "$3" "$4"
}

# ---- words and types ----

bad "an unknown key is refused with the nearest valid one" \
    's/width: 16}/widht: 16}/' 'widht' "unknown key 'widht' \(did you mean 'width'\?\)"
bad "an unknown key at the top is refused with the nearest valid one" \
    's/^figures:/figure:/' 'figure:' "unknown key 'figure' \(did you mean 'figures'\?\)"
bad "an unknown key in a figure is refused with the nearest valid one" \
    's/^    title: "Change/    titel: "Change/' 'titel' "unknown key 'titel' \(did you mean 'title'\?\)"
bad "an unknown key in defaults is refused, with its own place" \
    's/outputs: 4/output: 4/' 'output: 4' "unknown key 'output' \(did you mean 'outputs'\?\)"
bad "an unknown group in defaults is refused with the nearest valid one" \
    's/^  seeds: 6/  seds: 6/' 'seds' "unknown key 'seds'.*did you mean 'seeds'\?"
bad "a text where an integer belongs is refused" \
    's/outputs: 4/outputs: four/' 'four' "'model.outputs' must be an integer.*'four'"
bad "a quoted number is a text, not an integer" \
    's/outputs: 4/outputs: "4"/' '"4"' "'model.outputs' must be an integer.*'4'"
bad "a fraction where an integer belongs is refused" \
    's/seeds: 6/seeds: 6.5/' '6.5' "'seeds' must be an integer.*'6.5'"
bad "an octal integer is refused" \
    's/outputs: 4/outputs: 0o4/' '0o4' "'model.outputs' must be an integer.*'0o4'"
bad "a hexadecimal integer is refused" \
    's/outputs: 4/outputs: 0x4/' '0x4' "'model.outputs' must be an integer.*'0x4'"
bad "an integer with underscores is refused" \
    's/width: 16}/width: 1_6}/' '1_6' "'model.width' must be an integer.*'1_6'"
bad "a decimal comma is refused" \
    's/noise: 0.5/noise: 0,5/' '5}' "unknown key '5'.*" 
bad "not-a-number is no real number" \
    's/until: 2}/until: .nan}/' '.nan' "'train.until.*' must be.*'\.nan'"
bad "infinity is no real number" \
    's/until: 2}/until: .inf}/' '.inf' "'train.until.*' must be.*'\.inf'"
bad "'yes' is no truth value" \
    's/normalised: true/normalised: yes/' 'yes' "'measure.ntk.normalised' must be true or false, not 'yes'"
bad "a mapping where a scalar belongs is refused" \
    's/outputs: 4/outputs: {a: 4}/' '{a: 4}' "'model.outputs' must be an integer.*mapping"
bad "a list where only one value is possible is refused" \
    's/probes: 8, normalised: true/probes: [8, 9]/' '[8, 9]' "'measure.ntk.probes' must be.*a list"
bad "an empty value is refused" \
    's/^  seeds: 6/  seeds:/' '
experiments' "'seeds' must be an integer.*empty"
bad "a number out of range is refused" \
    's/width: 16}/width: 0}/' '0}' "'model.width' must be an integer from 1 .*'0'"
bad "a number beyond 64 bits is refused" \
    's/width: 16}/width: 99999999999999999999}/' '99999999999999999999' "'model.width' must be an integer.*'99999999999999999999'"
bad "a negative step is refused" \
    's/step: 0.1,/step: -0.1,/' '-0.1' "'train.step.*' must be.*'-0.1'"
bad "an unknown word is refused with the nearest valid one" \
    's/activation: relu/activation: rellu/' 'rellu' "'model.activation' must be.*'rellu' \(did you mean 'relu'\?\)"
bad "an unknown loss is refused with the nearest valid one" \
    's/name: triplet-linear, similarity: dot/name: triplet-liner, similarity: dot/' 'triplet-liner,' \
    "unknown loss 'triplet-liner' \(did you mean 'triplet-linear'\?\)"
bad "an unknown data source is refused with what there is" \
    's/source: mixture/source: mixtrue/' 'mixtrue' "unknown data 'mixtrue' \(did you mean 'mixture'\?\)"
bad "an unknown data set is refused" \
    's/  data: blobs/  data: blob/' 'blob
' "no data set is named 'blob'.*"
bad "a missing required key is named" \
    's/model: {width: 16}/model: {depth: 2}/' '{depth: 2}' "missing required key 'model.width'"
bad "a suite without experiments is refused" \
    '/^experiments:/,$d' 'widecheck' "nothing to run: a suite needs 'experiments' or 'kernels'"
bad "another version of the language is refused" \
    's/^widecheck: 1/widecheck: 2/' '2
' "'widecheck' must be .*'2'"
bad "an empty axis is refused" \
    's/width: \[16, 32, 64, 128\]/width: []/' '[]' "'model.width' must not be an empty list"
bad "a value twice on an axis is refused" \
    's/\[16, 32, 64, 128\]/[16, 32, 64, 32]/' '32]' "'model.width' lists '32' twice"
bad "two forms of a horizon at once are refused" \
    's/until: 2}/until: {time: 2, escape: 1}}/' 'escape: 1' "'train.until' must have exactly one of .*, not 2"
bad "a nested axis of a rule is refused" \
    's/above: 1}/above: [1, 2]}/' '[1, 2]' ".*'.*above' must be .*a list"

plus() {
    sed 's/noise: 0.5/noise: +5e-1/; s/outputs: 4/outputs: +4/' good.yaml >bad.yaml
    run 0 describe bad.yaml drift
    said out 'model.outputs = 4'
    bad_at 's/noise: 0.5/noise: +-5e-1/' '+-5' "'noise' must be a number.*'\\+-5e-1'"
}
check "a plus sign begins a number, as in YAML 1.2's core schema" plus

# ---- YAML that this language leaves out ----

bad "a tag is refused" 's/outputs: 4/outputs: !!int 4/' '!!int' "'!!int': tags are not allowed"
bad "an anchor is refused" 's/title: "A tiny/title: \&a "A tiny/' '&a' "'&a': anchors are not allowed"
bad "an alias is refused" 's/^  data: blobs/  data: *blobs/' '*blobs' "'\*blobs': aliases are not allowed"
bad "a merge key is refused" 's/^  seeds: 6/  <<: {seeds: 6}/' '<<' "'<<': merge keys are not allowed"
bad "a duplicate key is refused, with the place of the first" \
    's/^  seeds: 6/  data: blobs/' 'data: blobs
experiments' "duplicate key 'data' \(first at line 6\)"
bad "a second document is refused" '$a ---\nwidecheck: 1' '---' "a second document is not allowed"
bad "a syntax error is placed" 's/outputs: 4}/outputs: 4/' ': 6' "did not find expected.*begins at line 7"
bad "a tab for indentation is refused" 's/^  seeds: 6/\tseeds: 6/' '	seeds' "found (a tab )?character.*"
marked() {
    printf '\xef\xbb\xbf' | cat - good.yaml >bad.yaml
    run 0 run bad.yaml -o absent --dry-run
    bad_at '1s/^/\xef\xbb\xbf/; s/outputs: 4/outputs: four/' 'four' "'model.outputs' must be an integer.*'four'"
}
check "a byte order mark, with which some editors begin a text, is none of it" marked
bad "a byte that is no UTF-8 is placed" 's/A tiny/A t\xffiny/' $'\xff' ".*(0xff|UTF-8).*"

check "an empty suite is refused" eval ': >bad.yaml; refuses_run "bad.yaml:1:1: the document is empty" bad.yaml'
check "a suite that is a list is refused" eval 'echo "[1, 2]" >bad.yaml; refuses_run "bad.yaml:1:1: .*must be a mapping" bad.yaml'
deep() {
    python3 -c 'print("widecheck: " + "[" * 100000)' >bad.yaml
    refuses_run 'bad\.yaml:1:[0-9]+: nested deeper than' bad.yaml
}
check "a suite nested a hundred thousand deep is refused" deep
long() {
    python3 -c 'print("widecheck: 1\ntitle: \"" + "x" * 20000000 + "\"")' >bad.yaml
    refuses_run '.*bad\.yaml.* (more|longer) than [0-9]+ bytes' bad.yaml
    rm bad.yaml
}
check "a suite of 20 MB is refused" long
binary() {
    head -c 5000 "$program" >bad.yaml
    refuses_run ".*bad\.yaml.*(not a text file|:1:.*)" bad.yaml
}
check "a binary file is no suite" binary
encoded() {
    printf 'widecheck: 1\ntitle: "\0"\n' >bad.yaml
    refuses_run 'bad\.yaml:2:9: a NUL byte: a suite must be text in UTF-8' bad.yaml
    iconv -f UTF-8 -t UTF-16 <good.yaml >bad.yaml
    refuses_run 'bad\.yaml:1:1: no suite but UTF-16 text: save it as UTF-8.*' bad.yaml
    iconv -f UTF-8 -t UTF-16LE <good.yaml >bad.yaml
    refuses_run 'bad\.yaml:1:1: no suite but UTF-16 text: save it as UTF-8.*' bad.yaml
    gzip -nc good.yaml >bad.yaml
    refuses_run 'bad\.yaml:1:[0-9]+: .*' bad.yaml
}
check "a suite that is no text, or not in UTF-8, is refused with its place" encoded
check "a missing suite is refused" refuses_run "cannot read 'nowhere/absent\.yaml': No such file or directory" nowhere/absent.yaml
check "a folder is no suite" eval 'mkdir -p folder; refuses_run "cannot read .folder.: Is a directory" folder'
check "a device that never ends is no suite" refuses_run ".*/dev/zero.*" /dev/zero

# ---- what cannot be right, whatever the data ----

bad "one output with cosine similarity is refused" \
    's/model: {width: \[16, 32, 64, 128\]}/model: {outputs: 1, width: [16, 32, 64, 128]}/' '1, width' \
    "outputs 1 with cosine similarity"
orthogonal='s/model: {width: 16}/model: {constraint: orthogonal, outputs: OUT, width: WIDE}/'
bad "fewer hidden units than outputs with orthogonality are refused" \
    "$(echo "$orthogonal" | sed 's/OUT/8/; s/WIDE/4/')" '8, width' "outputs 8 above width 4.*orthonormal"
bad "as many outputs as positive eigenvalues with orthogonality are refused" \
    "$(echo "$orthogonal" | sed 's/OUT/8/; s/WIDE/64/')" '8, width' \
    "outputs 8 must be below the number of positive eigenvalues of C, which is at most 8"
bad "one bad combination of an axis is found among good ones" \
    "$(echo "$orthogonal" | sed 's/OUT/[2, 3, 8]/; s/WIDE/[64, 128]/')" '[2, 3, 8]' "outputs 8 must be below"
bad "a gap as horizon without orthogonality is refused" \
    's/until: 500/until: {gap: 1e-3}/' '{gap' "until: \{gap.*needs constraint: orthogonal"
bad "a stop that watches what is not measured is refused" \
    's/measure: {ntk: {kernel: full, probes: 8}, checkpoints: log}/measure: {ntk: trace}\n    stop: {metric: ntk.change, above: 0.1}/' \
    '{metric: ntk.change, above: 0.1}' "stop watches 'ntk.change', which is not measured"
bad "a suite of a thousand million cells is refused at once" \
    's/seeds: 6/seeds: 100000/; s/\[16, 32, 64, 128\]}/[16, 32, 64, 128], activation: [relu, tanh], outputs: [2, 3, 4, 5, 6, 7, 8, 9]}/; s/0.1, until: 2}/[0.1, 0.2, 0.3, 0.4], until: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}/' \
    'model: {width: [16' ".*cells; at most [0-9]+ are allowed"
overflow() {
    local list
    list=[$(seq -s, 1 1000)]
    sed "s/\[16, 32, 64, 128\]/$list/; s/classes: 4, dim: 10/classes: ${list/#\[1,/[}, dim: $list, noise: $list/; s/, noise: 0.5//; s/step: 0.1, until: 2/step: $list, until: $list/; s/seeds: 6/seeds: 100000/" \
        good.yaml >bad.yaml
    refuses_run 'bad\.yaml:[0-9]+:[0-9]+: .*at least [0-9]+ cells; at most [0-9]+ are allowed' bad.yaml
}
check "a number of cells beyond 64 bits is refused" overflow

# ---- IDX files ----

python3 "$tests/idx.py" || exit 2
idx_suite() {
    sed "s|blobs: {.*|blobs: {source: idx, images: $1, labels: $2, triplets: 8}|" good.yaml >bad.yaml
}
bad_idx_files() {
    idx_suite "$1" "$2"
    local at
    at=$(place_of '{source: idx')
    refuses_run "bad\.yaml:$at: data 'blobs': $3" bad.yaml
}
bad_idx() {
    check "$1" bad_idx_files "$2" "$3" "$4"
}
good_idx() {
    idx_suite images.gz labels
    run 0 run bad.yaml --dry-run
}
check "good IDX files, gzipped or plain, beside the suite are accepted" good_idx
bad_idx "missing images are refused" absent labels "cannot read '.*absent': No such file or directory"
bad_idx "missing labels are refused" images absent "cannot read '.*absent': No such file or directory"
bad_idx "a folder for images is refused" folder labels "cannot read '.*folder'.*"
bad_idx "truncated images are refused" cut labels "'.*cut' is truncated"
bad_idx "truncated gzipped images are refused" cut.gz labels "(cannot read )?'.*cut.gz'.*"
bad_idx "damaged gzipped images are refused" damaged.gz labels "(cannot read )?'.*damaged.gz'.*"
bad_idx "a truncated header is refused" cut-header labels "'.*cut-header' is truncated"
bad_idx "an empty file of images is refused" empty labels "'.*empty' is truncated"
bad_idx "an empty gzipped file of images is refused" empty.gz labels "'.*empty.gz' is truncated"
bad_idx "bytes behind the images are refused" longer labels "'.*longer'.* more bytes"
bad_idx "a wrong magic number is refused" text labels "'.*text' is not an IDX file"
bad_idx "a wrong magic number in a gzipped file is refused" text.gz labels "'.*text.gz' is not an IDX file"
bad_idx "IDX of floats is refused" floats labels "'.*floats' is not an IDX file of bytes"
bad_idx "labels where images belong are refused" labels labels "'.*labels' has 1 dimensions where 3"
bad_idx "images where labels belong are refused" images images "'.*images' has 3 dimensions where 1"
bad_idx "an impossible size is refused" huge labels "'.*huge' announces an impossible size"
bad_idx "no images at all are refused" none labels "'.*none' announces an impossible size"
bad_idx "fewer labels than images are refused" images few-labels "'.*images' has 40 images, but '.*few-labels' has 39 labels"
bad_idx "one class only is refused" images one-class ".*all images are of one class"
bad_idx "a class of one image only is refused" images lone-class ".*class [0-9]+ has one image only"

# ---- claims and figures ----

bad "an unknown metric is refused with the nearest" \
    's/metric: weights.output-norm2/metric: weights.output-norm/' 'weights.output-norm,' \
    "unknown metric 'weights.output-norm' \(did you mean 'weights.output-norm2'\?\)"
bad "an unknown metric of a control is refused with the nearest" \
    's/control: {test: {metric: ntk.change}}/control: {test: {metric: ntk.chance}}/' 'ntk.chance' \
    "unknown metric 'ntk.chance' \(did you mean 'ntk.change'\?\)"
bad "an unknown metric of a figure is refused with the nearest" \
    's/^    y: ntk.change/    y: ntk.chance/' 'ntk.chance' "unknown metric 'ntk.chance' \(did you mean 'ntk.change'\?\)"
bad "an unknown experiment of a claim is refused with the nearest" \
    's/from: {experiment: drift}/from: {experiment: drfit}/' 'drfit' "unknown experiment 'drfit' \(did you mean 'drift'\?\)"
bad "an unknown experiment of a figure is refused with the nearest" \
    's/^    from: drift/    from: drfit/' 'drfit' "unknown experiment 'drfit' \(did you mean 'drift'\?\)"
bad "an unknown experiment of a control is refused with the nearest" \
    's/control: {test/control: {from: drfit, test/' 'drfit' "unknown experiment 'drfit' \(did you mean 'drift'\?\)"
bad "an unknown figure of a claim is refused" \
    's/^    why: "it is a test"/    why: "it is a test"\n    figure: chance/' 'chance' "no figure is named 'chance'.*"
bad "an unknown parameter to run over is refused with the nearest" \
    's/over: model.width/over: model.widht/' 'model.widht' "unknown parameter 'model.widht' \(did you mean 'model.width'\?\)"
bad "an unknown parameter on an abscissa is refused with the nearest" \
    's/^    x: model.width/    x: model.widht/' 'model.widht' "unknown parameter 'model.widht' \(did you mean 'model.width'\?\)"
bad "an unknown parameter of a condition is refused with the nearest" \
    's/from: {experiment: drift}/from: {experiment: drift, where: {model.widht: 16}}/' '{model.widht' \
    "unknown parameter 'model.widht' \(did you mean 'model.width'\?\)"
bad "a condition that no cell meets is refused" \
    's/from: {experiment: drift}/from: {experiment: drift, where: {model.width: 17}}/' '{model.width: 17}' \
    "no cell of experiment 'drift' has model.width 17"
bad "an unknown statistic is refused with the nearest" \
    's/statistic: worst/statistic: wurst/' 'wurst' "'.*statistic' must be .*'wurst' \(did you mean 'worst'\?\)"
bad "a test without a rule is refused" 's/, above: 1}/}/' '{statistic' "a test needs exactly one of below, above, within"
bad "a test with two rules is refused" \
    's/, above: 1}/, above: 1, below: 3}/' '{statistic' "a test needs exactly one of below, above, within"
bad "an interval upside down is refused" \
    's/above: 1}/within: [2, 1]}/' '[2, 1]' "'.*within' must be \[low, high\] with low < high"
bad "a claim without a control is refused" '/^    control:/d' 'statement' "missing required key '.*control'"
bad "a claim without a reason for its margin is refused" '/^    why:/d' 'statement' "missing required key '.*why'"
bad "a control that changes nothing is refused" \
    's/control: {.*/control: {note: none}/' '{note' "the control is the claim itself.*"
bad "a control that names the claim's own cells is refused" \
    's/control: {.*/control: {from: drift}/' '{from: drift}' "the control is the claim itself.*"
bad "a control that names the claim's own metric is refused" \
    's/control: {.*/control: {test: {metric: weights.output-norm2}}/' '{test: {metric: weights.output-norm2}}' \
    "the control is the claim itself.*"

families='$a families:\n  all: {title: T, claims: [passes], holds: H, fails: F, unsettled: U}'
bad "a family of an unknown claim is refused with the nearest" \
    "${families/passes]/pases]}" 'pases' "unknown claim 'pases' \(did you mean 'passes'\?\)"
bad "a family that names a claim twice is refused" \
    "${families/passes]/passes, passes]}" 'passes], ho' "claim 'passes' is named twice"
bad "a family without claims is refused" "${families/passes]/]}" '[], ho' "'claims' must be a text or a list of texts.*"
for key in claims holds fails unsettled; do
    bad "a family without '$key' is refused" \
        "$(sed "s/, $key: [][a-zA-Z]*//" <<<"$families")" '{title: T' "missing required key '$key'"
done
bad "a family without a title is refused" "${families/title: T, /}" '{claims: [p' "missing required key 'title'"

# ---- options ----

check "--set of an unknown key is refused at its column" refuses_run \
    "--set:1:7: unknown key 'widht' \(did you mean 'width'\?\)" good.yaml --set model.widht=3
check "--set below an absent key is refused at its column" refuses_run \
    "--set:1:1: there is no 'modl'.*" good.yaml --set modl.width=3
check "--set of a value of the wrong type is refused at the value's column" refuses_run \
    "--set:1:13: 'model.width' must be an integer.*'wide'" good.yaml --set model.width=wide
check "--set of an unknown claim's test is refused at its column" refuses_run \
    "--set:1:8: there is no 'pases' \(did you mean 'passes'\?\)" good.yaml --set claims.pases.test.above=2
check "--set without a value is refused" refuses_run "--set:1:13: .*no value" good.yaml --set model.width=
check "--set without an equals sign is refused" refuses_run "--set:1:1: expected KEY=VALUE, not 'model.width'" good.yaml --set model.width
check "--set with an empty name is refused" refuses_run "--set:1:7: a name is missing.*" good.yaml --set model..width=3
check "--set with bad YAML is refused at its column" refuses_run "--set:1:[0-9]+: .*" good.yaml --set 'model.width=[16, 32'
check "--filter that matches nothing is refused" refuses_run "--filter:1:1: 'drfit' matches no experiment and no claim" \
    good.yaml --filter drfit
check "--seeds 0 is refused" refuses_run "--seeds:1:1: must be an integer from 1 .*'0'" good.yaml --seeds 0
check "--seeds of a fraction is refused" refuses_run "--seeds:1:1: must be an integer.*'1.5'" good.yaml --seeds=1.5
check "-j 0 is refused" refuses_run "-j:1:1: must be an integer from 1 .*'0'" good.yaml -j 0
check "-j of a negative number is refused" refuses_run "-j:1:1: must be an integer from 1 .*'-2'" good.yaml -j -2
check "-j beyond reason is refused" refuses_run ".*(-j|jobs).*" good.yaml -j 100000
check "--threads of a word is refused" refuses_run "--threads:1:1: must be an integer.*'x'" good.yaml --threads x
check "--timeout 0 is refused" refuses_run "--timeout:1:1: must be seconds above 0, not '0'" good.yaml --timeout 0
check "--timeout of a word is refused" refuses_run "--timeout:1:1: must be seconds.*'soon'" good.yaml --timeout soon
check "--timeout nan is refused" refuses_run "--timeout:1:1: must be seconds.*'nan'" good.yaml --timeout nan
for size in 0 1K 512 -2G 2g G 1.5 '' nanG 1e400T 2GB; do
    check "--mem '$size' is refused" refuses_run "--mem:1:1: must be a size of at least 1M, such as 512M or 2G, not '$size'" good.yaml --mem "$size"
done
check "an unknown option is refused with the nearest" refuses_run \
    "unknown option '--seds' \(did you mean '--seeds'\?\)" good.yaml --seds 3
check "a flag with a value is refused" refuses_run "option '--fresh' takes no value" good.yaml --fresh=yes
check "a second suite is refused" refuses_run "one argument too many: 'other.yaml'" good.yaml other.yaml
check "an option without its value is refused" refuses "option '--.*' needs a value" run good.yaml --seeds
check "run without a suite is refused" refuses "run needs a suite.*" run
check "an unknown command is refused with the nearest" refuses "unknown command 'rnu' \(did you mean 'run'\?\).*" rnu
check "an unknown option for a command is no command" refuses "unknown (command|option) '--frsh'.*" --frsh
check "list of a bad suite is refused" eval 'sed "s/width: 16}/widht: 16}/" good.yaml >bad.yaml; refuses "bad.yaml:[0-9]+:[0-9]+: unknown key .widht.*" list bad.yaml'
check "describe of an unknown name is refused" refuses "'drfit' is no experiment, claim or figure.*" describe good.yaml drfit
check "report of a folder without a store is refused" eval 'mkdir -p folder; refuses ".*folder.*" report folder; same "$(ls -A folder)" "" folder'
check "report of a missing folder is refused and makes none" eval 'refuses ".*absent.*" report absent; [ ! -e absent ] || fault "made it"'

# ---- output folders ----

foreign() {
    mkdir foreign && echo precious >foreign/thesis.tex
    local before
    before=$(state foreign)
    run 2 run good.yaml -o foreign
    said err "^widecheck: output folder 'foreign' is not empty and was not made by widecheck.*-o"
    same "$(state foreign)" "$before" 'the foreign folder'
    run 2 run good.yaml -o foreign --fresh
    same "$(state foreign)" "$before" 'the foreign folder after --fresh'
}
check "a foreign folder is refused, and left as it is" foreign
foreign_store() {
    mkdir other && python3 -c 'import sqlite3; d = sqlite3.connect("other/store.db"); d.execute("create table t(x)"); d.commit()'
    local before
    before=$(sha256sum other/store.db)
    run 2 run good.yaml -o other
    said err "^widecheck: output folder 'other' is not empty and was not made by widecheck"
    same "$(sha256sum other/store.db)" "$before" 'the foreign database'
}
check "a foreign database is refused, and left as it is" foreign_store
under_file() {
    echo words >plain
    run 2 run good.yaml -o plain/below/deeper
    said err "^widecheck: cannot (make|use) output folder 'plain/below/deeper'.*"
    run 2 run good.yaml -o plain
    said err "^widecheck: cannot (make|use) output folder 'plain'.*"
    same "$(cat plain)" words 'the file'
}
check "an output folder below a file, or that is a file, is refused" under_file
no_folder() {
    run 2 run good.yaml -o ''
    said err "^widecheck: .*folder.*"
    run 2 run good.yaml -o /proc/nowhere
    said err "^widecheck: .*/proc/nowhere.*"
    run 2 run good.yaml -o "$(printf 'x%.0s' {1..5000})"
    said err "^widecheck: .*"
}
check "an empty, impossible or overlong name of an output folder is refused" no_folder

# Root may write anywhere but where even root may not.
sealed() {
    run 2 run good.yaml -o sealed
    said err "^widecheck: cannot (write to|use) output folder 'sealed'.*"
    run 2 run good.yaml -o sealed/below
    said err "^widecheck: cannot make output folder 'sealed/below'.*"
    same "$(ls -A sealed)" '' 'the sealed folder'
}
mkdir sealed
if [ "$(id -u)" != 0 ]; then
    chmod 555 sealed
    check "a folder without the right to write is refused" sealed
    chmod 755 sealed
elif chattr +i sealed 2>/dev/null; then
    check "an immutable folder is refused" sealed
    chattr -i sealed
else
    skip "a folder that cannot be written is refused" "root, and the file system has no immutable files"
fi

finish
