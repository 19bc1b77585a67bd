#!/usr/bin/python3
"""What fixtures.sh asks of files: whether they hold the cells of ../fixtures/NAME/expected.json, and changes for tests.

fixtures.py cells EXPECTED RESULTS    results.json holds exactly these cells, in this order
fixtures.py former EXPECTED RESULTS   the same of an older file, which may lack times
fixtures.py kept EXPECTED RESULTS     it holds those of them that are ok or diverged
fixtures.py table EXPECTED CSV        so does `export --format csv`
fixtures.py claims FORMER RESULTS     both say the same of claims, of their controls and of their confirmations
fixtures.py origin FORMER RESULTS     and of what made them, and on which libraries
fixtures.py signs FOLDER EXPECTED     in two cells of the store inf becomes -inf and nan; prints their expected.json
fixtures.py replan FOLDER FORMER      the store asks again for the cells that the store of the folder FORMER asks for
fixtures.py change RESULTS STATEMENT  prints results.json after a Python statement on `cells`
fixtures.py damage PROGRAM FOLDER EXPECTED   many damaged copies of the store, each shown to `report`

A null of results.json stands for the number that "not_finite" beside it tells; in former files the reason does.
"""

import csv
import hashlib
import json
import math
import os
import random
import re
import shutil
import sqlite3
import struct
import subprocess
import sys

MEASURED = ("ok", "diverged")
WORDS = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


class Wrong(Exception):
    pass


def demand(condition, *words):
    if not condition:
        raise Wrong(" ".join(str(w) for w in words))


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def real(value):
    return WORDS[value] if isinstance(value, str) else float(value)


def same(a, b):
    return a == b or (math.isnan(a) and math.isnan(b))


# ---- results.json ----


def told(value, field, pattern, reason):
    """A number of results.json; for null the one that the field tells, or, in a former file, the words of the reason."""
    if value is not None:
        return real(value)
    if field is not None:
        return WORDS[field]
    found = re.findall(pattern, reason)
    demand(len(found) == 1, "which number is null?", repr(reason), "says", found)
    return WORDS[found[0]]


def of_metric(series, j, name, reason):
    field = None
    if "not_finite" in series:
        words = [word for word, indices in series["not_finite"].items() if j in indices]
        demand((series["value"][j] is None) == (len(words) == 1), name, "has", series["value"][j], "told to be", words)
        field = words[0] if words else None
    return told(series["value"][j], field, rf"(?:not finite: |, ){re.escape(name)}: \d+ (inf|-inf|nan)(?:,|$)", reason)


def of_part(part, name, value):
    field = part.get("not_finite", {}).get(name.split()[-1])
    return told(value, field, rf"\b{name} is (inf|-inf|nan)\b", part["reason"])


def check_params(found, right):
    demand(set(found) == set(right), "parameters:", sorted(set(found) ^ set(right)))
    for name, text in right.items():
        value = found[name]
        if isinstance(value, bool):
            equal = text == ("true" if value else "false")
        else:
            equal = text == value if isinstance(value, str) else float(text) == value
        demand(equal, name, "is", value, "and not", text)


def check_metrics(found, right):
    demand(list(found["metrics"]) == list(right["metrics"]), "metrics:", list(found["metrics"]))
    for name, series in right["metrics"].items():
        have = found["metrics"][name]
        demand(("i" in have) == (name in right["indexed"]), name, "is indexed, or is not")
        at = [real(t) for t in have["i" if "i" in have else "t"]]
        demand(at == [real(t) for t in series["at"]], name, "is at", at)
        demand(len(have["value"]) == len(at), name, "has", len(have["value"]), "values")
        for j, wanted in enumerate(series["value"]):
            value = of_metric(have, j, name, found["reason"])
            demand(same(value, real(wanted)), name, "is", value, "and not", wanted)


def check_usage(found, right, former):
    measured = right["status"] in MEASURED
    for name, wanted in (("wall_s", measured and right["wall_s"]), ("cpu_s", measured and right["cpu_s"]),
                         ("peak_bytes", right["peak_bytes"])):
        demand(name in found or former, name, "is missing")
        demand(name not in found or found[name] == (wanted or None), name, "is", found.get(name), "and not", wanted)


def check_cell(found, right, former=False):
    for name in ("experiment", "seed", "status", "stages"):
        demand(found[name] == right[name], name, "is", found[name], "and not", right[name])
    reason = re.split(r"(?:; |^)not finite: ", found["reason"])[0]
    demand(reason == right["reason"], "the reason is", repr(reason))
    check_params(found["params"], right["params"])
    check_metrics(found, right)
    check_usage(found, right, former)


