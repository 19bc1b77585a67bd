#!/bin/bash
# ci/reproduce and ci/baseline --renew: which files of the repository they write. usage: reproduce.sh WIDECHECK
#
# They run in a small repository of the test's own, where packages are there and the program is built already.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_CEILING_DIRECTORIES=$work

root=$tests/../..
mkdir -p clone/ci clone/suites clone/reports/tiny/figures clone/build/src
cp "$root/.gitignore" clone
cp "$root/ci/reproduce" "$root/ci/baseline" clone/ci
printf '#!/bin/sh\nexit 0\n' | tee clone/ci/packages >clone/ci/build
chmod +x clone/ci/*
ln -s "$program" clone/build/src/widecheck
tiny_suite passes >clone/suites/tiny.yaml
for file in report.md results.json figures/older.svg; do echo old >"clone/reports/tiny/$file"; done
git init -q clone
git -C clone add .
git -C clone -c user.name=test -c user.email=test@example.org commit -q -m all || exit 2

# says CODE SCRIPT ARGUMENT…: in the repository; standard output in $work/out, errors in $work/err.
says() {
    local expected=$1 code=0
    shift
    (cd clone && "$@") >out 2>err || code=$?
    same "$code" "$expected" "exit code of $* ($(head -c 1000 err))"
}
status() {
    git -C clone status --porcelain --untracked-files=all
}

reproduces() {
    says 0 ci/reproduce tiny
    said out "^report: .*/clone/out/tiny/report\.md$"
    [ -s clone/out/tiny/report.md ] || fault "there is no report"
    same "$(status)" '' 'git status'
}
check "ci/reproduce writes below out/ and leaves git status clean" reproduces
reproduces_a_path() {
    tiny_suite >own.yaml
    says 0 ci/reproduce ../own.yaml --seeds 2 --save-arrays
    [ -d clone/out/own/arrays ] || fault "the options were not passed on"
    same "$(status)" '' 'git status'
}
check "a suite that is named by its path likewise" reproduces_a_path

incomplete() {
    says 3 ci/baseline --renew tiny --fresh --filter blow
    said err '^ci/baseline: exit code 3: reports/tiny is left as it was$'
    same "$(status)" '' 'git status'
    says 2 ci/baseline --renew nowhere
    says 2 ci/baseline --now
    same "$(status)" '' 'git status'
}
check "ci/baseline --renew of a run with cells that are not measured replaces nothing" incomplete
renews() {
    echo mine >clone/reports/tiny/store.db # of a run that somebody made here by hand
    says 0 ci/baseline --renew tiny
    same "$(bytes clone/reports/tiny)" "$(bytes clone/out/tiny)" 'the files in reports/tiny'
    same "$(cat clone/reports/tiny/store.db)" mine 'a store in reports/tiny'
    same "$(status | grep -v ' reports/tiny/')" '' 'changes elsewhere'
    said <(status) '^ D reports/tiny/figures/older.svg$'
    said <(status) '^ M reports/tiny/results.json$'
}
check "ci/baseline --renew replaces the committed report of the suite, and nothing else" renews

finish
