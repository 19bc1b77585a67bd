#!/usr/bin/python3
"""What the harness itself costs: bench_overhead.py BUILD [-n CELLS] [SUITE [RUN OPTIONS…]]

Without a suite: CELLS (default 10000) empty cells, one at a time, and a tenth of that, so that growth shows.
Printed for each run:
  wall          the whole run, with its report
  idle          of it, without a worker: wall less the time from each worker's start to its end
  own           CPU time of the parent itself, and what of it the report takes (measured by `report` alone)
  a cell        idle and own, over the cells
  peak          the most memory that the parent held while workers were at work, and with the report, which
                holds all cells
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time

EMPTY = """widecheck: 1
title: "Empty cells"
data: {{points: {{source: mixture, classes: 2, dim: 1, triplets: 1, noise: 0.5}}}}
experiments:
  empty:
    data: points
    model: {{activation: linear, outputs: 1, width: 1}}
    loss: {{name: triplet-linear, similarity: dot}}
    train: {{step: 1, until: 0}}
    measure: {{ntk: {{kernel: none}}}}
    seeds: {}
"""


def memory(pid):
    """VmHWM in MiB; 0 of a process that has ended."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0


def at_work(pid):
    """Whether a worker of the process is there: a child that says so of itself."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            for child in file.read().split():
                with open(f"/proc/{child}/cmdline", "rb") as words:
                    if words.read().split(b"\0")[1:2] == [b"worker"]:
                        return True
    except OSError:
        pass
    return False


def cpu(pid):
    """User and system time of the process itself, without its children; also of one that waits to be waited for."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(program, suite, folder, options):
    command = [program, "run", suite, "-o", folder, "--fresh", *options]
    begin = time.monotonic()
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    running = reporting = 0
    while os.waitid(os.P_PID, run.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        held = memory(run.pid)
        if at_work(run.pid):
            running = max(running, held)
        reporting = max(reporting, held)
        time.sleep(0.02)
    wall, own = time.monotonic() - begin, cpu(run.pid)
    words = run.communicate()[1].decode()
    if run.returncode not in (0, 1, 4):
        sys.exit(f"{' '.join(command)}: exit code {run.returncode}: {words}")
    again = subprocess.Popen([program, "report", folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.waitid(os.P_PID, again.pid, os.WEXITED | os.WNOWAIT)
    reported = cpu(again.pid)
    again.wait()
    with sqlite3.connect(f"file:{folder}/store.db?mode=ro", uri=True) as store:
        cells, busy = store.execute("SELECT count(*), sum(wall_s) FROM cell").fetchone()
    return cells, wall, busy, own, reported, running, reporting


def show(name, result, alone):
    cells, wall, busy, own, reported, running, reporting = result
    print(f"{name}: {cells} cells in {wall:.1f} s")
    if alone:
        idle = wall - busy
        print(f"  idle {idle:8.2f} s, {100 * idle / wall:5.2f} % of wall, {1e3 * idle / cells:6.3f} ms a cell")
    cores = len(os.sched_getaffinity(0))
    print(f"  own  {own:8.2f} s, {100 * own / wall:5.2f} % of wall, {100 * own / wall / cores:.2f} % of the {cores} cores' time, "
          f"{1e3 * own / cells:6.3f} ms a cell; report {reported:.2f} s")
    print(f"  peak {running:8.1f} MiB while workers ran, {reporting:.1f} MiB with the report")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("-n", type=int, default=10000)
    parser.add_argument("suite", nargs="?")
    arguments, options = parser.parse_known_args()
    program = os.path.join(arguments.build, "src", "widecheck")
    with tempfile.TemporaryDirectory() as folder:
        if arguments.suite:
            result = measure(program, arguments.suite, os.path.join(folder, "out"), options)
            show(arguments.suite, result, "-j1" in options)
            return
        for cells in (arguments.n // 10, arguments.n):
            suite = os.path.join(folder, f"empty-{cells}.yaml")
            with open(suite, "w", encoding="ascii") as file:
                file.write(EMPTY.format(cells))
            show("empty", measure(program, suite, os.path.join(folder, str(cells)), ["-j1"]), True)


if __name__ == "__main__":
    main()
