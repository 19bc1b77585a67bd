#!/usr/bin/python3
"""Damages copies of a store, and looks at what `widecheck report` and `run` make of them: a refusal with a message, or
cells that count as not measured, or the truth; never another number, and never a crash.

damage.py PROGRAM FOLDER SUITE REFERENCE flips SEED COUNT    random bit flips, through report; every tenth also run
damage.py PROGRAM FOLDER SUITE REFERENCE cut                 truncations, through report and run
damage.py PROGRAM FOLDER SUITE REFERENCE tamper TEXT OFFSET  the bit 0 of one byte of a text that the store holds, report
damage.py PROGRAM FOLDER SUITE REFERENCE journal             a transaction that was never ended, report and run
"""

import io
import os
import random
import shutil
import subprocess
import sys
from contextlib import redirect_stdout

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import results  # noqa: E402

program, source, suite, reference = sys.argv[1:5]
scratch = source + ".damaged"
# Nothing is drawn: gnuplot is not what is tested here.
environment = dict(os.environ, PATH="/nowhere")
tally = {}


class Wrong(Exception):
    pass


def lay_out(content, journal=None):
    shutil.rmtree(scratch, ignore_errors=True)
    os.mkdir(scratch)
    with open(f"{scratch}/store.db", "wb") as file:
        file.write(content)
    if journal is not None:
        with open(f"{scratch}/store.db-journal", "wb") as file:
            file.write(journal)


def call(*arguments):
    done = subprocess.run([program, *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, check=False)
    return done.returncode, done.stderr.decode("utf-8", "replace")


def judge(what, code, said):
    """What is in the folder after a command, against the reference."""
    if code not in (0, 1, 2, 3, 4):
        raise Wrong(f"{what}: ended with {code}: {said[-500:]}")
    path = f"{scratch}/results.json"
    if not os.path.exists(path):
        if code not in (2, 3) or not said.startswith("widecheck: "):
            raise Wrong(f"{what}: no results, but exit code {code} and message '{said[-300:]}'")
        return "refused"
    if code == 2:
        raise Wrong(f"{what}: refused, but results.json was written")
    text = io.StringIO()
    try:
        with redirect_stdout(text):
            results.contract(path)
            results.within(path, reference)
    except (results.Broken, ValueError) as trouble:
        raise Wrong(f"{what}: {trouble}") from trouble
    missing = int(text.getvalue().split()[1])
    if missing and code in (0, 4):
        raise Wrong(f"{what}: {missing} cells are not measured, but exit code {code}")
    return "partly" if missing else "whole"


def note(command, outcome):
    tally[f"{command} {outcome}"] = tally.get(f"{command} {outcome}", 0) + 1


def report(what, content, journal=None):
    lay_out(content, journal)
    code, said = call("report", scratch)
    with open(f"{scratch}/store.db", "rb") as file:
        if file.read() != content:
            raise Wrong(f"{what}: report wrote the store")
    outcome = judge(f"{what}, report", code, said)
    note("report", outcome)
    return outcome


def run(what, content, journal=None):
    lay_out(content, journal)
    code, said = call("run", suite, "-o", scratch)
    outcome = judge(f"{what}, run", code, said)
    if outcome == "partly":
        raise Wrong(f"{what}, run: cells are missing after a run: {said[-300:]}")
    if outcome == "whole":
        results.equal(f"{scratch}/results.json", reference)
    note("run", outcome)
    return outcome


def flips(content, seed, count):
    draw = random.Random(int(seed))
    for i in range(int(count)):
        bit = draw.randrange(8 * len(content))
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        what = f"bit {bit % 8} of byte {bit // 8} flipped"
        yield lambda: report(what, bytes(damaged))
        if i % 10 == 0:
            yield lambda: run(what, bytes(damaged))


def cut(content):
    for size in (0, 1, 100, 1000, 4096, len(content) // 2 // 4096 * 4096, len(content) // 2 + 77, len(content) - 4096,
                 len(content) - 1):
        yield lambda: report(f"cut to {size} of {len(content)} bytes", content[:size])
    for size in (0, 1000, len(content) // 2 // 4096 * 4096, len(content) - 1):
        yield lambda: run(f"cut to {size} of {len(content)} bytes", content[:size])


def tamper(content, text, offset):
    """Flips bit 0 of byte OFFSET of each occurrence of TEXT that the store holds."""
    needle = text.encode().decode("unicode_escape").encode()
    at = content.find(needle)
    if at < 0:
        raise Wrong(f"the store does not hold '{text}'")
    damaged = bytearray(content)
    while at >= 0:
        damaged[at + int(offset)] ^= 1
        at = content.find(needle, at + 1)
    what = f"'{text}' made '{needle[:int(offset)].decode()}{chr(needle[int(offset)] ^ 1)}…'"
    yield lambda: report(what, bytes(damaged))
    yield lambda: run(what, bytes(damaged))


def journal(_):
    """As kill -9 or a power cut in the middle of a commit leaves it: pages of the store are overwritten already."""
    child = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 1")
db.execute("PRAGMA cache_spill = 1")
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE cell SET reason = 'changed', record = replace(record, '1', '2')")
db.execute("DELETE FROM plan")
os._exit(0)
"""
    shutil.rmtree(scratch, ignore_errors=True)
    os.mkdir(scratch)
    shutil.copy(f"{source}/store.db", scratch)
    subprocess.run([sys.executable, "-c", child, f"{scratch}/store.db"], check=True)
    with open(f"{scratch}/store.db", "rb") as file:
        torn = file.read()
    with open(f"{scratch}/store.db-journal", "rb") as file:
        hot = file.read()
    if not hot.strip(b"\0"):
        raise Wrong("no hot journal was made")

    def told():
        outcome = report("a transaction that was never ended", torn, hot)
        message = call("report", scratch)[1]
        if outcome == "refused" and not any(word in message for word in ("widecheck run", "run again", "interrupted")):
            raise Wrong(f"a transaction that was never ended, report: nothing says what to do: {message}")
    yield told

    def repaired():
        if run("a transaction that was never ended", torn, hot) != "whole":
            raise Wrong("run does not recover from a transaction that was never ended")
    yield repaired


def main():
    with open(f"{source}/store.db", "rb") as file:
        content = file.read()
    mode = {"flips": flips, "cut": cut, "tamper": tamper, "journal": journal}[sys.argv[5]]
    faults = []
    for step in mode(content, *sys.argv[6:]):
        try:
            step()
        except (Wrong, results.Broken, subprocess.TimeoutExpired) as trouble:
            faults.append(str(trouble)[:600])
    shutil.rmtree(scratch, ignore_errors=True)
    print(", ".join(f"{outcome}: {count}" for outcome, count in sorted(tally.items())))
    for trouble in faults[:8]:
        print(trouble)
    return 1 if faults else 0


sys.exit(main())
