#!/usr/bin/python3
"""numbers.py [ROOT]: numbers that a document quotes from a committed report are those of the report. TAP.

Two things are compared, each to the digits that the document writes:

- SENTENCES: a pattern that stands once in a document, and where in the reports its numbers come from.
- The table of claims in README.md: verdict, estimate, interval and margin of each row.
"""

import json
import math
import re
import sys
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2])
NUMBER = r"[−-]?\d+(?:\.\d+)?(?:e[−-]?\d+)?"
_results = {}


def results(suite):
    if suite not in _results:
        _results[suite] = json.loads((ROOT / "reports" / suite / "results.json").read_text(encoding="utf-8"))
    return _results[suite]


def sizes(suite):
    return {
        "claims": lambda: len(results(suite)["claims"]),
        "cells": lambda: len(results(suite)["cells"]),
        "passed": lambda: sum(c["verdict"] == "pass" for c in results(suite)["claims"]),
        "width": lambda: max(c["params"].get("model.width", 0) for c in results(suite)["cells"]),
        "MiB": lambda: max(c["peak_bytes"] or 0 for c in results(suite)["cells"]) / 2**20,
    }


def of(suite, what):
    return sizes(suite)[what]


def geometric_mean(suite, experiment, metric, **params):
    """Over the seeds of the experiment's cells with these parameters (`_` stands for `.`): the last value of metric."""

    def value():
        wanted = {name.replace("_", "."): value for name, value in params.items()}
        logs = [
            math.log(cell["metrics"][metric]["value"][-1])
            for cell in results(suite)["cells"]
            if cell["experiment"] == experiment and all(cell["params"].get(k) == v for k, v in wanted.items())
        ]
        return math.exp(sum(logs) / len(logs))

    return value


def sine(width):
    return geometric_mean("quick", "pca", "pca.sine", train_layers="all", model_width=width)


# (document, pattern, one source for each `#` of the pattern). A `#` is a number; a space, also a line's end.
SENTENCES = [
    (
        "README.md",
        "full size: # claims, to a width of #,",
        [of("paper", "claims"), of("paper", "width")],
    ),
    ("README.md", "There # pass.", [of("paper", "passed")]),
    ("README.md", "runs # cells for # claims.", [of("quick", "cells"), of("quick", "claims")]),
    ("README.md", "its largest cell takes # MiB", [of("quick", "MiB")]),
    (
        "docs/guide.md",
        "geometric mean over seeds of `pca.sine` is # at M = 256 and # at M = 4096",
        [sine(256), sine(4096)],
    ),
]


def written(text):
    return text.replace("−", "-")


def agrees(text, value):
    """Whether text is value, rounded to the digits that text has."""
    digits, _, exponent = written(text).partition("e")
    last = len(digits.partition(".")[2])
    unit = 10.0 ** (int(exponent or 0) - last)
    return abs(float(written(text)) - value) <= unit * 0.5000001


def quoted(document, pattern, sources):
    text = " ".join((ROOT / document).read_text(encoding="utf-8").split())
    found = re.findall(re.escape(pattern).replace("\\ ", " ").replace("\\#", "#").replace("#", f"({NUMBER})"), text)
    if len(found) != 1:
        return f"'{pattern}' stands {len(found)} times in {document}, not once"
    numbers = found[0] if isinstance(found[0], tuple) else (found[0],)
    if len(numbers) != len(sources):
        return f"'{pattern}': {len(numbers)} numbers, {len(sources)} sources"
    for number, source in zip(numbers, sources):
        if not agrees(number, source()):
            return f"{document}: '{number}' in '{pattern}' is {source():.6g} in the report"
    return None


def part_says(part, estimate, interval, margin):
    rule = part["rule"]
    bounds = rule[margin[0]] if margin[0] in rule else None
    bounds = bounds if isinstance(bounds, list) else [bounds]
    return (
        None not in bounds
        and [float(written(m)) for m in margin[1:]] == bounds
        and agrees(estimate, part["estimate"])
        and (not interval or all(agrees(i, v) for i, v in zip(interval, part["interval"])))
    )


def worst_part(claim, kind):
    """The part of that kind of rule that is nearest to its margin or farthest beyond."""
    parts = [p for p in claim["parts"] if kind in p["rule"]]
    if kind == "below":
        return max(parts, key=lambda p: p["estimate"], default=None)
    if kind == "above":
        return min(parts, key=lambda p: p["estimate"], default=None)
    return parts[0] if len(parts) == 1 else None


def row_of_claims(row):
    first, verdict, measured, margin = [cell.strip() for cell in row.strip("|").split("|")]
    name = first.partition(":")[0]
    claim = next((c for c in results("quick")["claims"] if c["id"] == name), None)
    if claim is None:
        return f"README.md: reports/quick has no claim '{name}'"
    if claim["verdict"] != verdict:
        return f"README.md: {name} is {claim['verdict']}, not {verdict}"
    numbers = re.search(rf"({NUMBER})(?: \[({NUMBER}), ({NUMBER})\])?", measured)
    rule = re.fullmatch(rf"(below|above|within) ({NUMBER})(?:, ({NUMBER}))?", margin)
    if not numbers or not rule:
        return f"README.md: no number in '{measured}', or no rule in '{margin}'"
    part = worst_part(claim, rule[1])
    interval = [g for g in numbers.groups()[1:] if g]
    if part is None or not part_says(part, numbers[1], interval, [g for g in rule.groups() if g]):
        return f"README.md: {name}: '{measured}', '{margin}' is not what the report says: {part}"
    if ("≥" in measured) != (part["estimate"] is not None and 0 < part["capped"] < part["values"]):
        return f"README.md: {name}: '≥' stands for some values at the cap; {part['capped']} of {part['values']} are"
    return None


def table_of_claims():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith("| claim | verdict |")), len(lines))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(line)
    if not rows:
        return "README.md has no table of claims"
    return "\n".join(fault for fault in map(row_of_claims, rows) if fault) or None


def self_test():
    """A number that differs in its last digit is told."""
    right = [("−0.723", -0.722662), ("4.33e-5", 4.3322e-05), ("56", 56.0088), ("16384", 16384)]
    wrong = [("−0.724", -0.722662), ("0.723", -0.722662), ("4.34e-5", 4.3322e-05), ("57", 56.0088), ("1", math.nan)]
    bad = [w for w, v in right if not agrees(w, v)] + [w for w, v in wrong if agrees(w, v)]
    return f"misjudged: {bad}" if bad else None


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    tests = [("an altered number is found", self_test), ("README's table of claims", table_of_claims)]
    for entry in SENTENCES:
        tests.append((f"{entry[0]}: {entry[1]}".replace("#", "N"), lambda entry=entry: quoted(*entry)))
    failed = 0
    for n, (name, test) in enumerate(tests, 1):
        fault = test()
        print(f"{'not ok' if fault else 'ok'} {n} - {name}")
        for line in (fault or "").splitlines():
            print(f"# {line}")
        failed += fault is not None
    print(f"1..{len(tests)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
