// legacy.mjs COMMAND [ARGUMENTS]: the SDK of the legacy revisions against a server on stdio.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { runAll } from './scenarios.mjs';

const [command, ...args] = process.argv.slice(2);
if (!command) throw new Error('usage: legacy.mjs COMMAND [ARGUMENTS]');

async function connect(answer) {
  const client = new Client({ name: 'legacy-test', version: '1' }, { capabilities: answer ? { elicitation: {} } : {} });
  if (answer) client.setRequestHandler(ElicitRequestSchema, answer);
  await client.connect(new StdioClientTransport({ command, args, env: process.env, stderr: 'inherit' }));
  return {
    answersInside: true, // a form may stay open after its call was answered
    list: async () => (await client.listTools()).tools,
    call: (name, args, options) => client.callTool({ name, arguments: args }, undefined, options),
    close: () => client.close(),
  };
}

await runAll(connect);
