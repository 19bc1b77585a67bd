#!/bin/bash
# The numerics version, by which stored cells are known to be current: it changes with every file that can change a bit
# of a result, and with no other. usage: numerics.sh WIDECHECK
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cp -r "$tests/../../src" .
mkdir -p src/model/planted/deeper src/blas/cell/planted # folders below folders, whether or not there are any today
echo '/* planted */' | tee src/model/planted/deeper/a.h src/blas/cell/a.c src/blas/cell/planted/a.c >src/blas/a.c

# version [FLAGS]: the numerics version of the copy.
version() {
    sh src/study/numerics.sh "$work/src" numerics.c numerics.d "${1:-flags}" || fault "numerics.sh failed"
    sed -n 's/^const char wk_numerics\[\] = "\([0-9a-f]\{16\}\)";$/\1/p' numerics.c
}
sound=$(version)
covered() {
    (cd src && find base la model blas/cell "$@" | sort)
}

is_made() {
    same "$(wc -c <<<"$sound")" 17 'characters of the version'
    same "$(version)" "$sound" 'the version when nothing has changed'
    gcc -std=c17 -Isrc -Werror -fsyntax-only numerics.c || fault "numerics.c does not compile"
}
check "the version is made of the sources, and is the same each time" is_made

# edited FILE: the version after an edit, which is then undone.
edited() {
    cp "src/$1" saved
    echo '/* edited */' >>"src/$1"
    version
    cp saved "src/$1"
}
folders_are_covered() {
    local folder file
    for folder in $(covered -type d); do
        file=$(find "src/$folder" -maxdepth 1 -name '*.[ch]' -printf "$folder/%f\n" | sort | head -1)
        [ -n "$file" ] || continue # a folder that holds folders only
        echo "edited $file"
        [ "$(edited "$file")" != "$sound" ] || fault "an edit of $file does not change the version"
    done
    same "$(version)" "$sound" 'the version when all edits are undone'
}
check "it changes with one file edited in any folder below base, la, model and blas/cell" folders_are_covered
analysis_is_not() {
    local folder file looked_at=0
    for folder in $(cd src && find . -mindepth 1 -type d -printf '%P\n' | grep -vE '^(base|la|model|blas/cell)(/|$)'); do
        file=$(find "src/$folder" -maxdepth 1 -name '*.[ch]' -printf "$folder/%f\n" | sort | head -1)
        [ -n "$file" ] || continue
        echo "edited $file"
        same "$(edited "$file")" "$sound" "the version after an edit of $file"
        looked_at=$((looked_at + 1))
    done
    [ -d src/report ] || fault "there is no src/report: is the test out of date?"
    [ $looked_at -ge 4 ] || fault "only $looked_at folders were looked at"
}
check "it stays with one file edited in any other folder" analysis_is_not
names_and_flags() {
    mv src/model/planted/deeper/a.h src/model/planted/deeper/b.h
    [ "$(version)" != "$sound" ] || fault "another name does not change the version"
    rm src/model/planted/deeper/b.h
    [ "$(version)" != "$sound" ] || fault "a file that is gone does not change the version"
    echo '/* planted */' >src/model/planted/deeper/a.h
    same "$(version)" "$sound" 'the version with the file as it was'
    [ "$(version 'other flags')" != "$sound" ] || fault "other flags do not change the version"
}
check "it changes with a file that is renamed or removed, and with the compiler's flags" names_and_flags

# What ninja is told to look at: a covered file that is missing there could be edited without a new version.
ninja_knows() {
    mv src "blank #\$src"
    sh "blank #\$src/study/numerics.sh" "$work/blank #\$src" numerics.c numerics.d flags || fault "numerics.sh failed"
    mv "blank #\$src" src
    same "$(head -1 numerics.d)" 'numerics.c: \' 'the first line of the dependencies'
    sed '1d; $d; s/^ //; s/ \\$//; s/\\\(.\)/\1/g; s/\$\$/$/g' numerics.d | sed "s|^$work/blank #\\\$src/||" >known
    same "$(diff <(covered -type d -o -name '*.[ch]') known)" '' 'covered files and folders that ninja is not told of'
}
check "ninja makes it again when a covered file is edited, or a folder gains or loses one" ninja_knows
missing() {
    mv src/la gone
    ! sh src/study/numerics.sh "$work/src" numerics.c numerics.d flags 2>err || fault "a missing folder is passed over"
    said err "no folder '.*/src/la'$"
    mv gone src/la
}
check "a covered folder that is missing is an error, not a smaller hash" missing

finish
