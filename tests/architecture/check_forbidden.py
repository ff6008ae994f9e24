#!/usr/bin/env python3
"""Fails on what STYLE.md rules out and a grep can see."""
import pathlib
import re
import sys

TOP = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
# (pattern, folders it holds in, files where it is meant, why)
RULES = [
    (r"(?<!\w)::close\(", ("shared", "service", "rules", "gui"), r"shared/base/uniquefd\.cpp|service/gate/sandbox/|service/gate/keeper/",
     "descriptors are closed by UniqueFd (after fork: the sandbox and the keeper)"),
    (r"processEvents|waitForReadyRead|waitForFinished|waitForConnected|waitForStarted|waitForBytesWritten",
     ("service", "gui", "shared"), r"$^", "nothing blocks in an event loop"),
    (r"QEventLoop\b", ("service", "gui", "shared"), r"$^", "no nested event loops"),
    (r"\bSIGNAL\(|\bSLOT\(", ("service", "gui", "shared"), r"$^", "typed connects only"),
    (r"QSKIP\(", ("tests",), r"$^", "a skipped test is a failed one"),
    # Statements, not words of a command that a test runs. Meant: polls with a deadline for what has no descriptor to wait
    # for (a lock and a listener, before there is an event loop; a child; any condition), and time that must really pass.
    (r"QTest::qSleep|QThread::sleep|QThread::msleep|std::this_thread::sleep|\busleep\(|^\s*(await |time\.)*sleep\(",
     ("tests", "service", "shared", "gui"),
     r"tests/bench/|tests/long/|check_forbidden\.py|service/app/instancelock\.cpp|tests/wrapper/child\.cpp|tests/integration/(place|test_approvals)\.py",
     "no sleeps as synchronisation"),
    (r"\bTODO\b|\bFIXME\b|\bXXX\b", ("tests", "service", "shared", "gui", "rules", "wrapper", "installer"), r"check_forbidden\.py|\.patch$",
     "work that is left belongs in an issue"),
    (r"(?<!QRandomGenerator::)\bsystem\(|\bpopen\(", ("service", "shared", "gui", "wrapper"), r"$^", "no shell to start programs"),
    # Meant: the printer itself, and our own configuration for agents, which holds nothing of theirs.
    (r"\.dump\(", ("service/cli",), r"service/cli/(jsonoutput|agentsetup)\.cpp|service/cli/mcp/", "JSON is printed by sayJson()"),
    (r"GLOB", ("shared", "service", "rules", "gui", "wrapper", "tests"), r"check_forbidden\.py|\.cpp$|\.h$", "sources are listed"),
]
faults, files = [], 0
for folder in ("shared", "rules", "wrapper", "service", "gui", "tests", "installer"):
    for file in sorted((TOP / folder).rglob("*")):
        path = file.relative_to(TOP).as_posix()
        if "node_modules" in path or not file.is_file() or not (file.suffix in (".h", ".c", ".cpp", ".py", ".txt", ".mjs") or file.suffix == ""):
            continue
        if "/corpus" in path or "/data/" in path:
            continue
        files += 1
        lines = file.read_text(errors="replace").splitlines()
        if file.suffix in (".cpp", ".c", ".h") and len(lines) > 500:
            faults.append(f"{path}: {len(lines)} lines; a file has one reason to exist")
        for pattern, folders, meant, why in RULES:
            if not path.startswith(tuple(one + "/" for one in folders)) or re.search(meant, path):
                continue
            for number, line in enumerate(lines, 1):
                if re.search(pattern, line) and not line.lstrip().startswith(("//", "*", "/*", "#!")):
                    faults.append(f"{path}:{number}: {why}: {line.strip()[:80]}")
print("\n".join(faults) if faults else f"nothing forbidden in {files} files")
sys.exit(1 if faults or files == 0 else 0)