def check_cells(path, right, former=False):
    found = load(path)["cells"]
    demand(len(found) == len(right), "there are", len(found), "cells and not", len(right))
    for i, (one, wanted) in enumerate(zip(found, right)):
        try:
            check_cell(one, wanted, former)
        except Wrong as wrong:
            raise Wrong(f"cell {i} ({wanted['experiment']}, seed {wanted['seed']}, {wanted['status']}): {wrong}") from None


def cells(expected, path):
    check_cells(path, load(expected))


def former(expected, path):
    check_cells(path, load(expected), former=True)


def kept(expected, path):
    found, right = load(path)["cells"], load(expected)
    demand(len(found) == len(right), "there are", len(found), "cells and not", len(right))
    for one, wanted in zip(found, right):
        if wanted["status"] in MEASURED:
            check_cell(one, wanted)


def parts(finding):
    return [(part["where"], part["statistic"], part["metric"], part["rule"], part["n"], part["verdict"],
             of_part(part, "estimate", part["estimate"]), of_part(part, "interval low", part["interval"][0]),
             of_part(part, "interval high", part["interval"][1])) for part in finding["parts"]]


def claims(before, after):
    old, new = load(before)["claims"], load(after)["claims"]
    demand([c["id"] for c in old] == [c["id"] for c in new] != [], "other claims")
    for a, b in zip(old, new):
        for name in ("statement", "source", "verdict", "reason"):
            demand(a[name] == b[name], a["id"], name, "is", repr(b[name]), "and not", repr(a[name]))
        for x, y in ((a, b), (a["control"], b["control"])):
            # a part that was not measured has no numbers to compare
            if x["verdict"] != "error":
                demand(parts(x) == parts(y), a["id"], "has other parts:", parts(y), "and not", parts(x))
        told_before = [(c["seed"], c["verdict"], parts(c)) for c in a.get("confirmations", [])]
        told_after = [(c["seed"], c["verdict"], parts(c)) for c in b["confirmations"]]
        demand(told_before == told_after, a["id"], "has other confirmations:", told_after, "and not", told_before)


def origin(before, after):
    old, new = load(before), load(after)
    for name in ("program", "suite", "environment"):
        demand(old[name] == new[name], name, "is", new[name], "and not", old[name])
    demand(len(old.get("backends", [])) == len(new.get("backends", [])), "other backends")
    for a, b in zip(old.get("backends", []), new.get("backends", [])):
        demand(a == {name: value for name, value in b.items() if name in a}, "a backend is", b, "and not", a)


def change(path, statement):
    everything = load(path)
    exec(statement, {"cells": everything["cells"]})  # pylint: disable=exec-used
    print(json.dumps(everything, allow_nan=False))


# ---- the table ----


