#!/usr/bin/python3
"""Reads results.json (shared contract: DESIGN §1, schema 1) as strictly as a script of a user may.

results.py contract FILE                  every field is there, of its type, and consistent
results.py value FILE PATH                one value: claims.passes.verdict, claims.x.parts.0.estimate, cells.0.status
results.py count FILE STATUS              how many cells ended so
results.py equal FILE FILE                all cells' metrics and all claims' numbers are the same text, bit for bit
results.py within FILE REFERENCE          each measured cell is one of the reference's, with the same parameters,
                                          seed and metrics; prints how many cells were and were not measured
"""

import json
import math
import sys

VERDICTS = {"pass", "fail", "inconclusive", "error", "vacuous"}
STATUSES = {"ok", "diverged", "timeout", "memory", "crashed", "failed", "pending"}
MEASURED = {"ok", "diverged"}
NOT_FINITE = {"inf", "-inf", "nan"}


class Broken(Exception):
    pass


def demand(condition, *words):
    if not condition:
        raise Broken(" ".join(str(w) for w in words))


def unique(pairs):
    keys = [key for key, _ in pairs]
    demand(len(set(keys)) == len(keys), "duplicate key among", keys)
    return dict(pairs)


def refuse(token):
    raise Broken(f"{token} is no JSON")


def load(path, text_of_numbers=False):
    kind = {"parse_float": str, "parse_int": str} if text_of_numbers else {}
    with open(path, encoding="utf-8") as file:
        return json.load(file, object_pairs_hook=unique, parse_constant=refuse, **kind)


def has(thing, where, /, **types):
    for key, kind in types.items():
        demand(key in thing, where, "lacks", key)
        value = thing[key]
        right = isinstance(value, kind) and not (isinstance(value, bool) and kind != bool and bool not in (kind if isinstance(kind, tuple) else (kind,)))
        demand(right, where, key, "is", repr(value))


NUMBER, MAYBE = (int, float), (int, float, type(None))


def check_part(part, where):
    has(part, where, where=dict, statistic=str, estimate=MAYBE, interval=list, rule=dict, n=int, verdict=str)
    demand(part["verdict"] in VERDICTS, where, "verdict", part["verdict"])
    demand(len(part["interval"]) == 2, where, "interval", part["interval"])
    demand(len(part["rule"]) == 1 and set(part["rule"]) <= {"below", "above", "within"}, where, "rule", part["rule"])
    low, high = part["interval"]
    told = {"estimate": part["estimate"], "low": low, "high": high}
    demand(set(part.get("not_finite", {})) == {k for k, v in told.items() if v is None}, where, "not_finite", part.get("not_finite"))
    demand(set(part.get("not_finite", {}).values()) <= NOT_FINITE, where, "not_finite", part.get("not_finite"))
    if part["verdict"] in {"pass", "fail", "inconclusive"} and None not in (low, high, part["estimate"]):
        demand(low <= part["estimate"] <= high, where, "estimate outside its interval")
        if "below" in part["rule"]:
            held, broken = high < part["rule"]["below"], low > part["rule"]["below"]
        elif "above" in part["rule"]:
            held, broken = low > part["rule"]["above"], high < part["rule"]["above"]
        else:
            left, right = part["rule"]["within"]
            held, broken = left < low and high < right, high < left or low > right
        demand(part["verdict"] == ("pass" if held else "fail" if broken else "inconclusive"), where,
               "verdict", part["verdict"], "does not follow from", part["interval"], part["rule"])


def check_claim(claim):
    where = f"claim {claim.get('id')}:"
    has(claim, where, id=str, statement=str, source=str, verdict=str, reason=str, parts=list, control=dict)
    demand(claim["verdict"] in VERDICTS, where, "verdict", claim["verdict"])
    demand(claim["parts"], where, "no parts")
    for part in claim["parts"]:
        check_part(part, where)
    has(claim["control"], where + " control:", parts=list, verdict=str)
    demand(claim["control"]["verdict"] in VERDICTS, where, "control", claim["control"]["verdict"])
    for part in claim["control"]["parts"]:
        check_part(part, where + " control:")
    if claim["verdict"] == "pass":
        demand(claim["control"]["verdict"] == "fail", where, "passes, but its control does not fail")


