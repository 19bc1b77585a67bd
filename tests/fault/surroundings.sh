#!/bin/bash
# Surroundings that are not as at home: folders that cannot be written, no HOME, no terminal, a decimal comma, closed or
# clogged streams, odd paths, few descriptors. Each is right, or a clear message and its exit code; never another number.
mounts=wanted
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

small_suite >small.yaml
run 0 run small.yaml -o whole
run 0 export whole --format csv -o table.csv

# ends CODE COMMAND…: as `run` does, for a command that may be more than the program.
ends() {
    local expected=$1 code
    shift
    "$@" >"$work/out" 2>"$work/err"
    code=$?
    [ $code -eq "$expected" ] || fault "exit code $code, expected $expected: $*: $(head -c 1500 "$work/err")"
}
# A run and a report by this command, and the same bytes as ever from the store that it finds.
same_results_by() {
    rm -rf here there
    ends 0 "$@" "$program" run small.yaml -o here
    as_undisturbed here
    cp -a whole there
    ends 0 "$@" "$program" report there
    diff <(bytes whole) <(bytes there) || fault "other bytes by: $*"
    ends 0 "$@" "$program" export whole --format csv
    cmp out table.csv || fault "another table by: $*"
}

# ---- folders that cannot be written ----

# unwritable REASON COMMAND…: the folder ro, which holds o, a whole report.
unwritable() {
    local why=$1 before
    shift
    before=$(state ro)
    ends 2 "$@" "$program" run small.yaml -o ro/o
    said err "^widecheck: cannot write to output folder 'ro/o': $why$"
    ends 2 "$@" "$program" run small.yaml -o ro/o --fresh
    ends 2 "$@" "$program" run small.yaml -o ro/new
    said err "^widecheck: cannot make (output )?folder '.*ro/new': $why$"
    ends 3 "$@" "$program" report ro/o
    said err "^widecheck: cannot write 'ro/o/results.json': $why$"
    ends 3 "$@" "$program" export ro/o --format csv -o ro/table.csv
    said err "^widecheck: cannot write 'ro/table.csv': $why$"
    ends 3 "$@" "$program" compare ro/o whole -o ro/words.md
    said err "^widecheck: cannot write 'ro/words.md': $why$"
    ends 0 "$@" "$program" export ro/o --format csv
    cmp out table.csv || fault "another table"
    ends 0 "$@" "$program" compare ro/o whole
    same "$(state ro)" "$before" 'the folder'
}
read_only_system() {
    mkdir -p ro && mount -t tmpfs tmpfs ro && cp -a whole ro/o && mount -o remount,ro ro || fault "cannot mount"
    unwritable 'Read-only file system' env
    umount ro
}
law="a file system that is read-only: run refuses, what only reads works, nothing changes"
if [ "$mounts" = own ]; then check "$law" read_only_system; else skip "$law" "no file system can be mounted here"; fi
no_rights() {
    rm -rf ro && mkdir ro && cp -a whole ro/o && chmod -R a+rX-w ro
    unwritable 'Permission denied' "$@"
    chmod -R u+w ro
}
law="a folder without the right to write: likewise"
if [ "$(id -u)" != 0 ]; then
    check "$law" no_rights env
elif chmod a+rx "$work" && setpriv --reuid=65534 --regid=65534 --clear-groups "$program" list small.yaml >out 2>err; then
    check "$law" no_rights setpriv --reuid=65534 --regid=65534 --clear-groups
else
    skip "$law" "root cannot become somebody else who may run the program"
fi
private() {
    rm -rf here
    (umask 077 && "$program" run small.yaml -o here >out 2>err) || fault "exit code $?"
    as_undisturbed here
    same "$(find here -perm /077)" '' 'files that others may read'
}
check "a umask of 077 holds for all that is made" private

# ---- variables, terminals ----

check "nothing in the environment but PATH: the same results and bytes" same_results_by env -i "PATH=$PATH"
check "HOME and TMPDIR that are not there: likewise" same_results_by env HOME=/nowhere TMPDIR=/nowhere
check "no terminal at all: likewise" same_results_by setsid --wait
check "signals ignored by whoever started it: likewise" same_results_by \
    python3 -c 'import os, signal, sys
