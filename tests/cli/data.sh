#!/bin/bash
# widecheck data: what it says of a table is true, and the line that it gives can be run as it stands.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

printf '"","x","y, m","kind"\n"1",1,1000,"a"\n"2",2,3000,"a"\n"3",3,2000,"b"\n"4",5,1000,"b"\n"5",1,NA,"b"\n"6",5,1000,"b"\n' >r.csv

described() {
    run 0 data r.csv
    said out '^6 rows, 4 columns; separated by commas; the first line names the columns'
    said out '^1 .* an index$'
    said out '^3  y, m .*1 missing$'
    said out '^4  kind +text .* label$'
    said out '2 classes in kind \(column 4\): a 2, b 4'
    said out 'WARNING: scales differ by a factor of'
    said out 'only numbers the rows'
    said out '^    r: \{source: csv, file: r\.csv, label: kind, drop: 1, missing: drop, standardise: true, triplets: 32, positive: class\}$'
    [ ! -s err ] || fault "wrote to stderr"
}
check "rows, columns, classes, scales, missing values and an index are told" described

# runs FILE OPTIONS…: the suite that is made is run as it is, and the line is in it.
runs() {
    local line
    run 0 data "$@"
    line=$(sed -n 's/^    \([^ ]*: {source.*\)/\1/p' out)
    [ -n "$line" ] || fault "no line to go on with"
    run 0 data "$@" --suite
    cp out made.yaml
    grep -qF "  $line" made.yaml || fault "the line is not that of the suite"
    run 0 run made.yaml --dry-run
}
check "the line can be run as it stands" runs r.csv
semicolons() {
    printf 'a;b;c\n1,5;2,5;u\n3,5;4;u\n2,5;1;v\n1;1,5;v\n' | gzip -c >semi.csv.gz
    runs semi.csv.gz
    said made.yaml 'decimal: comma'
    run 0 data semi.csv.gz
    tr '\n' ' ' <out >line
    said line 'separated by semicolons; numbers have a decimal comma; gzipped'
}
check "semicolons, decimal commas and gzip are found" semicolons
bare() {
    printf '1\t2\t0\n2\t1\t0\n3\t1\t1\n4\t9\t1\n' >bare.tsv
    runs bare.tsv
    said made.yaml 'header: false'
    runs bare.tsv --label 3
    said made.yaml 'label: 3'
}
check "a table without a header, separated by tabs, is found" bare
odd() {
    printf 'x,y "1",a: b\n1,2,u\n3,4,u\n5,1,v\n2,2,v\n' >'odd "name", of.csv'
    sed -i 's/y "1"/"y ""1"""/' 'odd "name", of.csv'
    runs 'odd "name", of.csv'
    runs 'odd "name", of.csv' --drop 2
    said made.yaml 'file: "odd'
}
check "odd names are quoted" odd
nothing() {
    printf 'a,b\nu,v\nw,x\n' >text.csv
    run 0 data text.csv
    said out 'No column of numbers is left'
    run 2 data text.csv --suite
    said err 'text.csv: no column of numbers is left as an input'
}
check "a table of text alone is told to be none" nothing
refused() {
    run 2 data
    said err 'data needs a table'
    run 2 data nowhere.csv
    said err "cannot read 'nowhere.csv': No such file"
    run 2 data r.csv --label kin
    said err "r.csv: no column 'kin' for .label. \(did you mean 'kind'\?\)"
    run 2 data r.csv --separator ,
    said err "^widecheck: --separator:1:1: must be auto, comma"
    printf '4,2\n1,2,3\n4,5,6\n' >ragged.csv
    run 2 data ragged.csv --no-header
    said err 'ragged.csv:2:5: more than the 2 fields .*`--skip N`'
    runs ragged.csv --skip 1
}
check "what is no table is refused with its place" refused
python3 "$tests/idx.py" || exit 2
images() {
    run 0 data images.gz
    tr '\n' ' ' <out >line
    said line '^images.gz  40 rows, 37 columns, the last of them the labels. IDX images of 6 by 6 pixels; gzipped. The labels lie beside them: labels.gz'
    said out '^37 .* label$'
    said out '4 classes in column 37: 0 10, 1 10, 2 10, 3 10'
    said out 'Scales differ by a factor of'
    said out '^    images: \{source: idx, images: images\.gz, labels: labels\.gz, triplets: 32, positive: class\}$'
    ! grep -q 'same value\|equal to an earlier' out || fault "constants and duplicates that are not there"
    runs images.gz
    runs images --labels labels.gz
    said made.yaml 'images: images, labels: labels.gz'
}
check "images are surveyed with the labels beside them" images
names() {
    mkdir -p mnist && cp images.gz mnist/t10k-images-idx3-ubyte.gz && cp images mnist/pictures
    cp labels mnist/t10k-labels-idx1-ubyte
    runs mnist/t10k-images-idx3-ubyte.gz
    said made.yaml 'labels: mnist/t10k-labels-idx1-ubyte,'
    rm mnist/t10k-labels-idx1-ubyte
    runs mnist/t10k-images-idx3-ubyte.gz
    said made.yaml 't10k-images-idx3-ubyte\.gz, triplets: 32, positive: augment\}'
    runs mnist/pictures
    said made.yaml 'images: mnist/pictures, triplets: 32, positive: augment\}'
    runs images.gz --labels lone-class
    said made.yaml 'labels: lone-class, triplets: 32, positive: augment\}'
}
check "labels are found by their name, or left out" names
twins() {
    runs twin-images
    run 0 data twin-images
    tr '\n' ' ' <out >line
    said line '4 inputs have the same value in all rows'
    said line '1 row is equal to an earlier one' # and another is, but for its label
    said line "1 image of '.*twin-images' is equal to an earlier one of +another class, the first is image 6"
}
check "constant pixels and equal images are told" twins
bad_images() {
    run 2 data cut
    said err "'cut' is truncated"
    run 2 data longer
    said err "'longer' has more bytes than its header announces"
    run 2 data floats
    said err "'floats' is not an IDX file of bytes"
    run 2 data labels
    said err "'labels' has 1 dimensions where 3 are needed"
    run 2 data images --labels few-labels
    said err "'images' has 40 images, but 'few-labels' has 39 labels"
    run 2 data images --drop 3
    said err '^widecheck: --drop:1:1: all pixels of an image are inputs'
    run 2 data images --label 3
    said err '^widecheck: --label:1:1: the labels of images are a second file: --labels FILE'
    run 2 data r.csv --labels labels
    said err "^widecheck: --labels:1:1: 'r.csv' is no NumPy array or IDX file"
}
check "images that cannot be read are refused" bad_images
narrow() {
    local width
    command -v script >/dev/null || return 0
    for width in 40 60 100; do
        script -qec "stty cols $width; '$program' data r.csv" /dev/null </dev/null >screen
        [ "$(tr -d '\r' <screen | grep -v '^    ' | wc -L)" -le "$width" ] || fault "wider than $width columns"
    done
}
check "paragraphs fit a narrow terminal" narrow
in_run() {
    printf 'widecheck: 1\ntitle: t\ndata:\n  t: {source: csv, file: r.csv, label: kind, missing: drop}\nexperiments:\n  e: {data: t, model: {outputs: 4, width: 8}, loss: triplet-linear, train: {step: 0.1, until: 0.2}, seeds: 1}\n' >w.yaml
    run 0 run w.yaml -o w -q
    said err "WARNING: data 't': the columns of './r.csv' have very different scales"
    said w/report.md 'Warning.*very different scales'
    python3 "$tests/results.py" contract w/results.json || fault "results.json is not what it should be"
    python3 "$tests/results.py" value w/results.json warnings.2 >told
    said told "^data 't': the columns of './r.csv' have very different scales"
    run 0 report w
    said out "^WARNING: data 't': the columns of"
    run 0 run w.yaml -o w -q --set 'data.t.standardise=true' --set 'data.t.drop=1'
    ! grep -q 'different scales' err w/report.md || fault "warned of standardised columns"
}
check "unlike scales are warned of in the run, on its screen and in the report" in_run
home() {
    mkdir -p house && cp r.csv house/
    sed 's|file: r.csv|file: ~/r.csv|' w.yaml >h.yaml
    HOME=$PWD/house run 0 run h.yaml --dry-run
}
check "~/ in a path is the home folder" home

finish