def check_cell(cell):
    where = f"cell {cell.get('id')}:"
    has(cell, where, id=str, experiment=str, params=dict, seed=int, status=str, reason=str, metrics=dict, stages=list)
    demand(cell["status"] in STATUSES, where, "status", cell["status"])
    demand("seed" not in cell["params"], where, "the seed is also a parameter")
    has(cell, where, wall_s=MAYBE, cpu_s=MAYBE, peak_bytes=MAYBE)
    for name in ("model.width", "model.outputs"):
        demand(isinstance(cell["params"].get(name), int), where, name, "is", cell["params"].get(name))
    if cell["status"] not in MEASURED:
        demand(not cell["metrics"] and not cell["stages"], where, "has metrics, but is", cell["status"])
        demand(cell["reason"] or cell["status"] == "pending", where, "does not say why it is", cell["status"])
        demand(cell["wall_s"] is cell["cpu_s"] is None, where, "has times, but is", cell["status"])
        return
    demand(cell["metrics"], where, "no metrics")
    demand(0 < cell["cpu_s"] and 0 < cell["wall_s"] and 1e6 < cell["peak_bytes"] < 1e10, where, "time and memory")
    hidden = False
    for name, series in cell["metrics"].items():
        at = "i" if "i" in series else "t"  # over time, or by index
        has(series, f"{where} {name}:", value=list, **{at: list})
        demand(len(series[at]) == len(series["value"]) > 0, where, name, "lengths differ")
        demand(all(isinstance(v, MAYBE) and not isinstance(v, bool) for v in series["value"]), where, name, "values")
        demand(all(a < b for a, b in zip(series[at], series[at][1:])), where, name, at, "does not grow")
        told = series.get("not_finite", {})
        demand(set(told) <= NOT_FINITE, where, name, "not_finite", told)
        demand(sorted(sum(told.values(), [])) == [j for j, v in enumerate(series["value"]) if v is None], where, name,
               "not_finite tells of", told)
        for value in series["value"]:
            if value is None:
                hidden = True
                demand(name in cell["reason"], where, "a null of", name, "is not explained by", repr(cell["reason"]))
    demand(not hidden or "inf" in cell["reason"] or "nan" in cell["reason"], where, "which null?", cell["reason"])
    for stage in cell["stages"]:
        has(stage, where + " stage:", name=str, wall_s=NUMBER, cpu_s=NUMBER, flops=NUMBER)
        demand(stage["wall_s"] >= 0 and stage["cpu_s"] >= 0 and stage["flops"] >= 0, where, stage)


def contract(path):
    r = load(path)
    has(r, "results.json", schema=int, program=dict, suite=dict, environment=dict, claims=list, cells=list, stages=list)
    demand(r["schema"] == 1, "schema", r["schema"])
    has(r["program"], "program", version=str, commit=str, dirty=bool, numerics=str)
    demand(r["program"]["version"] and r["program"]["numerics"], "program", r["program"])
    has(r["suite"], "suite", path=str, sha256=str, title=str)
    demand(len(r["suite"]["sha256"]) == 64, "suite.sha256", r["suite"]["sha256"])
    demand(all(isinstance(w, str) and w for w in r.get("warnings", [])), "warnings", r.get("warnings"))
    has(r["environment"], "environment", cpu=str, os=str, compiler=str, blas=dict)
    has(r["environment"]["blas"], "blas", name=str, version=str, path=str, lapack_path=str, corename=str, threads=int)
    demand(r["environment"]["blas"]["path"].startswith("/"), "blas.path", r["environment"]["blas"]["path"])
    for claim in r["claims"]:
        check_claim(claim)
    for cell in r["cells"]:
        check_cell(cell)
    places = [(c["experiment"], json.dumps(c["params"], sort_keys=True), c["seed"]) for c in r["cells"]]
    demand(len(set(places)) == len(places), "a cell is listed twice")
    for stage in r["stages"]:
        has(stage, "stages", name=str, median_s=NUMBER, total_s=NUMBER, gflops=MAYBE, percent_of_gemm=MAYBE)
        walls = sorted(s["wall_s"] for c in r["cells"] for s in c["stages"] if s["name"] == stage["name"])
        demand(walls and math.isclose(sum(walls), stage["total_s"], rel_tol=1e-9), "total_s of", stage)
        demand(walls[0] <= stage["median_s"] <= walls[-1], "median_s of", stage)