for name in ("SIGCHLD", "SIGPIPE", "SIGTERM", "SIGINT", "SIGHUP", "SIGXFSZ"):
    signal.signal(getattr(signal, name), signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD, signal.SIGTERM, signal.SIGALRM})
os.execv(sys.argv[1], sys.argv[1:])'
plain_terminal() {
    local term
    for term in '-u TERM' TERM=dumb; do
        rm -rf here
        script -q -e -c "env $term '$program' run small.yaml -o here; echo code=\$?" /dev/null >typescript </dev/null
        said typescript 'code=0'
        ! grep -q $'\x1b' typescript || fault "escapes for a terminal without TERM"
        as_undisturbed here
    done
}
law="a terminal that is unknown gets no escapes"
if command -v script >/dev/null && script -q -e -c true /dev/null </dev/null >/dev/null 2>&1; then
    check "$law" plain_terminal
else
    skip "$law" "script(1) is not here"
fi
german() {
    same_results_by env "LOCPATH=$work/locales" LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8
    export LOCPATH=$work/locales LC_ALL=de_DE.UTF-8
    run 0 run small.yaml -o here --set experiments.drift.train.step=0.1 --timeout 60.5
    said err '^widecheck: 11 of 11 cells reused$'
    run 2 run small.yaml -o here --timeout 60,5
    run 2 run small.yaml -o here --set experiments.drift.train.step=0,1
    run 0 compare here whole --metrics-tolerance 0.5
    run 2 compare here whole --metrics-tolerance 0,5
    run 0 export whole --format gbench
    python3 -c 'import json; json.load(open("out"))' || fault "no JSON"
    unset LOCPATH
    LC_ALL=C.UTF-8
}
law="a language with a decimal comma: the same results and bytes; points are read, commas are refused"
mkdir locales
if localedef -i de_DE -f UTF-8 "$work/locales/de_DE.UTF-8" 2>/dev/null &&
    [ "$(LOCPATH=$work/locales LC_ALL=de_DE.UTF-8 locale decimal_point)" = , ]; then
    check "$law" german
else
    skip "$law" "no German locale can be made here (package locales)"
fi

# ---- streams ----

# with CLOSED COMMAND…: a command with streams that are closed
with() {
    local closed=$1
    shift
    case $closed in
    in) "$@" <&- ;;
    out) "$@" >&- ;;
    err) "$@" 2>&- ;;
    all) "$@" <&- >&- 2>&- ;;
    esac
}
closed() {
    local what before
    for what in in out err all; do
        rm -rf here
        ends 0 with $what "$program" run small.yaml -o here --save-arrays
        as_undisturbed here
        ends 0 with $what "$program" run small.yaml -o here --save-arrays
        ends 0 with $what "$program" report here
        before=$(bytes here)
        run 0 report here
        same "$(bytes here)" "$before" 'the bytes of a report made again'
        ends 0 with $what "$program" export whole --format csv -o made.csv
        cmp made.csv table.csv || fault "another table"
        ends 0 with $what "$program" compare here whole -o words.md --metrics-tolerance 0.5
        ends 2 with $what "$program" run nowhere.yaml
    done
}
check "closed standard streams, one or all: no harm" closed
# A pipe that is full, in descriptor 9.
clog() {
    rm -f pipe && mkfifo pipe && exec 9<>pipe
    python3 -c 'import os
os.set_blocking(9, False)
try:
    while True: os.write(9, b"x" * 4096)
except BlockingIOError:
    os.set_blocking(9, True)'
}
clogged() {
    local stream
    for stream in 1 2; do
        rm -rf here
        clog
        if [ $stream = 1 ]; then
            "$program" run small.yaml -o here >&9 2>err </dev/null &
        else
            "$program" run small.yaml -o here >out 2>&9 </dev/null &
        fi
        pid=$!
        sleep 1
        kill -0 "$pid" 2>/dev/null || fault "it did not wait"
        cat pipe >drained 9>&- &
        local reader=$!
        end
        same "$code" 0 'exit code'
        exec 9>&-
        wait $reader
        tr -d x <drained >words
        [ -s words ] || fault "the words were lost"
        as_undisturbed here
    done
}
check "a reader that is slow: it waits, and nothing is lost" clogged

