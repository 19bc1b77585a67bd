#!/usr/bin/python3
"""An independent reader of results.json: recomputes every number of the verdicts from the cells' metrics alone.

recompute.py FILE [REPORT.md]    0 if all agree; else 1, saying which number of which claim does not

Shares no code with the program. The statistics are the dozen lines below; the rest reads the file and compares. With a
report.md, the numbers of its first table must be those of a recomputed part, rounded.
"""

import json
import math
import re
import sys

import numpy as np
from scipy import stats

# ---- a dozen lines of statistics: one number a seed (x, a, b, p: values over the widths), then an interval over seeds ----
WORST = {"below": np.max, "above": np.min}
STATISTIC = {
    "slope": lambda x, a, b, p, side: np.polyfit(np.log(x), np.log(a), 1)[0],
    "escape": lambda x, a, b, p, side: np.polyfit(np.log(x), a, 1)[0] / np.mean(p),
    "worst": lambda x, a, b, p, side: WORST[side](a),
    "ratio": lambda x, a, b, p, side: math.log(WORST[side](a / b)),
    "difference": lambda x, a, b, p, side: WORST[side](a - b),
    "identity": lambda x, a, b, p, side: WORST[side](np.abs(a)) * 2.0**52,
    "z": lambda x, a, b, p, side: WORST[side](a)}
def quantile(q, df): # a Newton step on top: ppf of SciPy 1.10 is right to 1e-9 only
    t = stats.t.ppf(q, df)
    return t + (stats.t.sf(t, df) - (1 - q)) / stats.t.pdf(t, df)
def interval(s, level): return np.mean(s), quantile((1 + level) / 2, len(s) - 1) * stats.sem(s)
# ----


def value_of(cell, metric, reading, side="below"):
    """The metric where the test reads it; a null is what `not_finite` says. Of an indexed one the worst."""
    series = cell["metrics"][metric]
    values = list(series["value"])
    for word, indices in series.get("not_finite", {}).items():
        for k in indices:
            values[k] = float(word)
    if None in values: # older reports say it in the cell's reason alone
        kinds = re.findall(rf"(?<![\w.-]){re.escape(metric)}: \d+ (-?inf|nan)", cell["reason"])
        values = [float(kinds[0]) if v is None else v for v in values]
    j = -1
    if "t" in reading:
        t, at = reading["t"], series["t"]
        j = int(np.argmin(np.abs(np.array(at) - t)))
        if abs(at[j] - t) > 1e-9 * max(1, abs(t)):
            assert at[-1] < t and values[-1] == math.inf, "no value at that time"
            j = -1
    value = WORST[side](values) if "i" in series and "t" not in reading else values[j]
    return min(value, reading.get("cap", math.inf))


def chosen(cell, where):
    return all(cell["params"].get(k, "none") in (v if isinstance(v, list) else [v]) for k, v in where.items())


def one_side(part, cells, side):
    """The statistic of each seed."""
    reading, out = part["reading"], []
    between = next(iter(reading.get("between", {}).items()), None)
    over = reading.get("over")
    for seed in sorted({c["seed"] for c in cells}):
        rows = sorted((c for c in cells if c["seed"] == seed), key=lambda c: c["params"][over] if over else 0)
        a = [c for c in rows if not between or c["params"][between[0]] == between[1][0]]
        b = [c for c in rows if between and c["params"][between[0]] == between[1][1]]
        assert not between or [c["params"].get(over) for c in a] == [c["params"].get(over) for c in b], "pairs"
        read = lambda which, metric: np.array([value_of(c, metric, reading, side) for c in which])
        x = np.array([c["params"][over] for c in a], float) if over else None
        p = np.array([value_of(c, reading["predicted"], {}) for c in a]) if "predicted" in reading else None
        v = read(a, part["metric"])
        if part["statistic"] in ("slope", "escape") and not np.isfinite(v).all():
            assert part["statistic"] == "escape" or side == "below", "a divergence that helps is not covered here"
            out.append(math.inf if side == "below" else -math.inf)
        else:
            out.append(STATISTIC[part["statistic"]](x, v, read(b, part["metric"]), p, side))
    return np.array(out)


def counts(part, cells):
    """Values that the part reads, and how many of them are at the cap."""
    cap = part["reading"].get("cap", math.inf)
    read = [value_of(c, part["metric"], part["reading"]) for c in cells]
    return len(read), sum(v == cap < math.inf for v in read)


def judged(low, high, rule):
    if "within" in rule:
        left, right = rule["within"]
        return "pass" if left < low and high < right else "fail" if high <= left or low >= right else "inconclusive"
    bound = rule.get("below", rule.get("above"))
    if "below" in rule:
        return "pass" if high < bound else "fail" if low >= bound else "inconclusive"
    return "pass" if low > bound else "fail" if high <= bound else "inconclusive"


