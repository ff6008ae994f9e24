"""terminal.py PROGRAM ARGS...: runs a program as if started from a shell in a terminal window of its own.

This process becomes a session leader with a controlling terminal (a new pty), keeps its standard descriptors for the
program, and ends with the program's code. With EXEAT_TERMINAL_STDIO=pty the program's standard descriptors are the
terminal itself, copied from and to ours.
"""
import os
import pty
import select
import subprocess
import sys

kept = [os.dup(fd) for fd in (0, 1, 2)]
pid, master = pty.fork()
if pid == 0:
    if os.environ.get("EXEAT_TERMINAL_STDIO") != "pty":
        for number, fd in enumerate(kept):
            os.dup2(fd, number)
    sys.exit(subprocess.call(sys.argv[1:]))
if os.environ.get("EXEAT_TERMINAL_STDIO") == "pty":
    waiting = [0, master]
    while master in waiting:
        ready, _, _ = select.select(waiting, [], [])
        try:
            if master in ready:
                os.write(1, os.read(master, 4096) or sys.exit())
            if 0 in ready:
                data = os.read(0, 4096)
                os.write(master, data) if data else waiting.remove(0)
        except OSError:
            break
for fd in (0, 1, *kept):
    os.close(fd)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
