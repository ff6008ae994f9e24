"""None of the 19 defects of the peer (shared/spec/codex.md §5): one named test each."""
import os
import random
import shlex
import time
import unittest

from place import PYTHON, Place, PlaceCase, accept, alive, wait_for


class Defects(PlaceCase):
    def shell(self, command, **arguments):
        return self.agent.shell(command, **arguments)

    def outside(self, code, rest=""):
        """A command line that runs Python code outside the sandbox."""
        return f"{PYTHON} -c {shlex.quote(code)} {rest}"

    def test_00_escalated_code_really_runs_outside(self):
        target = self.place.outside / "proof"
        outcome = self.shell(self.outside(f"open({str(target)!r},'w').write('x')"))
        self.assertEqual(outcome.exit_code, 0, outcome)
        self.assertTrue(target.exists())
        self.assertNotEqual(self.shell(f"echo x > {self.place.outside}/inside").exit_code, 0)
        self.assertFalse((self.place.outside / "inside").exists())

    def test_01_exit_by_signal(self):
        for number in (9, 15):
            outcome = self.shell(self.outside(f"import os; os.kill(os.getpid(), {number})") + "; echo rc=$?")
            self.assertIn(f"rc={128 + number}", outcome.output)

    def test_02_signals_are_forwarded(self):
        began = time.monotonic()
        outcome = self.shell(self.outside("import time; time.sleep(30)", "& sleep 0.5; kill $!; wait $!; echo rc=$?"))
        self.assertIn("rc=143", outcome.output)
        self.assertLess(time.monotonic() - began, 10)

    def test_03_timeout_kills_escalated_children(self):
        note = self.place.outside / "pids"
        code = ("import os,signal,time\n"
                "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                f"out=open({str(note)!r},'w')\n"
                "if os.fork()==0:\n os.setsid()\n if os.fork()==0:\n  print(os.getpid(),file=out,flush=True); time.sleep(120)\n os._exit(0)\n"
                "print(os.getpid(),file=out,flush=True); time.sleep(120)")
        began = time.monotonic()
        outcome = self.shell("echo before; " + self.outside(code), timeout_ms=1500)
        self.assertTrue(outcome.timed_out, outcome)
        self.assertIn("before", outcome.output)
        self.assertLess(time.monotonic() - began, 8)
        pids = [int(line) for line in note.read_text().split()]
        self.assertEqual(len(pids), 2)
        for pid in pids:
            self.assertFalse(alive(pid), f"{pid} runs on")

    def test_04_all_descriptors_follow(self):
        outcome = self.shell("exec 3>three 9>nine; " + self.outside("import os; os.write(3,b'3'); os.write(9,b'9')") + "; cat three nine")
        self.assertEqual(outcome.output, "39", outcome)

    def test_05_closed_stdin_stays_closed(self):
        code = "import os\ntry:\n os.fstat(0); print('open')\nexcept OSError: print('closed')"
        self.assertIn("closed", self.shell(self.outside(code, "<&-")).output)

    def test_06_script_without_interpreter_line(self):
        script = self.place.work / "plain"
        script.write_text('echo "script $1 $(basename $0)"\n')
        script.chmod(0o755)
        self.assertEqual(self.shell("./plain inside").output, "script inside plain\n")
        tool = self.place.outside / "plain"
        tool.write_text(f'echo "script $1 $(basename $0)" > {self.place.outside}/result\n')
        tool.chmod(0o755)
        self.place.rules(f'prefix_rule(pattern=["{tool}"], decision="allow")\n', "plain.rules")
        outcome = self.shell(f"{tool} outside")
        self.assertEqual(outcome.exit_code, 0, outcome)
        self.assertEqual((self.place.outside / "result").read_text(), "script outside plain\n")

    def test_07_arguments_that_are_not_utf8(self):
        code = "import os,sys; os.write(1, os.fsencode(sys.argv[1]).hex().encode())"
        self.assertEqual(self.shell(self.outside(code, "$'a\\xff\\xfe'")).output, "61fffe")
        self.assertEqual(self.shell("/usr/bin/printf %s $'\\xff' | od -An -tx1").output.strip(), "ff")

    def test_08_environment_that_is_not_utf8(self):
        outcome = self.shell("export BAD=$'x\\xff'; /bin/true; echo rc=$?; " + self.outside("print('ran')"))
        self.assertEqual(outcome.output, "rc=0\nran\n")

    def test_09_relative_file_is_of_the_calls_folder(self):
        sub = self.place.work / "sub"
        sub.mkdir(exist_ok=True)
        for folder, word in ((sub, "sub"), (self.place.work, "work")):
            (folder / "tool").write_text(f"#!/bin/sh\necho {word}\n")
            (folder / "tool").chmod(0o755)
        self.assertEqual(self.shell("./tool", workdir=str(sub)).output, "sub\n")

    def test_10_an_allowed_name_is_not_an_allowed_file(self):
        fake = self.place.work / "id"
        fake.write_text(f"#!/bin/sh\necho fake; echo x > {self.place.outside}/escaped\n")
        fake.chmod(0o755)
        for command in ("PATH=$PWD:$PATH id", "./id", f"{fake}", "ln -sf $PWD/id $PWD/link && mkdir -p d && ln -sf ../id d/id && d/id",
                        "cp id /tmp/id; /tmp/id; rm /tmp/id"):
            self.shell(command)
            self.assertFalse((self.place.outside / "escaped").exists(), command)
        self.assertIn("uid=", self.shell("/usr/bin/id").output)

    def test_11_argv0(self):
        self.assertEqual(self.shell("(exec -a othername /bin/sh -c 'echo $0')").output, "othername\n")
        code = "import sys; print(open('/proc/self/cmdline').read().split(chr(0))[0])"
        self.assertEqual(self.shell(f"(exec -a othername {PYTHON} -c {shlex.quote(code)})").output, "othername\n")

    def test_12_umask_limits_and_unset_variables(self):
        code = ("import os,resource; m=os.umask(0); print('%03o' % m, resource.getrlimit(resource.RLIMIT_NOFILE)[0], 'LC_TIME' in os.environ)")
        outcome = self.shell("umask 077; ulimit -Sn 123; unset LC_TIME; " + self.outside(code))
        self.assertEqual(outcome.output, "077 123 False\n")

    def test_13_no_argument_is_lost(self):
        rng = random.Random(13)
        words = ["--", "-h", "--help", "", "a b", "x" * 300, "é", "'q'"]
        script, expected = [], []
        for _ in range(400):
            arguments = [rng.choice(words) for _ in range(rng.randrange(0, 14))]
            script.append("/usr/bin/printf '[%s]' " + " ".join(map(shlex.quote, arguments)) + "; echo")
            expected.append("".join(f"[{a}]" for a in arguments) if arguments else "[]")
        outcome = self.shell("\n".join(script))
        self.assertEqual(outcome.output.splitlines(), expected)

    def test_14_output_of_background_children(self):
        code = "import time,sys; print('early',flush=True); time.sleep(3); print('late')"
        outcome = self.shell(self.outside(code, "& wait"))
        self.assertEqual(outcome.output, "early\nlate\n")

    def test_15_bash_cannot_be_talked_out_of_interception(self):
        for command in ("hostname", "unset BASH_EXEC_WRAPPER EXEC_WRAPPER; hostname", "EXEC_WRAPPER=/bin/true BASH_EXEC_WRAPPER= hostname",
                        "export EXEC_WRAPPER=; hostname", "unset CODEX_ESCALATE_SOCKET; hostname", "(exec hostname)", "command hostname"):
            outcome = self.shell(command)
            self.assertEqual(outcome.exit_code, 1, f"{command}: {outcome}")
            self.assertIn("use uname -n instead", outcome.output, command)

    def test_16_forged_requests_gain_nothing(self):
        fake = self.place.work / "id"
        fake.write_text(f"#!/bin/sh\nenv > {self.place.outside}/forged\n")
        fake.chmod(0o755)
        forge = self.place.work / "forge.py"
        forge.write_text(
            "import json,os,socket,struct,sys\n"
            "channel=socket.socket(fileno=os.dup(int(os.environ['CODEX_ESCALATE_SOCKET'])))\n"
            "ours,theirs=socket.socketpair()\n"
            "socket.send_fds(channel,[b'x'],[theirs.fileno()]); theirs.close(); ours.settimeout(10)\n"
            "body=json.dumps({'file':sys.argv[1],'argv':['id'],'workdir':os.getcwd(),'env':{'LD_PRELOAD':'/tmp/x.so'}}).encode()\n"
            "ours.sendall(struct.pack('<I',len(body))+body)\n"
            "head=ours.recv(4)\n"
            "print(ours.recv(struct.unpack('<I',head)[0]).decode() if len(head)==4 else 'closed')\n")
        # perl or python inside: /bin/env keeps the interpreter from being judged as the allowed /usr/bin/python3.
        outcome = self.shell(f"/usr/bin/env {PYTHON} forge.py {fake}")
        self.assertFalse((self.place.outside / "forged").exists(), outcome)
        self.assertNotIn("Escalate", outcome.output)

    def test_17_client_without_elicitation(self):
        outcome = self.shell("uname -s; echo rc=$?", yield_ms=1000)
        self.assertIn("exeat approvals", outcome.text)
        self.assertFalse("rc=" in outcome.output and "Linux" in outcome.output)

    def test_18_permission_denied_is_an_ordinary_failure(self):
        outcome = self.shell("echo 'x: Permission denied' >&2; exit 3")
        self.assertEqual((outcome.exit_code, outcome.output), (3, "x: Permission denied\n"))

    def test_19_no_login_shell_by_default(self):
        self.assertIn("off", self.shell("shopt login_shell").output)
        self.assertIn("on", self.shell("shopt login_shell", login=True).output)


if __name__ == "__main__":
    unittest.main()
