#!/usr/bin/env python3
"""Fails where moc does not see a test function: moc of Qt 6.4 can lose slots behind a raw string, and a lost test passes."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
MOC = shutil.which("moc", path="/usr/lib/qt6/libexec:/usr/lib64/qt6/libexec:/usr/lib/qt6:/usr/lib64/qt6/bin:/usr/bin")
if MOC is None:
    sys.exit("no moc of Qt 6; install qt6-base-dev")

# Class-level functions stand at one indentation, as clang-format leaves them; bodies and free functions do not.
SLOT = re.compile(r"^    void (\w+)\(\)(?: \{|;)", re.MULTILINE)


def declared(source):
    """The void functions between `private slots:` and the next access word or the end of the test program."""
    names = set()
    for block in source.split("private slots:")[1:]:
        names.update(SLOT.findall(re.split(r"^(?:private|protected|public):|^QTEST_", block, maxsplit=1, flags=re.MULTILINE)[0]))
    return names


faults, functions = [], 0
# As CMake does it: moc knows no macros of the compiler, and what stands in #ifdef __x86_64__ would look lost.
predefined = tempfile.NamedTemporaryFile(suffix=".h")
subprocess.run(["c++", "-dM", "-E", "-x", "c++", "/dev/null"], stdout=predefined, check=True)
for file in sorted((TOP / "tests").rglob("tst_*.cpp")):
    wanted = declared(file.read_text())
    functions += len(wanted)
    path = file.relative_to(TOP)
    if not wanted:
        faults.append(f"{path}: no test function found")
    seen = subprocess.run([MOC, "--include", predefined.name, str(file)], capture_output=True, text=True).stdout
    for name in sorted(wanted):
        if f"_t->{name}(" not in seen:
            faults.append(f"{path}: moc does not see {name}(); write the raw strings before it as ordinary literals")
print("\n".join(faults) if faults else f"moc sees all {functions} test functions")
sys.exit(1 if faults or functions == 0 else 0)
