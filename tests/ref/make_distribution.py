#!/usr/bin/python3
"""Writes the reference table of tests/unit/test_distribution.c in place.

    python3 tests/ref/make_distribution.py tests/unit/test_distribution.c

Values are computed with mpmath at 40 digits (SciPy 1.10's own t.ppf is good to about 1e-9 only) and
held against SciPy here, to 1e-8, so that two independent codes agree on what is stored.
Needs python3-scipy and python3-mpmath.
"""
import sys

import mpmath as mp
from scipy import stats

mp.mp.dps = 40
DF = [1, 2, 3, 4, 5, 9, 19, 49, 79, 80, 100, 200]
P = [1e-6, 1e-4, 1e-3, 2.5e-3, 0.01, 0.025, 0.05, 0.1, 0.2, 0.25, 0.45, 0.5 - 2.0**-20,
     0.6, 0.75, 0.9, 0.975, 0.99, 0.999, 1 - 1e-4, 1 - 2.0**-20]
T = [-1e6, -40.0, -8.0, -4.5, -2.0, -1.0, -0.125, -1e-3, 1e-9, 0.3, 1.0, 2.5, 6.0, 30.0]
INF = float("inf")


def cdf(t, df):
    """P(T <= t), exact to working precision in both tails."""
    t = mp.mpf(t)
    if df == INF:
        return mp.erfc(-t / mp.sqrt(2)) / 2
    # the mass on the left of -|t|; betainc(regularized) of the smaller side
    x = mp.mpf(df) / (df + t * t)
    tail = mp.betainc(mp.mpf(df) / 2, mp.mpf(1) / 2, 0, x, regularized=True) / 2
    return tail if t < 0 else 1 - tail


def quantile(p, df):
    """Bisection on the exact cdf: slow, and beyond doubt."""
    p = mp.mpf(p)
    if p > mp.mpf(1) / 2:
        return -quantile(1 - p, df)
    low, high = mp.mpf(-1), mp.mpf(0)
    while cdf(low, df) > p:
        low *= 2
    guess = mp.mpf(float(stats.norm.ppf(float(p)) if df == INF else stats.t.ppf(float(p), df)))
    if low < guess < high:  # narrow the bracket by SciPy's value when that really brackets
        near, far = guess * (1 - mp.mpf("1e-7")), guess * (1 + mp.mpf("1e-7"))
        if cdf(far, df) <= p <= cdf(near, df):
            low, high = far, near
    for _ in range(90):
        middle = (low + high) / 2
        if cdf(middle, df) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def agree(mine, scipys, what):
    assert abs(float(mine) - scipys) <= 1e-8 * abs(scipys), (what, mine, scipys)


def rows():
    for df in DF + [INF]:
        law = stats.norm() if df == INF else stats.t(df)
        name = "INFINITY" if df == INF else str(df)
        for p in P:
            q = quantile(p, df)
            agree(q, law.ppf(p), ("quantile", p, df))
            yield f"    {{QUANTILE, {name}, {p!r}, {mp.nstr(q, 20)}}},"
        for t in T:
            if df == INF and abs(t) > 38:
                continue
            c = cdf(t, df)
            if c == 0 or c < mp.mpf("1e-300"):
                continue
            agree(c, law.cdf(t), ("cdf", t, df))
            yield f"    {{CDF, {name}, {t!r}, {mp.nstr(c, 20)}}},"


def main():
    path = sys.argv[1]
    text = open(path, encoding="utf-8").read()
    begin, end = "    /* table: begin */\n", "    /* table: end */\n"
    head, rest = text.split(begin)
    _, tail = rest.split(end)
    with open(path, "w", encoding="utf-8") as out:
        out.write(head + begin + "\n".join(rows()) + "\n" + end + tail)


main()