def table(expected, path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    groups = []
    for row in rows:
        if not groups or groups[-1][0]["id"] != row["id"]:
            groups.append([])
        groups[-1].append(row)
    right = load(expected)
    demand(len(groups) == len(right), "the table has", len(groups), "cells and not", len(right))
    for group, wanted in zip(groups, right):
        first = group[0]
        demand((first["experiment"], int(first["seed"]), first["status"]) ==
               (wanted["experiment"], wanted["seed"], wanted["status"]), "a cell of the table is", first)
        have = [(row["metric"], float(row["t"] or row["i"]), float(row["value"])) for row in group if row["metric"]]
        want = [(name, float(t), real(v)) for name, s in wanted["metrics"].items() for t, v in zip(s["at"], s["value"])]
        demand(have == want, "the table says of", first["id"], have[:9], "and not", want[:9])


# ---- changed stores ----


def text_of(value):
    """As the program writes a number."""
    return next(text for digits in (15, 16, 17) for text in [f"{value:.{digits}g}"] if float(text) == value)


def hash_of(schema, key, status, reason, record, *usage):
    """Of a cell's row."""
    one = lambda text: hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()
    words = [key, status, reason, record] + ([] if schema == 1 else [text_of(value) for value in usage])
    return one("".join(one(word) for word in words))


def with_word(record, name, word):
    """The record with another number in place of the first infinity of a metric."""
    if isinstance(record, str):
        begin = record.index(f'"name":"{name}"')
        return record[:begin] + record[begin:].replace('"inf"', f'"{word}"', 1)
    begin = record.index(struct.pack("<I", len(name)) + name.encode())
    number = lambda text: struct.pack("<d", float(text))
    changed = record[:begin] + record[begin:-8].replace(number("inf"), number(word), 1)
    return changed + hashlib.sha256(changed).digest()[7::-1]


def signs(folder, expected):
    database = sqlite3.connect(f"{folder}/store.db")
    schema, = database.execute("PRAGMA user_version").fetchone()
    right, at = load(expected), 0
    for word in ("-inf", "nan"):
        at = next(i for i in range(at, len(right)) if '"inf"' in json.dumps(right[i])) + 1
        name, series = next(item for item in right[at - 1]["metrics"].items() if "inf" in item[1]["value"])
        series["value"] = [word if value == "inf" else value for value in series["value"]]
        row = database.execute(
            "SELECT key, status, reason, record, wall_s, cpu_s, peak_bytes FROM cell WHERE key ="
            " (SELECT key FROM plan WHERE position = ?)", (at - 1,)).fetchone()
        record = with_word(row[3], name, word)
        database.execute("UPDATE cell SET record = ?, sha256 = ? WHERE key = ?",
                         (record, hash_of(schema, *row[:3], record, *row[4:]), row[0]))
    database.commit()
    print(json.dumps(right, ensure_ascii=False))


def replan(folder, former_folder):
    """As a run of the former version would: facts and plan are the same in schemas 1 to 4, and read in a file of the present one."""
    database = sqlite3.connect(f"file:{folder}/store.db", uri=True)
    database.execute("ATTACH ? AS former", (f"file:{former_folder}/store.db?mode=ro&immutable=1",))
    for name in ("fact", "plan"):
        database.execute(f"DELETE FROM {name}")
        database.execute(f"INSERT INTO {name} SELECT * FROM former.{name}")
    database.commit()


def check_damaged(code, said, path, right):
    """Refused with a message; or cells that are hit are not measured, and all others are what they were."""
    demand(code in (0, 1, 2, 3, 4), "ended with", code, said)
    if code == 2 or not os.path.exists(path):
        demand(code in (2, 3) and said.startswith("widecheck: "), "no results, but exit code", code, "and", repr(said))
        return "refused"
    found = load(path)["cells"]
    demand(len(found) == len(right), "there are", len(found), "cells")
    hit = 0
    for one, wanted in zip(found, right):
        if one["status"] in ("failed", "pending") != wanted["status"] and not one["metrics"] and not one["stages"]:
            hit += one["status"] != wanted["status"] or one["reason"] != wanted["reason"]
        else:
            check_cell(one, wanted)
    return "partly" if hit else "whole"


def damage(program, folder, expected):
    with open(f"{folder}/store.db", "rb") as file:
        sound = file.read()
    right, draw, tally = load(expected), random.Random(1), {}
    copies = [(f"cut at {length}", sound[:length]) for length in (0, 1, 50, 100, 4096, len(sound) // 2, len(sound) - 1)]
    for _ in range(25):
        at = draw.randrange(8 * len(sound))
        flipped = bytearray(sound)
        flipped[at // 8] ^= 1 << at % 8
        copies.append((f"bit {at}", bytes(flipped)))
    in_record = b'"value":[' if b'"value":[' in sound else b"wkrc"
    for word in (b"diverged", in_record, b"ntk.change", b"model.width", b"statistic"):
        flipped = bytearray(sound)
        flipped[sound.rindex(word) + len(word) - 1] ^= 1
        copies.append((f"a bit of {word.decode()}", bytes(flipped)))
    for what, content in copies:
        shutil.rmtree("damaged", ignore_errors=True)
        os.mkdir("damaged")
        with open("damaged/store.db", "wb") as file:
            file.write(content)
        done = subprocess.run([program, "report", "damaged"], capture_output=True, stdin=subprocess.DEVNULL, timeout=120,
                              check=False)
        said = done.stderr.decode("utf-8", "replace")
        try:
            outcome = check_damaged(done.returncode, said, "damaged/results.json", right)
        except Wrong as wrong:
            raise Wrong(f"{what}: {wrong}") from None
        with open("damaged/store.db", "rb") as file:
            demand(file.read() == content, what + ": report wrote the store")
        tally[outcome] = tally.get(outcome, 0) + 1
    print(", ".join(f"{outcome}: {count}" for outcome, count in sorted(tally.items())))
    demand(tally.get("refused") and tally.get("partly"), "nothing was refused, or no cell was hit")


COMMANDS = {"cells": cells, "former": former, "kept": kept, "table": table, "claims": claims, "origin": origin, "signs": signs,
            "replan": replan, "change": change, "damage": damage}

if __name__ == "__main__":
    try:
        COMMANDS[sys.argv[1]](*sys.argv[2:])
    except (Wrong, KeyError, ValueError, StopIteration, OSError, sqlite3.Error) as trouble:
        print(f"{' '.join(sys.argv[1:])[:300]}: {type(trouble).__name__}: {trouble}")
        sys.exit(1)
