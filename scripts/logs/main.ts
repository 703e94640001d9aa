/** `npm run logs -- <request, trace, task, order, refund or archive id> [--url http://127.0.0.1:PORT] [--json]`: follows it through the local cloud. */
import { parseArgs } from 'node:util';
import { type Followed, follow, readable } from './follow.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { url: { type: 'string', default: 'http://127.0.0.1:8787' }, json: { type: 'boolean', default: false } },
});
const [id = ''] = positionals;

async function read(path: string): Promise<unknown> {
  const response = await fetch(`${values.url}/local/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

async function main(): Promise<number> {
  if (!/^[\w-]{8,64}$/.test(id)) {
    process.stderr.write(
      'logs: which id? A requestId of a reply, a trace id of a traceparent, a task (tsk_…), order (ord_…), refund (rfd_…) or archive (arc_…)\n',
    );
    return 2;
  }
  const kept = (await read('history')) as { number: number }[];
  const invocations = (await Promise.all(kept.map(({ number }) => read(`history/${number}`)))) as Followed[];
  const lines = follow(invocations, id);
  for (const line of lines) process.stdout.write(`${values.json ? JSON.stringify(line) : readable(line)}\n`);
  if (lines.length > 0) return 0;
  process.stderr.write(`logs: nothing of ${id} among the last ${kept.length} invocations of ${values.url}\n`);
  return 1;
}

process.exitCode = await main().catch((error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  process.stderr.write(`logs: no local cloud answers at ${values.url} (npm run dev; --url): ${cause}\n`);
  return 1;
});
