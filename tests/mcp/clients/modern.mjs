// modern.mjs COMMAND [ARGUMENTS]: the SDK of 2026-07-28 against a server on stdio; run it with node 22
// (node_modules/node/bin/node).
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { runAll } from './scenarios.mjs';

const [command, ...args] = process.argv.slice(2);
if (!command) throw new Error('usage: modern.mjs COMMAND [ARGUMENTS]');

async function connect(answer) {
  const client = new Client(
    { name: 'modern-test', version: '1' },
    { capabilities: answer ? { elicitation: { form: {} } } : {}, versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  if (answer) client.setRequestHandler('elicitation/create', answer);
  await client.connect(new StdioClientTransport({ command, args, env: process.env, stderr: 'inherit' }));
  return {
    answersInside: false, // the client answers between two rounds of its own call
    list: async () => (await client.listTools()).tools,
    call: (name, args, options) => client.callTool({ name, arguments: args }, options),
    close: () => client.close(),
  };
}

await runAll(connect);
