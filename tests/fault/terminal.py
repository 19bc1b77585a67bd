#!/usr/bin/python3
"""Runs a command at a terminal of its own: terminal.py WHAT AFTER COMMAND…

As soon as AFTER is seen on the terminal:
  key     Ctrl-C is typed
  keys    Ctrl-C is typed, and half a second later again
  close   the terminal goes away
  wait    nothing
Prints what was seen, the seconds that the command took from there, and its exit code.
"""

import os
import pty
import signal
import sys
import time

what, after, command = sys.argv[1], sys.argv[2].encode(), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.execv(command[0], command)
seen, begun, typed = b"", None, 0
while True:
    try:
        chunk = os.read(terminal, 4096)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk
    if after in seen and begun is None:
        begun = time.monotonic()
        if what == "close":
            break
        if what in ("key", "keys"):
            time.sleep(0.1)
            os.write(terminal, b"\x03")
        if what == "keys":
            time.sleep(0.5)
            os.write(terminal, b"\x03")
os.close(terminal)
_, status = os.waitpid(pid, 0)
sys.stdout.write(seen.decode("utf-8", "replace").replace("\r", "\n"))
print(f"\ntook {time.monotonic() - (begun or 0):.1f} s")
print("exit code", os.waitstatus_to_exitcode(status))
