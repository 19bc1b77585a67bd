#!/bin/bash
# What the documents say is what the program does. usage: docs.sh WIDECHECK ; TAP.
set -u
widecheck=$(realpath "$1") && [[ -x $widecheck ]] || { echo "Bail out! no program '$1'" && exit 1; }
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root" || exit 2
n=0 failed=0

# law NAME COMMAND...: one test; what the command prints is shown when it fails.
law() {
    local name=$1 said
    shift
    n=$((n + 1))
    if said=$("$@" 2>&1); then
        echo "ok $n - $name"
    else
        failed=1
        echo "not ok $n - $name"
        printf '%s\n' "$said" | head -20 | sed 's/^/# /'
    fi
}

reference_is_current() { diff <("$widecheck" describe --language) docs/suite-reference.md; }

# Every link within the reference leads to one section: no two headings have the same anchor.
reference_links_are_unambiguous() {
    local bad=0 anchor anchors
    anchors=$(sed -n 's/^##* //p' docs/suite-reference.md | tr '[:upper:] ' '[:lower:]-' | tr -cd 'a-z0-9_\n-')
    while read -r anchor; do
        [[ $(grep -cx -- "$anchor" <<<"$anchors") == 1 ]] || { echo "'$anchor' is not one section" && bad=1; }
    done < <(grep -oE '\]\(#[^)]+\)' docs/suite-reference.md | sed 's/^](#//; s/)$//' | sort -u)
    return $bad
}

# Every relative link of every document leads to a file of the repository.
links_lead_somewhere() {
    local bad=0 document target
    for document in README.md CONTRIBUTING.md docs/*.md; do
        while read -r target; do
            target=${target%%#*}
            if [[ -n $target && ! -e $(dirname "$document")/$target ]]; then
                echo "$document: no '$target'"
                bad=1
            fi
        done < <(grep -oE '\]\([^)]+\)' "$document" | sed 's/^](//; s/)$//' | grep -vE '^(https?|mailto):' || true)
    done
    return $bad
}

# A published report is that of the suite as it stands: the commit that changes the suite also renews the report, by
# `ci/baseline --renew`.
reports_are_of_the_suites() {
    local bad=0 report suite
    for report in reports/*/results.json; do
        suite=$(basename "$(dirname "$report")")
        grep -q "\"sha256\":\"$(sha256sum <"suites/$suite.yaml" | cut -d' ' -f1)\"" <(head -c 3000 "$report") ||
            { echo "$report is of another suites/$suite.yaml" && bad=1; }
    done
    return $bad
}

# No option is undocumented, none is documented that is not there.
every_option_is_in_the_guide() {
    local bad=0 option options
    options=$("$widecheck" run --help | grep -oE -- '--[a-z-]+' | sort -u)
    [[ -n $options ]] || { echo "the help names no option" && return 1; }
    for option in $options; do
        grep -q -- "$option" docs/guide.md || { echo "docs/guide.md lacks $option" && bad=1; }
    done
    return $bad
}

every_option_of_the_gate_is_documented() {
    local bad=0 command option options
    for command in compare export; do
        options=$("$widecheck" $command --help | grep -oE -- '--[a-z-]+' | sort -u)
        [[ -n $options ]] || { echo "the help of $command names no option" && return 1; }
        for option in $options; do
            grep -q -- "$option" docs/ci.md || { echo "docs/ci.md lacks $option of $command" && bad=1; }
        done
    done
    return $bad
}

every_option_of_data_is_in_the_guide() {
    local bad=0 option
    for option in $("$widecheck" data --help | grep -oE -- '--[a-z-]+' | sort -u); do
        grep -q -- "$option" docs/guide.md || { echo "docs/guide.md lacks $option of data" && bad=1; }
    done
    return $bad
}

suites_can_be_run() {
    local suite
    for suite in suites/*.yaml docs/*.yaml; do
        "$widecheck" run "$suite" --dry-run || return 1
    done
}

law 'the suite reference is what the program prints' reference_is_current
law 'links within the suite reference lead to one section' reference_links_are_unambiguous
law 'links lead to files' links_lead_somewhere
law 'every option of run is in the guide' every_option_is_in_the_guide
law 'every option of compare and export is in docs/ci.md' every_option_of_the_gate_is_documented
law 'every option of data is in the guide' every_option_of_data_is_in_the_guide
law 'every suite in the repository can be run' suites_can_be_run
law 'published reports are of the suites as they stand' reports_are_of_the_suites
echo "1..$n"
exit $failed
