#!/usr/bin/python3
"""both_users.py MODULE...: runs the tests of the modules as who we are and, if that is root, as an ordinary user too.

No test at all, or a skipped one, is a failure. EXEAT_TEST_USERS=root or =user chooses one.
"""
import contextlib
import os
import pathlib
import pwd
import subprocess
import shutil
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
USER = "exeattest"


def run_here(modules):
    sys.path.insert(0, str(HERE))
    suite = unittest.defaultTestLoader.loadTestsFromNames(modules)
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    if result.testsRun == 0:
        print("no test was found")
        return 1
    return 0 if result.wasSuccessful() and not result.skipped else 1


@contextlib.contextmanager
def sudo_for_user():
    """The ordinary user may use sudo without a password, until the end of the block."""
    path = pathlib.Path(f"/etc/sudoers.d/exeat-{USER}-{os.getpid()}")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440), "w") as file:
        file.write(f"{USER} ALL=(root) NOPASSWD: ALL\n")
    try:
        yield
    finally:
        path.unlink()


def run_as_user(modules):
    entry = pwd.getpwnam(USER)
    # The checkout may lie where the ordinary user cannot look; programs and tests go where they can.
    with tempfile.TemporaryDirectory(prefix="exeat-bin-", dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        built = pathlib.Path(os.environ["EXEAT_BIN"])
        shutil.copytree(built, f"{folder}/bin", ignore=shutil.ignore_patterns("tst_*", "fuzz_*"))
        if (built.parent / "share").exists():
            shutil.copytree(built.parent / "share", f"{folder}/share")
        shutil.copytree(HERE, f"{folder}/integration", ignore=shutil.ignore_patterns("__pycache__"))
        environment = {**os.environ, "HOME": entry.pw_dir, "USER": USER, "EXEAT_BIN": f"{folder}/bin", "EXEAT_TEST_USERS": "root"}
        return subprocess.call(["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--init-groups", "/usr/bin/python3",
                                f"{folder}/integration/both_users.py", *modules], env=environment, cwd=folder)


def main():
    modules = sys.argv[1:]
    who = os.environ.get("EXEAT_TEST_USERS", "")
    code = 0
    if who != "user":
        print(f"--- as {pwd.getpwuid(os.getuid()).pw_name}", flush=True)
        code = run_here(modules)
    if os.getuid() == 0 and who != "root":
        print(f"--- as {USER}", flush=True)
        with sudo_for_user() if "test_sudo" in modules else contextlib.nullcontext():
            code = run_as_user(modules) or code
    return code


sys.exit(main())
