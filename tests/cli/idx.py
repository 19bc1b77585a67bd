#!/usr/bin/python3
"""Writes small IDX files, good and bad, into the current folder: images are 6 x 6 with a bright row for their class."""

import gzip
import random
import struct

COUNT, SIDE, CLASSES = 40, 6, 4


def header(kind, *sizes):
    return bytes([0, 0, kind, len(sizes)]) + b"".join(struct.pack(">I", size) for size in sizes)


def write(name, content):
    with open(name, "wb") as file:
        file.write(content)
    # no name and no time in the gzip header: the same bytes each time
    with open(name + ".gz", "wb") as file:
        file.write(gzip.compress(content, mtime=0))


draw = random.Random(1)
labels = bytes(i % CLASSES for i in range(COUNT))
pixels = bytes(min(255, draw.randrange(90) + 160 * (row == label)) for label in labels
               for row in range(SIDE) for _ in range(SIDE))
images = header(8, COUNT, SIDE, SIDE) + pixels

write("images", images)
write("labels", header(8, COUNT) + labels)
write("cut", images[:-1])
write("cut-header", images[:9])
write("empty", b"")
write("longer", images + b"x")
write("floats", header(13, COUNT, SIDE, SIDE) + pixels)
write("text", b"this is no IDX file, but some words that go on for a while\n" * 3)
write("huge", header(8, 0xFFFFFFFF, SIDE, SIDE) + pixels)
write("flat", header(8, COUNT, SIDE * SIDE) + pixels)
write("none", header(8, 0, SIDE, SIDE))
write("few-labels", header(8, COUNT - 1) + labels[:-1])
write("one-class", header(8, COUNT) + bytes(COUNT))
# Images 5 and 6, counted from 1, are image 1 again, 6 in another class; the corners are dark in all.
dark = bytes(0 if at in (0, SIDE - 1, SIDE * SIDE - SIDE, SIDE * SIDE - 1) else max(1, pixels[at + i * SIDE * SIDE])
             for i in range(COUNT) for at in range(SIDE * SIDE))
first, size = dark[:SIDE * SIDE], SIDE * SIDE
write("twin-images", header(8, COUNT, SIDE, SIDE) + first + dark[size:4 * size] + first * 2 + dark[6 * size:])
write("twin-labels", header(8, COUNT) + labels)
write("lone-class", header(8, COUNT) + labels[:-1] + b"\7")

with open("images.gz", "rb") as file:
    whole = file.read()
with open("cut.gz", "wb") as file:
    file.write(whole[: len(whole) // 2])
with open("damaged.gz", "wb") as file:
    middle = len(whole) // 2
    file.write(whole[:middle] + bytes([whole[middle] ^ 0x40]) + whole[middle + 1:])
