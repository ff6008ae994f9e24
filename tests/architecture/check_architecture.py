#!/usr/bin/env python3
"""Fails where ARCHITECTURE.md, README.md or SECURITY.md name a path of ours that does not exist, or a room goes unnamed."""
import pathlib
import re
import sys

TOP = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
FOLDERS = "shared|rules|wrapper|service|gui|translations|tests|installer"
faults = []
for name in ("ARCHITECTURE.md", "README.md", "SECURITY.md"):
    text = (TOP / name).read_text()
    for path in sorted(set(re.findall(rf"`((?:{FOLDERS})/[A-Za-z0-9_./*-]*)`", text))):
        if not (list(TOP.glob(path.rstrip("/"))) if "*" in path else (TOP / path).exists()):
            faults.append(f"{name} names {path}, which is not there")
architecture = (TOP / "ARCHITECTURE.md").read_text()
for folder in sorted((TOP / "service").iterdir()):
    if folder.is_dir() and f"service/{folder.name}/" not in architecture:
        faults.append(f"ARCHITECTURE.md does not name service/{folder.name}/")
allowed = set(FOLDERS.split("|"))
for entry in TOP.iterdir():
    if entry.is_dir() and not entry.name.startswith(".") and entry.name not in allowed | {"build", "node_modules"}:
        faults.append(f"{entry.name}/ is not one of the top-level folders")
print("\n".join(faults) if faults else "ARCHITECTURE.md, README.md and SECURITY.md name what is there")
sys.exit(1 if faults else 0)
