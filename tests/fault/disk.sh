#!/bin/bash
# A disk that fills up, at moments from "not even the folder" to "all but the last figure": a message that names the file
# and the reason, exit code 3, a sound store, no half files; with room again the same command completes. At most
# $WK_FILLS moments are tried of each kind.
mounts=wanted
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

tiny_suite passes >tiny.yaml
run 0 run tiny.yaml -o whole
cells=30
moments=${WK_FILLS:-6}
no_room='(No space left on device|database or disk is full|gnuplot wrote no whole picture; is the disk full\?)'

# ---- a file system of so many pages or files ----

small_disk() {
    umount -l disk 2>/dev/null
    mkdir -p disk
    mount -t tmpfs -o "$1" tmpfs disk || fault "cannot mount a tmpfs"
}
more_room() {
    mount -o remount,size=64m,nr_inodes=10000 disk || fault "cannot make room"
}
# Pages of 4 KiB and files that a whole report takes.
measure() {
    small_disk size=64m
    run 0 run tiny.yaml -o disk/o
    pages=$(($(df --output=used -B4096 disk | tail -1)))
    files=$(($(df --output=iused disk | tail -1)))
    [ $pages -gt 60 ] && [ $files -gt 8 ] || fault "$pages pages and $files files"
}
# Every file that is there is a whole one.
whole_files() {
    local file
    [ ! -e "$1/results.json" ] || results contract "$1/results.json"
    for file in "$1"/figures/*.svg; do
        [ ! -e "$file" ] || python3 -c "import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])" "$file" || fault "$file is no XML"
    done
}
# fills OPTIONS SPARE: a run on such a disk, of which at least SPARE units are wanting.
fills() {
    local options=$1 code
    small_disk "$options"
    "$program" run tiny.yaml -o disk/o >out 2>err
    code=$?
    echo "$options: exit code $code: $(cat err)"
    # what a report takes varies by some bytes with the times in it: a disk that almost holds it may do so
    if [ $code = 0 ] && [ "$2" -le 4 ]; then return; fi
    same $code 3 "$options: exit code"
    said err "^widecheck: .*'disk/o.*: .*$no_room"
    store intact disk/o
    litter disk
    whole_files disk/o
    rm -rf was && mkdir was
    [ ! -d disk/o ] || cp -a disk/o/. was
    "$program" report disk/o >out 2>err
    code=$?
    [ $code = 3 ] || { [ $code = 2 ] && [ ! -s disk/o/store.db ]; } || fault "$options: exit code $code of report: $(cat err)"
    whole_files disk/o
    litter disk
    completes "$options"
}
# With room again: as undisturbed, and what was written before has not changed.
completes() {
    local file
    more_room
    run 0 run tiny.yaml -o disk/o
    as_undisturbed disk/o
    for file in was/results.json was/figures/*; do
        [ ! -e "$file" ] || cmp "$file" "disk/o/${file#was/}" || fault "$1: $file was not whole"
    done
}
# some_of WORD…: $moments of them, from the first to the last; all if there are no more.
some_of() {
    local i n=$(($# < moments ? $# : moments))
    for ((i = 0; i < n; i++)); do
        local place=$((n == 1 ? $# : 1 + i * ($# - 1) / (n - 1)))
        echo "${!place}"
    done
}
full_at_sizes() {
    local i wanting all=()
    measure
    for i in {0..10}; do all+=($((pages - 1 - (pages - 10) * i / 10))); done
    for wanting in $(some_of "${all[@]}" 7 5 3 2 1); do fills size=$(((pages - wanting) * 4))k "$wanting"; done
}
full_of_files() {
    local n
    # shellcheck disable=SC2046 # words
    for n in $(some_of $(seq $((files - 1)))); do fills "nr_inodes=$n" 99; done
}
full_of_arrays() {
    local share arrays
    tiny_suite >plain.yaml
    small_disk size=64m
    run 0 run plain.yaml -o disk/o --save-arrays --seeds 3
    arrays=$(df --output=used -B4096 disk | tail -1)
    for share in 5 30 55 80; do
        small_disk size=$((arrays * share / 100 * 4))k
        run 3 run plain.yaml -o disk/o --save-arrays --seeds 3
        cat disk/o/report.md >>err 2>/dev/null # what befell a single cell
        said err "disk/o.*: .*$no_room"
        store intact disk/o
        litter disk
        more_room
        run 0 run plain.yaml -o disk/o --save-arrays --seeds 3
        python3 "$tests/arrays.py" disk/o || fault "arrays.py"
        litter disk
    done
}
# The disk holds a whole report, and nothing more.
old_files_stay() {
    run 0 export whole --format csv -o table.csv
    small_disk size=64m
    cp -a whole disk/o
    echo old >disk/table.csv
    bytes disk/o >before
    mount -o "remount,size=$(($(df --output=used -B4096 disk | tail -1) * 4 + 4))k" disk
    head -c 100000 /dev/zero >disk/ballast 2>/dev/null
    run 3 report disk/o
    said err "^widecheck: cannot write 'disk/o/results.json': No space left on device$"
    run 3 run tiny.yaml -o disk/o
    said err "^widecheck: .*disk/o/.*: .*$no_room"
    run 3 run tiny.yaml -o disk/o --set claims.passes.test.above=1000
    bytes disk/o | diff before - || fault "other bytes"
    store intact disk/o
    local command
    for command in "export whole --format csv" "compare whole whole"; do
        # shellcheck disable=SC2086
        run 3 $command -o disk/table.csv
        said err "^widecheck: cannot write 'disk/table.csv': No space left on device$"
        same "$(cat disk/table.csv)" old 'the file that was there'
    done
    litter disk
    more_room
    run 0 export whole --format csv -o disk/table.csv
    cmp table.csv disk/table.csv || fault "another table"
}
for law in "a disk that is full, at several sizes: a message, exit code 3, the store sound; with room again the run completes:full_at_sizes" \
    "a disk that can hold no more files, at several numbers of them: likewise:full_of_files" \
    "a disk that fills up with arrays: likewise, and every cell's arrays are whole in the end:full_of_arrays" \
    "a full disk leaves old reports, tables and comparisons as they are:old_files_stay"; do
    if [ "$mounts" = own ]; then
        check "${law%:*}" "${law##*:}"
    else
        skip "${law%:*}" "no file system can be mounted here"
    fi
done
end_mounts

# ---- without a mount: a limit on the size of files, without the signal: writes fail as on a full disk ----

limited() {
    (
        trap '' XFSZ
        ulimit -f 40
        "$program" run tiny.yaml -o limited >out 2>err
    )
    same $? 3 'exit code'
    said err "^widecheck: .*limited/.*"
    gone
    store intact limited
    litter limited
    run 0 run tiny.yaml -o limited
    as_undisturbed limited
}
check "files that may not grow: a message, exit code 3; without the limit the run goes on" limited
no_room_for_plan() {
    cp -a whole cramped
    sed 's/A tiny suite/A suite of many seeds/; s/above: 1}/above: 1000}/; s/seeds: 6/seeds: 3000/' tiny.yaml >many.yaml
    (
        trap '' XFSZ
        ulimit -f $(($(stat -c %s cramped/store.db) / 1024 + 200))
        "$program" run many.yaml -o cramped >out 2>err
    )
    same $? 3 'exit code'
    gone
    store intact cramped
    run 0 report cramped
    same "$(results value cramped/results.json suite.title)" "A tiny suite"
    results equal whole/results.json cramped/results.json
}
check "a new plan that could not be stored leaves the old suite and the old plan, never the new suite over old cells" no_room_for_plan

# ---- devices, pipes and links as output files ----

ln -s /dev/full full
ln -s /proc/self/fd/1 stdout
device() {
    local command
    for command in "export whole --format csv" "export whole --format junit" "export whole --format gbench" \
        "compare whole whole --format json" "compare whole whole"; do
        # shellcheck disable=SC2086
        run 3 $command -o full
        said err "^widecheck: cannot write 'full': No space left on device$"
        same "$(readlink full)" /dev/full 'the link'
    done
    litter .
}
check "export and compare into a device that is full: a message, exit code 3, and the device is still there" device
words() {
    local command
    for command in "export whole --format csv" "compare whole whole" "compare whole whole --format json" "report whole" \
        "run tiny.yaml -o whole" "run tiny.yaml --dry-run" "list tiny.yaml" "describe tiny.yaml" "doctor" "--help" "--version"; do
        # shellcheck disable=SC2086
        "$program" $command >/dev/full 2>err
        same $? 3 "exit code of $command"
        said err '^widecheck: cannot write to standard output'
        # shellcheck disable=SC2086
        "$program" $command >out 2>/dev/full
        same $? 0 "exit code of $command with no room for errors"
    done
    "$program" list nowhere.yaml 2>/dev/full
    same $? 2 'exit code of what cannot be done, with no room to say so'
}
check "standard output that is full: exit code 3 and a message; standard error that is full: no harm" words
in_place() {
    run 0 export whole --format csv -o table.csv
    mkfifo pipe
    cat pipe >got &
    run 0 export whole --format csv -o pipe
    wait $!
    cmp table.csv got || fault "another table through a pipe"
    [ -p pipe ] || fault "the pipe is gone"
    "$program" export whole --format csv -o stdout | cat >got
    cmp table.csv got || fault "another table through standard output"
    [ -L stdout ] || fault "the link is gone"
    echo "much longer than the table" | cat - table.csv >target
    ln -s target link
    run 0 export whole --format csv -o link
    cmp table.csv target || fault "another table through a link"
    [ -L link ] || fault "the link is gone"
}
check "export into a pipe, standard output or a link writes there, and leaves it what it is" in_place

finish
