#!/usr/bin/python3
"""Damages copies of a store, and looks at what `widecheck report` and `run` make of them: a refusal with a message, or
cells that count as not measured, or the truth; never another number or word, never a crash, never a hang.

damage.py PROGRAM FOLDER SUITE flips SEED COUNT    random bit flips over the whole file
damage.py PROGRAM FOLDER SUITE cut COUNT           truncations at COUNT lengths
damage.py PROGRAM FOLDER SUITE tamper TEXT OFFSET  bit 0 of a byte of each such text that the store holds
damage.py PROGRAM FOLDER SUITE double SQL BIT      a bit (63: the sign) of the number that SQL selects
damage.py PROGRAM FOLDER SUITE metric NAME BIT     a bit of the last value of that metric in a cell's record
damage.py PROGRAM FOLDER SUITE journal             a transaction that was never ended

FOLDER holds a whole report of SUITE. What `report` publishes of a damaged store has to be, byte for byte, what it
publishes of the sound one, but for cells that it says are not measured and claims that it says are errors; what `run`
publishes has to be whole, with the same metrics and verdicts. Each damage is shown to both, several at a time.
"""

import os
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import messages  # noqa: E402
import results  # noqa: E402

program, source, suite = sys.argv[1:4]
scratch = os.path.abspath(source) + ".damaged"
patience = 120  # seconds, for what takes a fraction of one
tally, counting = {}, threading.Lock()

# What is tested is not gnuplot: this one draws at once.
GNUPLOT = """#!/bin/sh
eval "$3"
echo '<svg></svg>' >"$output"
"""


class Wrong(Exception):
    pass


@contextmanager
def folder_with(content, journal):
    """A folder of this thread's own that holds nothing but the store."""
    folder = f"{scratch}/{threading.get_ident()}/folder"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    write(f"{folder}/store.db", content)
    if journal is not None:
        write(f"{folder}/store.db-journal", journal)
    yield folder
    shutil.rmtree(folder)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)


def call(*arguments):
    done = subprocess.run([program, *arguments], env=dict(os.environ, PATH=f"{scratch}/bin"), capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=patience, check=False)
    return done.returncode, done.stderr.decode("utf-8", "replace")


def published(folder):
    """All that a folder holds besides the store, by name."""
    files = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            if not name.startswith("store."):
                files[os.path.relpath(path, folder)] = read(path)
    return files


class Truth:
    """What is published of the sound store."""

    def __init__(self, content):
        with folder_with(content, None) as folder:
            self.code, said = call("report", folder)
            self.files = published(folder)
            shutil.copy(f"{folder}/results.json", f"{scratch}/truth.json")
        if self.code not in (0, 1, 4):
            raise Wrong(f"the sound store: exit code {self.code}: {said}")
        self.results = results.load(f"{scratch}/truth.json", text_of_numbers=True)


def demand(condition, *words):
    if not condition:
        raise Wrong(" ".join(str(w) for w in words))


def refused(folder, code, said):
    """Nothing is published: then there is a message, and its exit code."""
    if os.path.exists(f"{folder}/results.json"):
        return False
    demand(code in (2, 3) and said.startswith("widecheck: "), f"no results, but exit code {code} and '{said[-300:]}'")
    demand(not published(folder), "refused, but there are", list(published(folder)))
    return True


def check_partial(found, truth):
    """Cells are missing: all else is as it was."""
    for name in ("schema", "program", "suite", "environment"):
        demand(found[name] == truth.results[name], name, "is", found[name])
    demand(len(found["cells"]) == len(truth.results["cells"]), "there are", len(found["cells"]), "cells")
    for cell, right in zip(found["cells"], truth.results["cells"]):
        if cell != right:
            for name in ("id", "experiment", "params", "seed"):
                demand(cell[name] == right[name], name, "of a cell is", cell[name])
            demand(cell["status"] in ("failed", "pending"), "a cell is", cell["status"], "but not what it was")
            demand(not cell["metrics"] and not cell["stages"], "a cell that is not measured has numbers")
    demand(len(found["claims"]) == len(truth.results["claims"]), "there are", len(found["claims"]), "claims")
    for claim, right in zip(found["claims"], truth.results["claims"]):
        for name in ("id", "statement", "source"):
            demand(claim[name] == right[name], name, "of a claim is", claim[name])
        demand(claim == right or claim["verdict"] == "error", "claim", claim["id"], "is", claim["verdict"])


def report(truth, content, journal=None):
    with folder_with(content, journal) as folder:
        code, said = call("report", folder)
        demand(code in (0, 1, 2, 3, 4), f"ended with {code}: {said[-500:]}")
        demand(read(f"{folder}/store.db") == content, "report wrote the store")
        if refused(folder, code, said):
            return "refused", said
        results.contract(f"{folder}/results.json")
        found = results.load(f"{folder}/results.json", text_of_numbers=True)
        if all(cell["status"] in results.MEASURED for cell in found["cells"]):
            files = published(folder)
            differ = [name for name in {**files, **truth.files} if files.get(name) != truth.files.get(name)]
            demand(not differ and code == truth.code, f"exit code {code}, and other bytes in {differ}")
            return "whole", said
        check_partial(found, truth)
        demand(code in (1, 3), f"cells are not measured, but exit code {code}")
        return "partly", said


