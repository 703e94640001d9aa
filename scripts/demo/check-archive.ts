import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import type { DemoTask } from './demo-report.ts';

/** Holds an archive against what was downloaded one by one: each result once, byte for byte, and a line of the list for each. */
export async function checkArchive(
  zip: Uint8Array,
  tasks: readonly Pick<DemoTask, 'taskId' | 'outputs'>[],
): Promise<{ files: number; problems: string[] }> {
  const entries = Object.entries(unzipSync(zip));
  const lists = entries.filter(([path]) => path.endsWith('.csv') && !path.includes('/'));
  const list = Buffer.from(lists[0]?.[1] ?? []).toString('utf8');
  const problems = lists.length === 1 && list.startsWith('\ufeff') ? [] : ['there is no list'];
  let results = 0;
  for (const [n, { taskId, outputs }] of tasks.entries()) {
    for (const { name, path } of outputs) {
      const own = entries.filter(
        ([entry]) => entry.startsWith(`${String(n + 1).padStart(3, '0')} `) && entry.endsWith(`/${name}`),
      );
      const bytes = await readFile(path);
      if (own.length !== 1 || !bytes.equals(own[0]?.[1] ?? new Uint8Array()))
        problems.push(`${taskId} ${name}: not in it as it is`);
      if (own[0] && !list.includes(own[0][0])) problems.push(`${own[0][0]}: not in the list`);
      results += 1;
    }
  }
  if (results + lists.length !== entries.length) problems.push(`${entries.length} files instead of ${results + 1}`);
  return { files: entries.length, problems };
}
