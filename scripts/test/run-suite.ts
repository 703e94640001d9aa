import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../database/run-program.ts';
import { root, toolPath } from './repository.ts';
import type { StageResult } from './stage-result.ts';
import { tallyReport, type VitestReport } from './vitest-report.ts';

export interface Suite {
  stage: string;
  /** A project of vitest.config.ts. */
  project: string;
  /** These alone of its files. */
  files?: readonly string[];
  env?: Readonly<Record<string, string>>;
  timeoutMs: number;
}

/** Caches of tsx and of Node's compiler. */
const ofTools = /^(tsx-|node-compile-cache|node-jiti)/;

/**
 * Runs one vitest project in a process of its own and counts its tests. Its temporary folder is its own as well: what is
 * still there at the end was left behind by a test, and counts as a failure.
 */
export async function runSuite(suite: Suite, signal: AbortSignal): Promise<StageResult> {
  const startedAtMs = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'yiying-run-'));
  try {
    const reportFile = join(folder, 'report.json');
    const temporary = join(folder, 't');
    await mkdir(temporary);
    const { code, output } = await runProgram(
      [
        process.execPath,
        toolPath('vitest', 'vitest.mjs'),
        'run',
        `--project=${suite.project}`,
        ...(suite.files ?? []),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${reportFile}`,
      ],
      {
        cwd: root,
        env: { ...process.env, NO_COLOR: '1', TMPDIR: temporary, ...suite.env },
        timeoutMs: suite.timeoutMs,
        signal,
      },
    );
    const tally = tallyReport(await readReport(reportFile), code);
    const seconds = (performance.now() - startedAtMs) / 1000;
    const late = seconds * 1000 >= suite.timeoutMs ? `\nended after its limit of ${suite.timeoutMs / 1000} s` : '';
    const result = { stage: suite.stage, ...tally, seconds, output: output + late };
    const left = (await readdir(temporary)).filter((name) => !ofTools.test(name));
    if (left.length === 0 || signal.aborted) return result;
    const complaint = `left behind in the temporary folder: ${left.join(', ')}`;
    return {
      ...result,
      failed: result.failed + 1,
      failures: [...result.failures, complaint],
      output: `${result.output}\n${complaint}`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readReport(file: string): Promise<VitestReport | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as VitestReport; // vitest's own format, checked by its tests
  } catch {
    return undefined;
  }
}
