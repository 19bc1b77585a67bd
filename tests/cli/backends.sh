#!/bin/bash
# Backends: what is found, that each worker has loaded what was asked for, and that a library which cannot be used is refused
# with its reason, never silently another one. At least two are installed in CI (`ci/packages --backends`: all of Debian's).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

tiny_suite >tiny.yaml
"$program" backends --format json >list.json 2>err
ask() {
    python3 -c '
import json, sys
for b in json.load(open("list.json"))["backends"]:
    if '"$1"':
        print(b["name"], b.get("path"), b.get("lapack_path"), sep="\t")'
}
usable=$(ask 'not b["unusable"]')

listed() {
    [ "$(wc -l <<<"$usable")" -ge 2 ] || fault "fewer than two backends: $usable; $(cat err)"
    run 0 backends
    local name path lapack
    while IFS=$'\t' read -r name path lapack; do
        said out "^$name "
        [ -f "$path" ] && [ -f "$lapack" ] || fault "no files: $path, $lapack"
    done <<<"$usable"
    same "$(ls -d "${TMPDIR:-/tmp}"/widecheck-backends.* 2>/dev/null)" '' 'folders of links'
}
check "the libraries of the machine are listed, for people and for scripts" listed

proven() {
    local name path lapack
    while IFS=$'\t' read -r name path lapack; do
        run 0 run tiny.yaml -o "run-$name" --backend "$name"
        said "run-$name/results.json" "\"backend\":\"$name\""
        same "$(results value "run-$name/results.json" environment.blas.path)" "$path" "BLAS of $name"
        same "$(results value "run-$name/results.json" environment.blas.lapack_path)" "$lapack" "LAPACK of $name"
        same "$(results count "run-$name/results.json" ok)" 24 "cells of $name"
        [ ! -e "run-$name/backends" ] || fault "links are left"
        run 0 compare run-default "run-$name" # numerically: other backends, other bits
    done <<<"$usable"
}
check "each is what the workers have loaded, and none changes a result beyond rounding" proven

# Another backend in the same folder: no result of the first is passed off as one of the second.
apart() {
    local other
    other=$(awk -F'\t' '$1 != "default"' <<<"$usable" | while IFS=$'\t' read -r name path _; do
        [ "$path" = "$(awk -F'\t' '$1 == "default" { print $2 }' <<<"$usable")" ] || echo "$name"
    done | head -1)
    [ -n "$other" ] || { echo "# only one library is installed"; return 0; }
    run 0 run tiny.yaml -o mixed
    run 0 run tiny.yaml -o mixed --backend "$other"
    said err '^widecheck: running 30 cells'
    run 0 run tiny.yaml -o mixed
    said err '^widecheck: 30 of 30 cells reused$'
}
check "cells of one backend are not reused for another" apart

default=$(awk -F'\t' '$1 == "default" { print $2 }' <<<"$usable")
given() {
    run 0 run tiny.yaml -o given --backend "mine=$(dirname "$default")"
    mkdir -p empty
    printf 'not a library' >text.so
    python3 - "$default" other.so <<'END'
import sys
elf = bytearray(open(sys.argv[1], "rb").read())
elf[18:20] = (243).to_bytes(2, "little")  # e_machine: RISC-V
open(sys.argv[2], "wb").write(elf)
END
    local pair
    for pair in \
        "nope@no backend 'nope' here \(there are: default" \
        "a=$work/none@--backend:1:3: '.*none': No such file or directory" \
        "a=$work/empty@--backend:1:3: no BLAS library in" \
        "a=$work/text.so@--backend:1:3: .* is not a shared library" \
        "a=$work/other.so@--backend:1:3: .* is made for another processor architecture" \
        "=$work/other.so@is not NAME or NAME=PATH" \
        "default=$(dirname "$default")@there is a backend 'default' already"; do
        run 2 run tiny.yaml -o refused --backend "${pair%%@*}"
        said err "${pair#*@}"
        same "$(state refused)" absent 'the output folder'
    done
}
check "a library or folder can be given; what is none is refused with exit code 2, and nothing is written" given

# A library that lacks what is needed is found out when it is loaded.
lacking() {
    printf 'int dgemm_(void) { return 0; }\n' >stump.c
    cc -shared -fPIC -o libstump.so stump.c 2>/dev/null || { echo "# no compiler"; return 0; }
    run 2 run tiny.yaml -o lacking --backend "stump=$work/libstump.so"
    said err 'is no BLAS for C: it has no cblas_dgemm$'
    printf 'int dgemm_(void) { return 0; }\nint cblas_dgemm(void) { return 0; }\n' >stump.c
    cc -shared -fPIC -o libstump.so stump.c
    run 3 run tiny.yaml -o lacking --backend "stump=$work/libstump.so"
    said err 'probe of the BLAS library failed: .*undefined symbol'
}
check "a library without the functions is refused: exit code 2 where a look tells, 3 where it takes loading" lacking

wide=$(ls /usr/lib/*/openblas64-*/libopenblas64.so.0 /usr/lib/*/blas64/libblas64.so.3 2>/dev/null | head -1)
if [ -n "$wide" ]; then
    wide() {
        run 3 run tiny.yaml -o wide --backend "wide=$wide"
        said err 'takes integers of 64 bits; this program.s have 32'
    }
    check "a library of 64-bit integers is refused without being called" wide
else
    skip "a library of 64-bit integers is refused without being called" "none is installed"
fi

blis=$(ask '"libblis" in (b.get("path") or "") and not b["unusable"]' | head -1)
if [ -n "$blis" ]; then
    paired() {
        run 0 backends
        said out 'LAPACK .*, of reference$'
        same "$(python3 -c '
import json
print({b["lapack_of"] for b in json.load(open("list.json"))["backends"] if "libblis" in (b.get("path") or "") and not b["unusable"]})')" "{'reference'}" pair
    }
    check "a BLAS without LAPACK is paired with one, which is named" paired
else
    skip "a BLAS without LAPACK is paired with one, which is named" "BLIS is not installed"
fi

finish
