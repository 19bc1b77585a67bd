#!/usr/bin/python3
"""Reads the .npy files of `--save-arrays` with the standard library alone, and checks them against results.json.

arrays.py OUTPUT-FOLDER    shapes and types of DESIGN §1, and metrics recomputed from the arrays
"""

import ast
import json
import math
import os
import struct
import sys


def read(path):
    """(shape, flat list) of a .npy file, version 1 or 2, C order, little-endian float64 or int64."""
    with open(path, "rb") as file:
        content = file.read()
    assert content[:6] == b"\x93NUMPY", f"{path}: no .npy file"
    wide = content[6] >= 2
    length = struct.unpack("<I" if wide else "<H", content[8:12 if wide else 10])[0]
    start = (12 if wide else 10) + length
    assert start % 16 == 0, f"{path}: data begins at {start}, which is not aligned"
    header = ast.literal_eval(content[12 if wide else 10:start].decode("latin-1"))
    assert not header["fortran_order"], f"{path}: Fortran order"
    kind = {"<f8": "d", "<i8": "q"}[header["descr"]]
    shape = header["shape"]
    count = math.prod(shape)
    assert len(content) == start + 8 * count, f"{path}: {len(content)} bytes for shape {shape}"
    return header["descr"], shape, struct.unpack(f"<{count}{kind}", content[start:])


def close(found, expected, tolerance, what):
    assert abs(found - expected) <= tolerance * max(1, abs(expected)), f"{what}: {found!r}, recomputed {expected!r}"


def norm(values):
    return math.sqrt(math.fsum(v * v for v in values))


def check(folder, cell):
    params, metrics = cell["params"], cell["metrics"]
    M, k, d, N = (params[name] for name in ("model.width", "model.outputs", "data.dim", "data.triplets"))
    t = metrics["ntk.change"]["t"]
    n, c, p = 3 * N, len(t), min(params["measure.ntk.probes"], 3 * N)
    shapes = {"X": (d, n), "G": (n, n), "H0": (M, n), "V0": (k, M), "triplets": (N, 3), "probes": (p,), "step": (c,),
              "t": (c,), "F": (c, k, n), "ntk": (c, k * p, k * p), "H": (M, n), "V": (k, M)}
    found = {name[:-4] for name in os.listdir(folder)}
    assert found == set(shapes), f"{folder}: files {sorted(found ^ set(shapes))} are missing or too many"
    arrays = {}
    for name, shape in shapes.items():
        descr, real, arrays[name] = read(f"{folder}/{name}.npy")
        assert real == shape, f"{name}: shape {real}, expected {shape}"
        assert descr == ("<i8" if name in ("triplets", "probes", "step") else "<f8"), f"{name}: type {descr}"
    X, G, H0, V0, F, ntk = (arrays[name] for name in ("X", "G", "H0", "V0", "F", "ntk"))
    assert list(arrays["t"]) == t, "t.npy is not the checkpoints of the metrics"
    assert all(0 <= i < n for i in arrays["triplets"]) and all(0 <= i < n for i in arrays["probes"]), "indices"
    for i in range(n):
        close(math.fsum(X[j * n + i] ** 2 for j in range(d)), d, 1e-12, f"the squared norm of input {i}")
        for j in range(n):
            close(G[i * n + j], math.fsum(X[r * n + i] * X[r * n + j] for r in range(d)) / d, 1e-12, "G = X'X/d")
    for a in range(k):
        for i in range(n):
            f = math.fsum(V0[a * M + m] * max(H0[m * n + i], 0) for m in range(M)) / math.sqrt(M)
            close(F[a * n + i], f, 1e-11, f"F at the start, output {a} of input {i}")
    probes, side = arrays["probes"], k * p
    for a in range(k):  # SCIENCE I4: row a*p + i
        for b in range(k):
            for x, i in enumerate(probes[:3]):
                for y, j in enumerate(probes[:3]):
                    on = [m for m in range(M) if H0[m * n + i] > 0 and H0[m * n + j] > 0]
                    inner = G[i * n + j] * math.fsum(V0[a * M + m] * V0[b * M + m] for m in on) / M
                    inner += math.fsum(H0[m * n + i] * H0[m * n + j] for m in on) / M if a == b else 0
                    close(ntk[(a * p + x) * side + b * p + y], inner, 1e-10, f"the kernel of ({a},{i}) and ({b},{j})")
    start = ntk[:side * side]
    for at in range(c):
        now = ntk[at * side * side:(at + 1) * side * side]
        change = norm(x - y for x, y in zip(now, start)) / norm(start)
        close(metrics["ntk.change"]["value"][at], change, 1e-12, f"ntk.change at t = {t[at]}")
        block = F[at * k * n:(at + 1) * k * n]
        close(metrics["output.norm"]["value"][at], norm(block), 1e-12, f"output.norm at t = {t[at]}")
        close(metrics["weights.output-norm2"]["value"][-1], norm(arrays["V"]) ** 2, 1e-12, "the norm of V at the end")


def main(output):
    with open(f"{output}/results.json", encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    folders = set(os.listdir(f"{output}/arrays"))
    assert folders == {cell["id"] for cell in cells}, f"arrays/ holds {len(folders)} folders for {len(cells)} cells"
    done = set()
    for cell in cells:
        if cell["status"] == "ok" and (cell["params"]["model.width"], cell["seed"] > 2) not in done:
            done.add((cell["params"]["model.width"], cell["seed"] > 2))
            check(f"{output}/arrays/{cell['id']}", cell)
    assert done, "no cell to check"


try:
    main(sys.argv[1])
except (AssertionError, KeyError, OSError, struct.error) as trouble:
    print(f"arrays.py: {type(trouble).__name__}: {trouble}")
    sys.exit(1)
