import { runProgram, tail } from '../database/run-program.ts';
import { root, toolPath } from './repository.ts';
import type { StageResult } from './stage-result.ts';

interface StaticCheck {
  name: string;
  command: readonly string[];
}

const node = process.execPath;
const checks: readonly StaticCheck[] = [
  ...['.', 'web', 'scripts/local/inspector/page', 'tests/unit/web'].map((project) => ({
    name: `types of ${project} (tsc)`,
    command: [node, toolPath('typescript', 'bin/tsc'), '--noEmit', '-p', project],
  })),
  {
    name: 'format and lint (biome)',
    command: [node, toolPath('@biomejs/biome', 'bin/biome'), 'check', '--error-on-warnings'],
  },
  {
    name: 'lint with types (oxlint)',
    command: [node, toolPath('oxlint', 'bin/oxlint'), '--type-aware', '--deny-warnings'],
  },
  {
    name: 'nothing unused (knip)',
    command: [node, toolPath('knip', 'bin/knip.js'), '--no-progress', '--no-config-hints'],
  },
  { name: 'licences', command: [node, '--import', 'tsx', 'scripts/test/check-licences.ts'] },
];
const checkTimeoutMs = 120_000;

/** Each check counts as one test; a warning is a failure. */
export async function runStaticChecks(signal: AbortSignal): Promise<StageResult> {
  const startedAtMs = performance.now();
  const result: StageResult = {
    stage: 'static',
    passed: 0,
    failed: 0,
    seconds: 0,
    failures: [],
    skipped: [],
    output: '',
  };
  const env = { ...process.env, NO_COLOR: '1', TSX_DISABLE_CACHE: '1' };
  for (const { name, command } of checks) {
    const { code, output } = await runProgram(command, { cwd: root, env, timeoutMs: checkTimeoutMs, signal });
    if (code === 0) {
      result.passed += 1;
    } else {
      result.failed += 1;
      result.failures.push(name);
      result.output += `── ${name}: exit code ${code}\n${tail(output, 60)}\n`;
    }
  }
  result.seconds = (performance.now() - startedAtMs) / 1000;
  return result;
}
