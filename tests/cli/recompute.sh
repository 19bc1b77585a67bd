#!/bin/bash
# An independent reader (recompute.py: NumPy and SciPy, no code of the program) reckons every number of the verdicts
# again from results.json: of the committed report of the quick suite, or of a run made here while there is none.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

root=$(cd "$tests/../.." && pwd)
python=
for candidate in python3 /usr/bin/python3; do
    "$candidate" -c 'import numpy, scipy.stats' 2>/dev/null && python=$candidate && break
done
law="an independent reader recomputes every number of the verdict table from results.json"
if [ -z "$python" ]; then
    skip "$law" "no NumPy and SciPy here (ci/packages --reference)"
    finish
fi

folder=$root/reports/quick
if ! grep -qs '"reading":' "$folder/results.json"; then
    folder=$work/quick
    (cd "$root" && "$program" run suites/quick.yaml -o "$folder" --seeds 5 --quiet)
fi
recompute() { "$python" "$tests/recompute.py" "$@"; }

# What must be noticed: the file that is written differs from the true one in one number or verdict.
planted() {
    sed "$1" "$folder/results.json" >planted.json
    cmp -s planted.json "$folder/results.json" && fault "nothing was planted by $1" && return
    recompute planted.json >found && fault "not noticed: $1; $(cat found)"
    grep -q 'recomputed' found || fault "says nothing of it: $(cat found)"
}
notices() {
    planted '0,/"estimate":\(-\{0,1\}\)\([0-9]\)/s//"estimate":\11\2/'
    planted '0,/"interval":\[\(-\{0,1\}[0-9]*\)\.\([0-9]\)/s//"interval":[\1.\2\2/'
    planted '0,/"verdict":"pass"/s//"verdict":"fail"/'
    planted '0,/"level":0\./s//"level":0.9/'
}

check "$law" recompute "$folder/results.json" "$folder/report.md"
check "it notices a number, a level or a verdict that is not the one that follows" notices
finish
