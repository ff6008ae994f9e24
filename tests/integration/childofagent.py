"""childofagent.py EXEAT ASK PLANS: an "agent" that starts the shim, then runs `exeat` beside it as if it were the person.

ASK is a shell command that it first calls by the shim and that a person must answer; empty: none. PLANS is JSON, a list of
[WORDS, TYPED]: each `exeat WORDS` runs in a terminal that this process made, and gets TYPED at every question. The word
"{question}" becomes the number of the open question. For each it prints "CODE n" and what was said.
"""
import json
import os
import pathlib
import subprocess
import sys

exeat, ask, plans = sys.argv[1:]
terminal = [sys.executable, str(pathlib.Path(__file__).resolve().parent / "terminal.py")]
shim = subprocess.Popen([exeat, "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def send(message):
    shim.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
    shim.stdin.flush()


def question():
    while True:
        found = subprocess.run([exeat, "approvals", "--json"], capture_output=True).stdout.splitlines()
        if found:
            return str(json.loads(found[0])["id"])


send({"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}})
shim.stdout.readline()
number = ""
if ask:
    send({"id": 2, "method": "tools/call", "params": {"name": "shell", "arguments": {"command": ask}}})
    number = question()
for words, typed in json.loads(plans):
    done = subprocess.Popen([*terminal, exeat, *(number if word == "{question}" else word for word in words)],
                            env={**os.environ, "EXEAT_TERMINAL_STDIO": "pty"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    text = b""
    while chunk := done.stdout.read1(4096):
        text += chunk
        if text.rstrip(b" ").endswith((b":", b">")):
            done.stdin.write(typed.encode() + b"\n")
            done.stdin.flush()
    print("CODE", done.wait(), text.decode(errors="replace"), flush=True)
shim.kill()
