"""The program's binary messages (src/base/bytes.h): a worker's request (src/run/request.h) and a cell's record
(src/run/record.h)."""

import hashlib
import math
import struct

ENDS = ("ok", "diverged", "timeout", "memory", "crashed", "failed")


def sealed(letters, version, values):
    """The frame around the bytes `values`."""
    message = struct.pack("<4sIQ", letters, version, 16 + len(values) + 8) + values
    return message + hashlib.sha256(message).digest()[7::-1]


def text(value):
    return struct.pack("<I", len(value.encode())) + value.encode()


class Reader:
    def __init__(self, message, letters, version):
        head = struct.pack("<4sIQ", letters, version, len(message))
        if message[:16] != head or hashlib.sha256(message[:-8]).digest()[7::-1] != message[-8:]:
            raise ValueError("no sound message")
        self.message, self.at = message[:-8], 16

    def values(self, form):
        form = struct.Struct("<" + form)
        self.at += form.size
        return form.unpack_from(self.message, self.at - form.size)

    def one(self, form):
        return self.values(form)[0]

    def text(self):
        length = self.one("I")
        return self.one(f"{length}s").decode("utf-8", "surrogateescape")


def typed(value):
    """A value of src/base/value.h, by the type that it has here."""
    if isinstance(value, str):
        return b"\0" + text(value)
    if isinstance(value, bool):
        return b"\3" + bytes([value])
    return struct.pack("<Bq", 1, value) if isinstance(value, int) else struct.pack("<Bd", 2, value)


def plan(message):
    """The parameters of a row of the plan, typed."""
    reader = Reader(message, b"wkpl", 1)
    kinds = (reader.text, lambda: reader.one("q"), lambda: reader.one("d"), lambda: bool(reader.one("B")))
    return {reader.text(): kinds[reader.one("B")]() for _ in range(reader.one("I"))}


def request_values(parent, seed, threads, params, job=0, arrays="", blas="", lapack=""):
    return struct.pack("<BQQI", job, parent, seed, threads) + text(arrays) + text(blas) + text(lapack) + struct.pack(
        "<I", len(params)) + b"".join(text(key) + typed(value) for key, value in sorted(params.items()))


def request(*arguments, **named):
    return sealed(b"wkrq", 3, request_values(*arguments, **named))


def record(message):
    """In the form of the JSON records of stores of schemas 1 to 3, with floats for what is not finite."""
    reader = Reader(message, b"wkrc", 1)
    reader.values("3d")  # what the worker knows of its memory and times
    status = reader.one("B")
    found = {"status": ENDS[status], "reason": reader.text(), "metrics": [], "stages": []}
    at = ()
    for _ in range(reader.one("I")):
        name, flags, n = reader.text(), reader.one("B"), reader.one("I")
        at = at if flags & 2 else reader.values(f"{n}d")
        found["metrics"].append({"name": name, "indexed": bool(flags & 1), "at": list(at),
                                 "value": list(reader.values(f"{n}d"))})
    for _ in range(reader.one("I")):
        found["stages"].append({"name": reader.text(), "wall_cpu_flops": list(reader.values("3d"))})
    if reader.at != len(reader.message):
        raise ValueError("something is left over")
    return found


def record_values(found, usage=(0, 0, 0)):
    """The values of the message of which `record` makes this."""
    values = struct.pack("<3dB", *usage, ENDS.index(found["status"])) + text(found["reason"])
    values += struct.pack("<I", len(found["metrics"]))
    last = None
    for series in found["metrics"]:
        at, n = struct.pack(f"<{len(series['at'])}d", *map(float, series["at"])), len(series["at"])
        values += text(series["name"]) + struct.pack("<BI", series["indexed"] + 2 * (at == last), n)
        values += (b"" if at == last else at) + struct.pack(f"<{n}d", *map(float, series["value"]))
        last = at
    values += struct.pack("<I", len(found["stages"]))
    for stage in found["stages"]:
        values += text(stage["name"]) + struct.pack("<3d", *map(float, stage["wall_cpu_flops"]))
    return values


def former(found):
    """The record with what is not finite as the words of schemas 1 to 3: for json.dumps."""
    word = lambda value: value if math.isfinite(value) else "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    metrics = [dict(m, at=[word(v) for v in m["at"]], value=[word(v) for v in m["value"]]) for m in found["metrics"]]
    return dict(found, metrics=metrics)
