#!/bin/sh
# numerics.sh OUTPUT "COMPILER AND FLAGS" FILE... : writes the C file that defines wk_numerics.
set -eu
out=$1; flags=$2; shift 2
hash=$( { echo "$flags"; for f in "$@"; do printf '%s\n' "${f##*/src/}"; cat "$f"; done; } | sha256sum | cut -c1-16)
printf '#include "run/numerics.h"\nconst char wk_numerics[] = "%s";\n' "$hash" > "$out"
