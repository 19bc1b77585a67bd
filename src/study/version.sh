#!/bin/sh
# version.sh SOURCES OUTPUT VERSION: writes OUTPUT, the C file that defines wk_version, wk_commit and wk_dirty. SOURCES is
# a folder of the git checkout; elsewhere the commit is "unknown".
set -eu
sources=$1 output=$2 version=$3

commit=unknown dirty=false
if described=$(git -C "$sources" describe --always --abbrev=12 --exclude='*' 2>/dev/null); then
    commit=$described
    git -C "$sources" diff --quiet HEAD -- 2>/dev/null || { commit=$commit-dirty && dirty=true; }
fi

# A file that stays the same is not written: then nothing is compiled or linked again.
text=$(printf '#include "study/numerics.h"\nconst char wk_version[] = "%s";\nconst char wk_commit[] = "%s";\nconst bool wk_dirty = %s;' \
    "$version" "$commit" "$dirty")
[ -f "$output" ] && [ "$(cat "$output")" = "$text" ] || printf '%s\n' "$text" >"$output"