def value(path, dotted):
    here = load(path, text_of_numbers=True)
    for step in dotted.split("."):
        if isinstance(here, list):
            named = [item for item in here if isinstance(item, dict) and item.get("id") == step]
            here = named[0] if named else here[int(step)]
        else:
            here = here[step]
    print(here)


def count(path, status):
    print(sum(cell["status"] == status for cell in load(path)["cells"]))


def cells_of(path):
    cells = {}
    for cell in load(path, text_of_numbers=True)["cells"]:
        key = (cell["id"], cell["experiment"], cell["seed"], json.dumps(cell["params"], sort_keys=True))
        demand(key not in cells, "twice:", key)
        cells[key] = cell
    return cells


def numbers_of_claims(path):
    keep = ("where", "statistic", "estimate", "interval", "rule", "n", "verdict")
    claims = {}
    for claim in load(path, text_of_numbers=True)["claims"]:
        claims[claim["id"]] = {
            "verdict": claim["verdict"], "statement": claim["statement"], "control": claim["control"]["verdict"],
            "parts": [{k: part[k] for k in keep} for part in claim["parts"]],
            "control_parts": [{k: part[k] for k in keep} for part in claim["control"]["parts"]]}
    return claims


def equal(one, other):
    a, b = cells_of(one), cells_of(other)
    demand(a, "no cells")
    demand(set(a) == set(b), "other cells:", len(set(a) ^ set(b)), "differ, first", sorted(set(a) ^ set(b))[:1])
    for key, cell in a.items():
        for field in ("status", "reason", "metrics"):
            if cell[field] != b[key][field]:
                names = [m for m in cell["metrics"] if cell["metrics"][m] != b[key]["metrics"].get(m)]
                raise Broken(f"{field} of {key[0]} ({key[1]}, seed {key[2]}) differs: {names[:5]} "
                             f"{str(cell[field])[:200]} / {str(b[key][field])[:200]}")
    x, y = numbers_of_claims(one), numbers_of_claims(other)
    demand(x == y, "claims differ:", [name for name in x if x[name] != y.get(name)])


def within(path, reference):
    known, found = cells_of(reference), load(path, text_of_numbers=True)["cells"]
    measured = missing = 0
    for cell in found:
        if cell["status"] not in MEASURED:
            missing += 1
            continue
        key = (cell["id"], cell["experiment"], cell["seed"], json.dumps(cell["params"], sort_keys=True))
        demand(key in known, "no cell of the reference:", key)
        demand(cell["metrics"] == known[key]["metrics"], "changed metrics in", key)
        demand(cell["status"] == known[key]["status"], "changed status in", key)
        measured += 1
    sure, claims = numbers_of_claims(reference), numbers_of_claims(path)
    for name, claim in claims.items():
        demand(name in sure, "a new claim", name)
        demand(claim == sure[name] or claim["verdict"] == "error" or missing, "claim", name, "changed:", claim)
        demand(claim["statement"] == sure[name]["statement"], "claim", name, "says something else")
        for part, right in zip(claim["parts"], sure[name]["parts"]):
            demand(part["rule"] == right["rule"], "claim", name, "has another rule:", part["rule"])
    print(measured, missing)


COMMANDS = {"contract": contract, "value": value, "count": count, "equal": equal, "within": within}

if __name__ == "__main__":
    try:
        COMMANDS[sys.argv[1]](*sys.argv[2:])
    except (Broken, json.JSONDecodeError, KeyError, IndexError, OSError, UnicodeDecodeError) as trouble:
        print(f"{' '.join(sys.argv[1:])}: {type(trouble).__name__}: {trouble}")
        sys.exit(1)
