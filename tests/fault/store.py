#!/usr/bin/python3
"""Looks into a store (its schema: src/run/store_schema.c) without changing it: always into a copy, where SQLite may undo what a
killed run had begun.

store.py cells FOLDER         key and digest of each cell that is measured, one a line; nothing where there is no store
store.py keeps BEFORE FOLDER  the cells of an earlier list are all there, each the very same record; a cell that was run
                              again would have other times in it
store.py intact FOLDER        SQLite finds nothing wrong, and each row is what its hash says
"""

import hashlib
import os
import shutil
import sqlite3
import sys
import tempfile


def real(value):
    """As wk_text_format of the program."""
    return next(text for digits in (15, 16, 17) for text in [f"{value:.{digits}g}"] if float(text) == value)


def digest(*parts):
    """As wk_store_hash of the program."""
    one = lambda part: hashlib.sha256(part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")).hexdigest()
    text = lambda part: ("" if part is None else real(part) if isinstance(part, float) else
                         part if isinstance(part, bytes) else str(part))
    return one("".join(one(text(part)) for part in parts))


def ask(folder, *questions):
    with tempfile.TemporaryDirectory() as copy:
        for name in ("store.db", "store.db-journal"):
            if os.path.exists(f"{folder}/{name}"):
                shutil.copy(f"{folder}/{name}", copy)
        if not os.path.exists(f"{copy}/store.db"):
            return [[] for _ in questions]
        with sqlite3.connect(f"{copy}/store.db") as database:
            database.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
            if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return [[] for _ in questions]
            return [database.execute(question).fetchall() for question in questions]


def measured(folder):
    rows, = ask(folder, "SELECT * FROM cell WHERE status IN ('ok', 'diverged') ORDER BY key")
    return [f"{row[0]} {hashlib.sha256(repr(row).encode()).hexdigest()}" for row in rows]


def cells(folder):
    print("".join(line + "\n" for line in measured(folder)), end="")
    return 0


def keeps(before, folder):
    with open(before, encoding="ascii") as file:
        lost = set(file.read().split("\n")[:-1]) - set(measured(folder))
    for line in sorted(lost)[:5]:
        print(f"cell {line[:16]} was measured, and is not there or was run again")
    return 1 if lost else 0


def intact(folder):
    check, facts, plan, found = ask(
        folder, "PRAGMA integrity_check", "SELECT key, value, sha256 FROM fact",
        "SELECT position, key, experiment, params, seed, sha256 FROM plan",
        "SELECT key, status, reason, record, wall_s, cpu_s, peak_bytes, sha256 FROM cell")
    bad = [f"integrity_check: {row[0]}" for row in check if row[0] != "ok"]
    for name, rows in (("fact", facts), ("plan", plan), ("cell", found)):
        bad += [f"{name} {row[0]}: not what its hash says" for row in rows if digest(*row[:-1]) != row[-1]]
    print("\n".join(bad[:5]))
    return 1 if bad else 0


sys.exit({"cells": cells, "keeps": keeps, "intact": intact}[sys.argv[1]](*sys.argv[2:]))