# ---- paths ----

odd_paths() {
    local name line
    for name in 'a b' "it's" 'say "x"' '$(touch pwned)`touch pwned`' "'; system \"touch pwned\" '" 'back\slash' \
        'ünïcode 日本' '%s%n%99$s' '*' '-dash' '#' $'\xff\xfe' $'new\nline' $'tab\tand\x1b[31m'; do
        rm -rf odd pwned && mkdir -p "odd/$name"
        cp small.yaml "odd/$name/a suite.yaml"
        run 0 run "odd/$name/a suite.yaml" -o "odd/$name/o" --save-arrays
        as_undisturbed "odd/$name/o"
        results contract "odd/$name/o/results.json"
        same "$(find "odd/$name/o/arrays" -name '*.npy' -printf 'x\n' | wc -l)" 131 'arrays'
        for line in csv junit gbench; do run 0 export "odd/$name/o" --format $line -o "odd/$name/$line"; done
        run 0 report "odd/$name/o"
        if [[ $name != *[$'\n\t\xff']* ]]; then
            line=$(sed -n 's/^again: widecheck //p' out)
            eval "set -- $line"
            run 0 "$@"
            said err '^widecheck: 11 of 11 cells reused$'
            same "$(results value "odd/$name/o/results.json" suite.path)" "odd/$name/a suite.yaml"
        fi
        ! grep -q $'\x1b' out err || fault "escapes from a name reach the terminal"
        same "$(find . -name pwned)" '' 'made by a name'
    done
}
check "paths with blanks, quotes, line breaks, other scripts, commands in them: right" odd_paths
long_paths() {
    local length folder part code
    part=$(printf '%099d' 0)
    # a path of 494 bytes is the longest with which SQLite can open the store and its journal
    for length in 300 485 493 494 495 500 512 2000 4090 4100 60000; do
        rm -rf l
        folder=$work/l
        while [ ${#folder} -lt $((length - 100)) ]; do folder+=/$part; done
        folder+=/$(printf '%0*d' $((length - ${#folder} - 1)) 0)
        "$program" run small.yaml -o "$folder" >out 2>err
        code=$?
        echo "$length: $code $(tail -1 err | cut -c1-200)"
        case $code in
        0) as_undisturbed "$folder" ;;
        *) said err '^widecheck: path too long' ;;
        esac
        same $code "$((length > 494 ? 2 : 0))" "exit code for a path of $length bytes"
        [ $code = 0 ] || [ ! -e l ] || fault "something was made"
        "$program" report "$folder" >out 2>err
        same $? $code 'exit code of report'
        "$program" run "$folder/none.yaml" >out 2>err
        same $? 2 'exit code'
    done
    run 2 run small.yaml -o "$(printf '%0300d' 0)"
    said err 'File name too long'
}
check "very long paths: right, or refused with a message" long_paths
linked() {
    mkdir -p far && ln -s far near
    run 0 run small.yaml -o near/o
    as_undisturbed far/o
    run 0 run small.yaml -o near/o
    said err '^widecheck: 11 of 11 cells reused$'
    run 0 report near/o
    run 0 export near/o --format csv
    ln -s far/o here.link
    run 0 run small.yaml -o here.link --save-arrays
    as_undisturbed far/o
}
check "a symbolic link in the path of the output folder, or to it, is followed" linked
# led_out NAME REASON: with folder/NAME as it is now; what it leads to is not touched.
led_out() {
    local before
    before=$(state outside)
    run 2 run small.yaml -o led --save-arrays
    said err "^widecheck: cannot use output folder 'led': 'led/$1' is $2$"
    if [ "$1" = figures ]; then
        run 2 report led
        said err "^widecheck: cannot use output folder 'led': 'led/$1' is $2$"
    fi
    same "$(state outside)" "$before" "what led/$1 leads to"
    rm -rf "led/$1"
}
leads_out() {
    local name
    mkdir outside && touch outside/photo.svg outside/thesis.pdf outside/old.part outside/notes
    cp -a whole led
    rm -rf led/figures
    for name in figures arrays confirm; do
        ln -s ../outside led/$name
        led_out $name 'a symbolic link'
        touch led/$name
        led_out $name 'no folder'
    done
    run 0 run small.yaml -o led --save-arrays
    for name in led/arrays/*; do rm -rf "$name" && ln -s ../../outside "$name"; done
    local before pid
    before=$(state outside)
    run 0 run small.yaml -o led --save-arrays --fresh
    same "$(state outside)" "$before" "what arrays of cells lead to"
    # the numbers of the next processes
    sh -c 'echo $$' >number
    for ((pid = $(cat number); pid < $(cat number) + 300; pid++)); do
        ln -s ../outside/notes "led/results.json.tmp-$pid"
        ln -s ../../outside/notes "led/figures/stage-times.svg.tmp-$pid"
    done
    run 0 report led
    same "$(state outside)" "$before" "what temporary files lead to"
    rm -f led/*.tmp-* led/figures/*.tmp-* # those of processes that live are let be
    as_undisturbed led
    rm led/store.db && ln -s ../whole/store.db led/store.db
    run 2 run small.yaml -o led
    run 2 report led
}
check "links within the output folder lead to nothing that is written or removed" leads_out
# What waits for a writer that never comes.
pipes() {
    mkfifo rows.csv
    sed 's|blobs: {.*|blobs: {source: csv, file: rows.csv, label: c, triplets: 8}|' small.yaml >rows.yaml
    ends 2 timeout 20 "$program" run rows.yaml -o rows --dry-run
    said err "^widecheck: rows.yaml:4:10: data 'blobs': cannot read '.*rows.csv': not a plain file$"
    mkdir pipes && mkfifo pipes/store.db
    ends 2 timeout 20 "$program" run small.yaml -o pipes
    said err "^widecheck: cannot use output folder 'pipes': 'pipes/store.db' is no plain file$"
    same "$(ls pipes)" store.db 'files in the folder'
    ends 2 timeout 20 "$program" report pipes
    ends 2 timeout 20 "$program" export pipes --format csv
}
check "pipes in the place of files are refused" pipes
elsewhere() {
    rm -rf a && mkdir -p a/b/c
    (cd a/b && run 0 run ../../small.yaml -o ../b/c/../o --save-arrays)
    as_undisturbed a/b/o
    same "$(find a -name '*.npy' | wc -l)" "$(find a/b/o/arrays/* -name '*.npy' | wc -l)" 'arrays'
    mkdir left
    cd left && rmdir "$work/left"
    run 0 run "$work/small.yaml" -o "$work/a/away"
    run 2 run "$work/small.yaml" -o away
    said "$work/err" "^widecheck: cannot .*'away'"
    cd "$work" || return
    as_undisturbed a/away
}
check "relative paths mean the folder in which the command was given, even if that is gone" elsewhere

# ---- few descriptors ----

few_descriptors() {
    local n code
    for n in 5 7 9 10 11 12 13 14 16 20; do
        rm -rf here
        (ulimit -n "$n" && "$program" run small.yaml -o here -j 2) >out 2>err </dev/null
        code=$?
        echo "$n: $code $(tail -1 err)"
        if [ $code != 0 ]; then
            same $code 3 "exit code with $n descriptors"
            said err '^widecheck: .*(Too many open files|Error 24)'
            gone
            litter here
            [ ! -e here ] || store intact here
            run 0 run small.yaml -o here
        elif grep -q 'not drawn' err; then
            fault "$n descriptors: $(cat err)"
        fi
        as_undisturbed here
        [ $code = 0 ] || [ "$n" -lt 20 ] || fault "$n descriptors are not enough"
    done
    rm -rf here
    (ulimit -n 38 && "$program" run small.yaml -o here -j 11) >out 2>err </dev/null || fault "38 for eleven workers: $(cat err)"
    as_undisturbed here
}
check "few descriptors: a message, exit code 3, and then it goes on; 20 are enough" few_descriptors

finish
