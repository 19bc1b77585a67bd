#!/bin/sh
# numerics.sh SOURCES OUTPUT DEPFILE FLAGS: writes OUTPUT, the C file that defines wk_numerics. SOURCES is the folder src;
# FLAGS names the compiler and its flags.
#
# wk_numerics is a hash of all that can change a bit of a result: FLAGS, and the name and the contents of every C file
# at any depth below the covered folders. It covers no analysis: what reads results cannot change them.
#
# DEPFILE tells ninja when to run this again: when a covered file changes, and when a folder gains or loses a file.
set -eu
export LC_ALL=C
sources=$1 output=$2 depfile=$3 flags=$4
covered='base la model blas/cell'

for folder in $covered; do
    [ -d "$sources/$folder" ] || { echo "numerics.sh: no folder '$sources/$folder'" >&2 && exit 1; }
done

below() {
    # shellcheck disable=SC2086 # each word of $covered is a folder
    (cd "$sources" && find $covered "$@" | sort)
}
hash=$({
    echo "$flags"
    below -type f -name '*.[ch]' | while IFS= read -r file; do
        echo "$file"
        cat "$sources/$file"
    done
} | sha256sum | cut -c1-16)

{
    echo "$output: \\"
    below -type d -o -type f -name '*.[ch]' | while IFS= read -r path; do
        printf '%s\n' "$sources/$path"
    done | sed 's/[ #\\]/\\&/g; s/\$/$$/g; s/.*/ & \\/'
    echo
} >"$depfile"

# A file that stays the same is not written: then nothing is compiled or linked again.
text=$(printf '#include "study/numerics.h"\nconst char wk_numerics[] = "%s";' "$hash")
[ -f "$output" ] && [ "$(cat "$output")" = "$text" ] || printf '%s\n' "$text" >"$output"