def run(truth, content, journal=None):
    with folder_with(content, journal) as folder:
        code, said = call("run", suite, "-o", folder)
        demand(code in (0, 1, 2, 3, 4), f"ended with {code}: {said[-500:]}")
        if refused(folder, code, said):
            return "refused", said
        demand(code == truth.code, f"exit code {code}: {said[-500:]}")
        results.contract(f"{folder}/results.json")
        results.equal(f"{folder}/results.json", f"{scratch}/truth.json")
        return "whole", said


def both(what, truth, content, journal=None):
    """Outcome and words of report and of run; what is wrong, if anything, as text."""
    outcomes, faults = {}, []
    for command in (report, run):
        name = command.__name__
        try:
            outcomes[name] = command(truth, content, journal)
            with counting:
                key = f"{name} {outcomes[name][0]}"
                tally[key] = tally.get(key, 0) + 1
        except (Wrong, results.Broken, ValueError, KeyError, subprocess.TimeoutExpired) as trouble:
            faults.append(f"{what}, {name}: {type(trouble).__name__}: {trouble}"[:700])
    return outcomes, faults


def flips(content, seed, count):
    draw = random.Random(int(seed))
    for _ in range(int(count)):
        bit = draw.randrange(8 * len(content))
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        yield f"bit {bit % 8} of byte {bit // 8} flipped", bytes(damaged)


def cut(content, count):
    """Some places of interest, and others evenly between them."""
    page, size = 4096, len(content)
    places = {0, 1, 15, 16, 99, 100, 1000, page - 1, page, page + 1, size - page, size - 1}
    for i in range(1, int(count)):
        if len(places) < int(count):
            places.add(size * i // int(count))
    for place in sorted(places):
        yield f"cut to {place} of {size} bytes", content[:place]


def flip_each(content, needle, bit):
    """The bit of each occurrence of NEEDLE flipped."""
    at = content.find(needle)
    if at < 0:
        raise Wrong(f"the store does not hold {needle}")
    damaged = bytearray(content)
    while at >= 0:
        damaged[at + bit // 8] ^= 1 << bit % 8
        at = content.find(needle, at + 1)
    return bytes(damaged)


def tamper(content, text, offset):
    needle = text.encode().decode("unicode_escape").encode()
    yield f"byte {offset} of '{text}'", flip_each(content, needle, 8 * int(offset))


def double(content, sql, bit):
    with sqlite3.connect(f"{source}/store.db") as database:
        number, = database.execute(sql).fetchone()
    # its bytes are in order of their weight
    yield f"bit {bit} of {number}", flip_each(content, struct.pack(">d", number), 8 * (7 - int(bit) // 8) + int(bit) % 8)


def metric(content, name, bit):
    with sqlite3.connect(f"{source}/store.db") as database:
        records = [row[0] for row in database.execute("SELECT record FROM cell WHERE record IS NOT NULL ORDER BY key")]
    numbers = [m["value"][-1] for r in records for m in messages.record(r)["metrics"] if m["name"] == name]
    number = next(number for number in numbers if content.count(struct.pack("<d", number)) == 1)
    yield f"bit {bit} of {name} {number}", flip_each(content, struct.pack("<d", number), int(bit))


def torn():
    """A store and its journal as kill -9 or a power cut in the middle of a commit leaves them: pages of the store are
    overwritten already."""
    child = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 1")
db.execute("PRAGMA cache_spill = 1")
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE cell SET reason = 'changed', record = zeroblob(length(record))")
db.execute("DELETE FROM plan")
os._exit(0)
"""
    place = f"{scratch}/torn"
    os.mkdir(place)
    shutil.copy(f"{source}/store.db", place)
    subprocess.run([sys.executable, "-c", child, f"{place}/store.db"], check=True)
    hot = read(f"{place}/store.db-journal")
    if not hot.strip(b"\0"):
        raise Wrong("no hot journal was made")
    return read(f"{place}/store.db"), hot


def journal(truth):
    outcomes, faults = both("a transaction that was never ended", truth, *torn())
    if outcomes.get("run", "?")[0] != "whole":
        faults.append(f"run does not recover from a transaction that was never ended: {outcomes.get('run')}")
    outcome, said = outcomes.get("report", ("?", ""))
    if outcome != "whole" and "widecheck run" not in said:
        faults.append(f"a transaction that was never ended, report: nothing says what to do: {said}")
    return faults


def several(truth, damages):
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        waiting = [pool.submit(both, what, truth, content) for what, content in damages]
        return [fault for done in waiting for fault in done.result()[1]]


def main():
    shutil.rmtree(scratch, ignore_errors=True)
    os.makedirs(f"{scratch}/bin")
    with open(f"{scratch}/bin/gnuplot", "w", opener=lambda path, flags: os.open(path, flags, 0o755)) as file:
        file.write(GNUPLOT)
    content = read(f"{source}/store.db")
    truth = Truth(content)
    mode, arguments = sys.argv[4], sys.argv[5:]
    if mode == "journal":
        faults = journal(truth)
    else:
        faults = several(truth, {"flips": flips, "cut": cut, "tamper": tamper, "double": double, "metric": metric}[mode](content, *arguments))
    shutil.rmtree(scratch, ignore_errors=True)
    print(f"# {len(content)} bytes;", ", ".join(f"{outcome}: {count}" for outcome, count in sorted(tally.items())))
    for trouble in faults[:8]:
        print(trouble)
    print(f"{len(faults)} faults")
    return 1 if faults else 0


sys.exit(main())
