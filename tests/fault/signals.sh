#!/bin/bash
# Signals and lost surroundings: Ctrl-C once and twice, TERM, a terminal that closes, readers that leave.
shim=$(realpath -e -- "${2:-}") || exit 2
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"
. "$tests/../fault/runs.sh"

long_suite >long.yaml
run 0 run long.yaml -o whole
as_undisturbed() {
    results equal whole/results.json "$1/results.json"
    gone
}
continued() {
    run 0 run long.yaml -o "$1"
    as_undisturbed "$1"
}
# terminal WHAT AFTER FOLDER: a run at a terminal; what it showed in `seen`.
terminal() {
    python3 "$tests/../fault/terminal.py" "$1" "$2" "$program" run long.yaml -o "$3" >seen </dev/null || fault "terminal.py"
}
took() { # took AT_MOST
    local seconds
    seconds=$(sed -n 's/^took \(.*\) s$/\1/p' seen)
    awk -v s="$seconds" -v most="$1" 'BEGIN { exit !(s <= most) }' || fault "took $seconds s, at most $1 were expected"
}

# ---- Ctrl-C ----

typed() {
    terminal key 'running' typed
    said seen '^exit code 130$'
    said seen 'interrupted; what is done is kept; to go on: widecheck run long.yaml -o typed$'
    results contract typed/results.json
    results within typed/results.json whole/results.json
    [ "$(results count typed/results.json pending)" -gt 0 ] || fault "nothing was left to do"
    continued typed
}
check "Ctrl-C at a terminal: nothing new is started, what is done is kept, exit code 130" typed
nothing_new() {
    begin still
    until_running still
    kill -STOP "$pid"
    local child
    for child in $(workers); do kill -STOP "$child"; done
    kill -INT "$pid"
    kill -CONT "$pid"
    end
    same "$code" 130 'exit code'
    gone
    continued still
}
check "Ctrl-C while workers are stopped: they are ended all the same" nothing_new
# hanging SIGNAL [SIGNAL]: a run whose worker hangs and ignores TERM gets these, one after the other.
hanging() {
    local folder=hanging begun
    rm -rf ways $folder
    mkdir ways && touch ways/hang
    MISBEHAVE=$work/ways LD_PRELOAD=$shim "$program" run long.yaml -o $folder -j 1 >$folder.out 2>$folder.err </dev/null &
    pid=$!
    while [ -e ways/hang ] && kill -0 "$pid"; do sleep 0.02; done
    begun=${EPOCHREALTIME/./}
    kill -"$1" "$pid"
    [ $# -eq 1 ] || sleep 0.3
    [ $# -eq 1 ] || kill -"$2" "$pid"
    end
    milliseconds=$(((${EPOCHREALTIME/./} - begun) / 1000))
    gone
}
once() {
    hanging INT
    same "$code" 130 'exit code'
    [ $milliseconds -ge 1900 ] || fault "the worker had $milliseconds ms to end, not 2 s"
    said hanging.err 'to go on: widecheck run long.yaml -o hanging$'
    continued hanging
}
check "one Ctrl-C: a worker that ignores TERM has two seconds" once
twice() {
    hanging "$1" "$2"
    same "$code" "$3" 'exit code'
    [ $milliseconds -lt 1900 ] || fault "took $milliseconds ms"
    continued hanging
}
check "a second Ctrl-C ends the run at once, and its workers" twice INT INT 130
check "TERM after Ctrl-C ends it at once" twice INT TERM 143
check "TERM twice ends it at once" twice TERM TERM 143
terminated() {
    hanging TERM
    same "$code" 143 'exit code'
    said hanging.err 'to go on: widecheck run long.yaml -o hanging$'
    continued hanging
}
check "TERM stops a run as Ctrl-C does, exit code 143" terminated

# ---- before and after the cells ----

planning() {
    sed 's/seeds: 8/seeds: 100000/' long.yaml >huge.yaml
    "$program" run huge.yaml -o huge >huge.out 2>huge.err </dev/null &
    pid=$!
    until [ -e huge/store.db-journal ] || ! kill -0 "$pid"; do sleep 0.01; done
    kill -INT "$pid"
    end
    same "$code" 130 'exit code'
    said huge.err '^widecheck: interrupted before anything was run$'
    continued huge
}
check "Ctrl-C while the plan of 400 000 cells is made: exit code 130, and no plan is stored" planning
probing() {
    local probe='' attempts=0
    while [ -z "$probe" ]; do
        [ $((attempts += 1)) -le 50 ] || { fault "the first worker of a run was never met"; return; }
        rm -rf probed
        begin probed
        while [ -z "$probe" ] && kill -0 "$pid" && ! grep -q running probed.err; do probe=$(workers); done
        { [ -n "$probe" ] && stop_surely "$probe" && ! grep -q running probed.err; } || probe=''
        if [ -n "$probe" ]; then kill -TERM "$pid"; else kill -9 "$pid"; fi
        end
    done
    same "$code" 143 'exit code'
    said probed.err '^widecheck: interrupted before anything was run$'
    continued probed
}
check "TERM while the library is looked at, which takes no end: exit code 143" probing
# A gnuplot that tells its process group, and takes its time.
mkdir slow
cat >slow/gnuplot <<END
#!/bin/sh
cut -d' ' -f5 /proc/\$\$/stat >"$work/group"
: >stage-times.svg.tmp-\$PPID
mv "$work/group" "$work/drawing"
exec sleep 100
END
chmod +x slow/gnuplot
drawing() {
    rm -f drawing
    cp -a whole "drawn by $1"
    PATH=$work/slow:$PATH "$program" report "drawn by $1" >out 2>err &
    pid=$!
    until [ -e drawing ] || ! kill -0 "$pid"; do sleep 0.01; done
    [ "$(cat drawing)" != "$(cut -d' ' -f5 "/proc/$pid/stat")" ] || fault "a Ctrl-C at the terminal reaches gnuplot"
    kill -"$1" "$pid"
    end
    same "$code" "$2" 'exit code'
    gone
    [ -e "drawn by $1/figures/stage-times.svg.tmp-$pid" ] || fault "no temporary file was there"
    run 0 report "drawn by $1"
    same "$(find "drawn by $1" -name '*.tmp*')" '' 'temporary files'
}
check "a report that is interrupted while it draws leaves no gnuplot; the next removes what it began" drawing TERM 143
check "one that is killed likewise" drawing KILL 137

# ---- lost surroundings ----

closed() {
    terminal close 'running' closed
    said seen '^exit code 0$'
    as_undisturbed closed
}
check "a terminal that is closed does no harm: the run goes on, exit code 0" closed
hung_up() {
    begin hup
    until_running hup
    kill -HUP "$pid"
    kill -PIPE "$pid"
    end
    same "$code" 0 'exit code'
    as_undisturbed hup
}
check "HUP and PIPE do no harm" hung_up
deaf() {
    "$program" run long.yaml -o deaf 2>&1 | head -1 >line
    same "${PIPESTATUS[0]}" 0 'exit code'
    said line '^widecheck: '
    as_undisturbed deaf
}
check "a reader of both streams that leaves while it runs does no harm" deaf
blind() {
    "$program" run long.yaml -o blind <&- 2>&- | cat >/dev/null
    same "${PIPESTATUS[0]}" 0 'exit code'
    as_undisturbed blind
}
check "closed input and errors do no harm" blind

finish
