# shellcheck shell=bash
# Sourced by ci/test and ci/long: parts that pass, fail or are skipped, the time of each, and the last line.
#
#   check NAME COMMAND…       one test; its output is shown if it fails, and its figures, the lines that begin with `# `,
#                             in any case
#   tests NAME ARGUMENT…      `meson test` in build-ci with these arguments; each of its TAP tests counts
#   skip NAME REASON
#   complete                  says that the script has come to its end; without it the script has failed
#
# When the script ends, however that comes about, this prints the time of each part, what `last_words` prints if the
# script has such a function, and `N passed, N failed, N skipped`. The exit code is 0 if and only if nothing failed.

passed=0 failed=0 skipped=0 completed=no
parts=() # "SECONDS NAME" of each
output=$(mktemp)

tell_times() {
    local part
    echo
    echo "seconds  part"
    for part in "${parts[@]}" "$SECONDS in all"; do
        printf '%7d  %s\n' "${part%% *}" "${part#* }"
    done
    echo
}

finish() {
    local code=$?
    rm -f "$output"
    if [[ $completed == no ]]; then # interrupted, or a bug of the script
        failed=$((failed + 1))
    fi
    if [[ $failed -gt 0 && $code -eq 0 ]]; then
        code=1
    fi
    tell_times
    if declare -F last_words >/dev/null; then
        last_words
    fi
    echo "$passed passed, $failed failed, $skipped skipped"
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

complete() {
    completed=yes
    exit
}

check() {
    local name=$1 begin=$SECONDS code=0
    shift
    "$@" >"$output" 2>&1 || code=$?
    parts+=("$((SECONDS - begin)) $name")
    if [[ $code -eq 0 ]]; then
        passed=$((passed + 1))
        echo "ok - $name ($((SECONDS - begin)) s)"
        grep '^# ' "$output" || true
    else
        failed=$((failed + 1))
        echo "not ok - $name: $*"
        sed 's/^/    /' "$output"
        return 1
    fi
}

tests() {
    local name=$1 log=build-ci/meson-logs/testlog.json code=0 counts p f s begin=$SECONDS
    shift
    rm -f "$log"
    CMOCKA_MESSAGE_OUTPUT=TAP meson test -C build-ci --no-rebuild --print-errorlogs "$@" || code=$?
    parts+=("$((SECONDS - begin)) $name")
    counts=$(ci/tally "$log" "$code")
    read -r p f s <<<"$counts"
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    if [[ $p -eq 0 && $f -eq 0 ]]; then # ci/tally says so too; belt and braces
        failed=$((failed + 1))
    fi
}

skip() {
    skipped=$((skipped + 1))
    echo "skipped - $1: $2"
}
