// What both eras must show. Each era gives `connect(answer)`: a client whose elicitations are answered by `answer`
// (null: elicitation is not offered) with `call(name, args, options)` and `close()`.
const accept = async () => ({ action: 'accept', content: { decision: 'allow once' } });
const textOf = (result) => JSON.parse(result.content[0].text);

/** Polls until the condition holds, 10 s at most; whether it held. */
async function becomes(condition) {
  const until = Date.now() + 10000;
  while (!condition() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  return condition();
}

function check(condition, what, seen) {
  if (!condition) throw new Error(`${what}; seen: ${JSON.stringify(seen)}`);
}

/** Calls shell_wait until the run is over: handles come back before a client's limit or the cap of rounds. */
async function finished(client, result) {
  for (let i = 0; i < 50 && result.structuredContent?.status !== 'finished'; ++i) {
    check(result.structuredContent?.run, 'a handle', result);
    result = await client.call('shell_wait', { run: result.structuredContent.run });
  }
  return result;
}

async function withClient(connect, answer, body) {
  const client = await connect(answer);
  try {
    await body(client);
  } finally {
    await client.close();
  }
}

export function scenarios(connect) {
  return {
    'run: output, exit code, the text of the peer': () =>
      withClient(connect, null, async (client) => {
        const result = await client.call('shell', { command: 'echo out; echo err >&2; exit 3' });
        const text = textOf(result);
        check(text.exit_code === 3 && text.timed_out === false, 'exit code 3', text);
        check(text.output === 'out\nerr\n', 'both streams in order', text);
        check(!result.isError, 'a failing command is a result', result);
        check(result.structuredContent.status === 'finished', 'structured content', result);
      }),
    'run: separate streams': () =>
      withClient(connect, null, async (client) => {
        const { structuredContent: s } = await client.call('shell', { command: 'echo out; echo err >&2', separate_streams: true });
        check(s.stdout === 'out\n' && s.stderr === 'err\n', 'two streams', s);
      }),
    'run: death by a signal is a result': () =>
      withClient(connect, null, async (client) => {
        const result = await client.call('shell', { command: 'kill -9 $$' });
        check(!result.isError && textOf(result).exit_code === 137, 'exit code 137', result);
      }),
    'run: what is not allowed inside fails': () =>
      withClient(connect, null, async (client) => {
        const result = await client.call('shell', { command: 'touch /etc/exeat-was-here' });
        check(textOf(result).exit_code !== 0, 'a write outside is refused', result);
      }),
    'tools: three, with schemas': () =>
      withClient(connect, null, async (client) => {
        const names = (await client.list()).map((tool) => tool.name);
        check(['shell', 'shell_wait', 'shell_stop'].every((name) => names.includes(name)), 'the tools', names);
      }),
    'bad arguments are words, not protocol errors': () =>
      withClient(connect, null, async (client) => {
        const result = await client.call('shell', { command: 'true', timeout_ms: 0 });
        check(result.isError && result.content[0].text.includes('timeout_ms'), 'words', result);
      }),
    'escalate: an allowed program runs outside': () =>
      withClient(connect, null, async (client) => {
        const result = await client.call('shell', { command: 'id -u; sleep 0' });
        check(textOf(result).exit_code === 0 && textOf(result).output.trim() === String(process.getuid()), 'our own uid', result);
      }),
    'forbidden: refused with reason, the script goes on': () =>
      withClient(connect, null, async (client) => {
        const result = await client.call('shell', { command: 'hostname; echo after' });
        check(textOf(result).output.includes('after'), 'the script goes on', result);
        check(result.structuredContent.execs.some((exec) => exec.argv[0].endsWith('hostname') && exec.outcome === 'denied'), 'listed', result);
      }),
    'prompt accepted: runs': () => {
      let asked = 0;
      return withClient(connect, async (request) => (asked++, accept(request)), async (client) => {
        const result = await finished(client, await client.call('shell', { command: 'uname' }));
        check(asked === 1 && textOf(result).output.trim() === 'Linux', 'Linux', { asked, result });
      });
    },
    'prompt declined: refused, the script goes on': () =>
      withClient(connect, async () => ({ action: 'decline' }), async (client) => {
        const result = await finished(client, await client.call('shell', { command: 'uname; echo rc=$?' }));
        check(!textOf(result).output.includes('Linux') && !textOf(result).output.includes('rc=0'), 'not run', result);
      }),
    'prompt cancelled: nobody answered, refused': () =>
      withClient(connect, async () => ({ action: 'cancel' }), async (client) => {
        const result = await finished(client, await client.call('shell', { command: 'uname; echo rc=$?' }));
        check(!textOf(result).output.includes('Linux'), 'not run', result);
        check(JSON.stringify(result.structuredContent.execs).includes('Nobody answered'), 'says that nobody answered', result);
      }),
    'prompt answered with what was not offered: refused': () =>
      withClient(connect, async () => ({ action: 'accept', content: { decision: 'always' } }), async (client) => {
        const result = await finished(client, await client.call('shell', { command: 'uname' }));
        check(!textOf(result).output.includes('Linux'), 'not run', result);
      }),
    'no elicitation offered: a handle at once, no hang': () =>
      withClient(connect, null, async (client) => {
        const started = Date.now();
        const result = await client.call('shell', { command: 'uname' });
        check(Date.now() - started < 10000, 'at once', Date.now() - started);
        check(result.structuredContent.status === 'waiting for approval', 'a handle', result);
        check(result.structuredContent.next.includes('exeat approvals'), 'says how to answer', result);
        const stopped = await client.call('shell_stop', { run: result.structuredContent.run });
        check(stopped.structuredContent.end === 'stopped', 'stopped', stopped);
      }),
    'cancel: kills what runs': () =>
      withClient(connect, null, async (client) => {
        const mark = `exeat-cancel-${process.pid}-${Date.now()}`;
        const abort = new AbortController();
        const { execFileSync } = await import('node:child_process');
        const count = () => {
          try {
            return Number(execFileSync('pgrep', ['-c', '-f', `^${mark}`]).toString());
          } catch {
            return 0;
          }
        };
        const call = client.call('shell', { command: `exec -a ${mark} sleep 300` }, { signal: abort.signal });
        call.catch(() => {});
        check(await becomes(() => count() > 0), 'it runs', count());
        abort.abort();
        let failed = false;
        await call.catch(() => (failed = true));
        check(failed, 'the call is over', failed);
        await becomes(() => count() === 0);
        check(count() === 0, 'nothing left', count());
        const next = await client.call('shell', { command: 'echo alive' });
        check(textOf(next).output === 'alive\n', 'the next call works', next);
      }),
    'time-out: a result with the output so far': () =>
      withClient(connect, null, async (client) => {
        const result = await client.call('shell', { command: 'echo before; sleep 60', timeout_ms: 500 });
        check(textOf(result).timed_out === true && textOf(result).output.includes('before'), 'timed out', result);
      }),
    '50 calls at once': () =>
      withClient(connect, null, async (client) => {
        const numbers = [...Array(50).keys()];
        const results = await Promise.all(numbers.map((n) => client.call('shell', { command: `echo ${n}` })));
        const all = await Promise.all(results.map((result) => finished(client, result)));
        numbers.forEach((n) => check(textOf(all[n]).output === `${n}\n`, `call ${n}`, all[n]));
      }),
    '15 prompts from one script': () => {
      let asked = 0;
      return withClient(connect, async (request) => (asked++, accept(request)), async (client) => {
        const command = 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do uname; done';
        const result = await finished(client, await client.call('shell', { command }));
        check(textOf(result).output === 'Linux\n'.repeat(15) && asked === 15, '15 times', { asked, result });
      });
    },
    'several prompts at once': () =>
      withClient(connect, accept, async (client) => {
        const result = await finished(client, await client.call('shell', { command: 'uname & uname & uname & wait' }));
        check(textOf(result).output === 'Linux\n'.repeat(3), 'three', result);
      }),
    'an answer after the client has lost patience': () => {
      let release;
      const late = new Promise((resolve) => (release = resolve));
      return withClient(connect, async (request) => (await late, accept(request)), async (client) => {
        const first = client.call('shell', { command: 'uname' }, { timeout: 1500 });
        if (!client.answersInside) {
          // Modern: no request is open while the person thinks, so the client's limit does not count.
          setTimeout(release, 3000);
          const result = await finished(client, await first);
          check(textOf(result).output.trim() === 'Linux', 'answered after twice the limit', result);
          return;
        }
        let lost = false;
        await first.catch(() => (lost = true));
        check(lost, 'the client gave up', lost);
        release();
        // The run waited or went on with the late answer; it is there, once, under a new call.
        const result = await finished(client, await client.call('shell', { command: 'uname' }));
        check(textOf(result).output.trim() === 'Linux', 'the next call works', result);
      });
    },
    'a handle before the answer, the result after it': () => {
      let release;
      const late = new Promise((resolve) => (release = resolve));
      return withClient(connect, async (request) => (await late, accept(request)), async (client) => {
        const pending = client.call('shell', { command: 'uname', yield_ms: 1000 });
        const first = client.answersInside ? await pending : (setTimeout(release, 2000), await pending);
        release();
        const result = await finished(client, first);
        check(textOf(result).output.trim() === 'Linux', 'Linux', result);
      });
    },
    'progress: token kept, values rise': () =>
      withClient(connect, null, async (client) => {
        const values = [];
        await client.call('shell', { command: 'for i in 1 2 3 4 5; do echo $i; sleep 0.3; done' }, { onprogress: (p) => values.push(p.progress) });
        check(values.length >= 2 && values.every((v, i) => i === 0 || v > values[i - 1]), 'rising', values);
      }),
  };
}

export async function runAll(connect) {
  let number = 0;
  let failures = 0;
  const only = process.env.ONLY;
  for (const [name, test] of Object.entries(scenarios(connect))) {
    if (only && !name.includes(only)) continue;
    ++number;
    const limit = new Promise((_, reject) => setTimeout(() => reject(new Error('took longer than 120 s')), 120000).unref());
    try {
      await Promise.race([test(), limit]);
      console.log(`ok ${number} - ${name}`);
    } catch (error) {
      ++failures;
      console.log(`not ok ${number} - ${name}\n  # ${String(error.message).replaceAll('\n', '\n  # ')}`);
    }
  }
  console.log(`1..${number}`);
  process.exit(failures || number === 0 ? 1 : 0);
}