def recompute(part, hypothesis, cells, level):
    """[(estimate, low, high, n, verdict)]: one, or for a `within` one for either side that may be shown."""
    mine = [c for c in cells if c["experiment"] == hypothesis["from"]["experiment"]
            and chosen(c, hypothesis["from"]["where"]) and chosen(c, part["reading"]["where"])
            and chosen(c, part["where"]) and chosen(c, part["reading"].get("between", {}))]
    if "values" in part: # older reports lack it
        assert (part["values"], part["capped"]) == counts(part, mine), ("values", part["values"], part["capped"])
    out = []
    for side in ("below", "above") if "within" in part["rule"] else part["rule"]:
        s = one_side(part, mine, side)
        if not np.isfinite(s).all():
            wrong = math.inf if side == "below" else -math.inf
            assert (s == wrong).any(), "an infinity on the side that helps is not covered here"
            out.append((wrong, wrong, wrong, len(s), "fail"))
            continue
        if part["statistic"] in ("identity", "z"):  # judged without an interval
            e = WORST[side](s) if part["statistic"] == "identity" else np.sum(s) / math.sqrt(len(s))
            ends = (np.min(s), np.max(s)) if part["statistic"] == "identity" else (e, e)
            out.append((e, *ends, len(s), judged(e, e, part["rule"])))
            continue
        middle, half = interval(s, level)
        numbers = np.array([middle, middle - half, middle + half])
        if part["statistic"] == "ratio":
            numbers = np.exp(numbers)
        out.append((*numbers, len(s), judged(numbers[1], numbers[2], part["rule"])))
    return out


def close(told, found):
    return told is None if not math.isfinite(found) else told is not None and math.isclose(
        told, found, rel_tol=1e-9, abs_tol=1e-12)


def check(hypothesis, cells, level, name, faults):
    """Compares all parts; returns what was recomputed and the verdicts."""
    kept = []
    for part in hypothesis["parts"]:
        told = (part["estimate"], *part["interval"])
        found = recompute(part, hypothesis, cells, level)
        right = [f for f in found if all(close(t, v) for t, v in zip(told, f)) and f[3] == part["n"]]
        if not right:
            faults.append(f"{name} {part['where']}: {told} n {part['n']}, but recomputed {found}")
        elif right[0][4] != part["verdict"]:
            faults.append(f"{name} {part['where']}: verdict {part['verdict']}, but recomputed {right[0][4]}")
        kept.append((right or found)[0])
    return kept


def whole(verdicts):
    return next((v for v in ("fail", "error", "inconclusive") if v in verdicts), "pass")


def control(hypothesis, parts):
    groups = {}
    for part, found in zip(hypothesis["parts"], parts):
        groups.setdefault(json.dumps(part["where"], sort_keys=True), []).append(found[4])
    verdicts = [whole(g) for g in groups.values()]
    return "fail" if set(verdicts) == {"fail"} else next(v for v in ("pass", "error", "inconclusive") if v in verdicts)


def both(claim, against):
    if claim == "fail":
        return "fail"
    if against == "pass":
        return "vacuous"
    return whole([claim, {"fail": "pass"}.get(against, against)])


def number(text):
    text = text.replace("−", "-").replace("∞", "inf")
    return float(text)


def check_table(path, found, faults):
    """The first table of report.md: each row's numbers are those of a part, to the digits shown."""
    rows = 0
    for line in open(path, encoding="utf-8"):
        if line.startswith("## ") and "Verdicts" not in line and rows:
            break
        m = re.match(r"\| \[([^\]]+)\]\(#[^)]*\) \| \S+ (\w+) \|.*?\| (?:≥ )?(\S+) \[(\S+), (\S+)\][^|]*\|[^|]*\| (\d+) \|", line)
        if not m:
            continue
        rows += 1
        verdict, parts = found[m[1]]
        shown = [number(m[k]) for k in (3, 4, 5)]
        same = lambda p: all(s == v or abs(s - v) <= 6e-4 * abs(v) for s, v in zip(shown, p))
        if m[2] != verdict or not any(same(p) for p in parts) or int(m[6]) != min(p[3] for p in parts):
            faults.append(f"report.md: {m[1]}: {m[2]} {shown} {m[6]}, but recomputed {verdict} {parts}")
    if rows != len(found):
        faults.append(f"report.md: {rows} rows for {len(found)} claims")


def main(path, report=None):
    results = json.load(open(path, encoding="utf-8"))
    faults, found, parts = [], {}, 0
    for claim in results["claims"]:
        own = check(claim, results["cells"], claim["level"], claim["id"], faults)
        against = check(claim["control"], results["cells"], claim["level"], claim["id"] + " (control)", faults)
        verdict = both(whole([p[4] for p in own]), control(claim["control"], against))
        if verdict != claim["verdict"]:
            faults.append(f"{claim['id']}: {claim['verdict']}, but recomputed {verdict}")
        found[claim["id"]] = verdict, own
        parts += len(own) + len(against)
    if report:
        check_table(report, found, faults)
    print("\n".join(faults) or f"{len(found)} claims, {parts} parts: every number is the same")
    return 1 if faults or not parts else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
