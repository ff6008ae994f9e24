#!/usr/bin/env python3
"""Fails where a file includes or links what its room may not. The table is the one in ARCHITECTURE.md."""
import pathlib
import re
import sys

TOP = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()

# room -> (our folders it may include, system headers it may not include); the longest matching room holds.
ROOMS = {
    "shared/base": (["shared/base"], r"Q[A-Z]|nlohmann|toml"),
    "shared/domain": (["shared/base", "shared/domain"], r"Q[A-Z]|nlohmann|toml|sys/socket"),
    "shared/wire": (["shared/base", "shared/domain", "shared/wire"], r"Q[A-Z]|nlohmann|toml"),
    "shared/qt": (["shared"], r"QWidget|QApplication|nlohmann|toml"),
    "rules": (["shared/base", "shared/domain", "rules"],
              r"Q[A-Z]|nlohmann|toml|fstream|filesystem|chrono|sys/(socket|stat|wait|mman|un)|fcntl|unistd"),
    # The one parser of TOML there; a library of its own.
    "rules/requirements.cpp": (["shared/base", "shared/domain", "rules"],
                               r"Q[A-Z]|nlohmann|fstream|filesystem|chrono|sys/(socket|stat|wait|mman|un)|fcntl|unistd"),
    "wrapper": (["wrapper", "shared/wire/execframe.h"], r"Q[A-Z]|nlohmann"),
    "service/gate": (["shared/base", "shared/domain", "shared/wire", "rules", "service/gate"], r"Q[A-Z]|toml"),
    # Resolves and judges as the gate does, by the same code.
    "service/explain": (["shared", "rules", "service/policy", "service/explain", "service/gate/resolve", "service/gate/judge"],
                        r"QWidget|QApplication|QGui|QDialog"),
    "service": (["shared", "rules", "service"], r"QWidget|QApplication|QGui|QDialog"),
    "gui": (["shared", "gui"], r"QSql|nlohmann|toml|KSyntaxHighlighting"),
    "gui/editor": (["shared/base", "gui/editor"], r"QSql|QLocal|QDBus|QNetwork|nlohmann|toml"),
}
# The supervisor is a program of its own; of its parts nobody else but service/explain takes any.
GATE_ONLY = ("service/gate", "service/explain")
JSON_ONLY = ("service/mcp", "service/cli", "service/gate/intercept", "service/gate/frames", "service/history", "service/control")
TOML_ONLY = ("service/app", "service/cli", "rules/requirements.cpp")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def room_of(path):
    best = [room for room in ROOMS if path == room or path.startswith(room + "/")]
    return max(best, key=len) if best else None


def main():
    faults, files = [], 0
    for folder in ("shared", "rules", "wrapper", "service", "gui"):
        for file in sorted((TOP / folder).rglob("*")):
            if file.suffix not in (".h", ".c", ".cpp"):
                continue
            files += 1
            path = file.relative_to(TOP).as_posix()
            room = room_of(path)
            allowed, forbidden = ROOMS[room]
            for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
                found = INCLUDE.match(line)
                if not found:
                    continue
                quote, target = found.groups()
                where = f"{path}:{number}"
                if quote == '"':
                    if target.endswith(".moc"):
                        continue
                    if not any(target == a or target.startswith(a + "/") for a in allowed):
                        faults.append(f"{where}: {room} may not include {target}")
                    elif target.startswith("service/gate/") and not path.startswith(GATE_ONLY):
                        faults.append(f"{where}: only service/explain takes parts of the gate, not {room}")
                    if not (TOP / target).exists():
                        faults.append(f"{where}: includes are written from the project's root; {target} is not there")
                elif re.match(forbidden, target):
                    faults.append(f"{where}: {room} may not include <{target}>")
                elif "nlohmann" in target and not path.startswith(JSON_ONLY):
                    faults.append(f"{where}: JSON ends at the edge ({', '.join(JSON_ONLY)})")
                elif "toml" in target and not path.startswith(TOML_ONLY):
                    faults.append(f"{where}: TOML ends at the edge ({', '.join(TOML_ONLY)})")
    if files == 0:
        faults.append("no source file found: the check looks in the wrong place")
    print("\n".join(faults) if faults else f"include rules hold in {files} files")
    return 1 if faults else 0


sys.exit(main())
