import type { EngineMood } from '../inspector/local-faults.ts';
import type { CiStandinOptions } from './ci-standin.ts';
import type { AiartStandinOptions } from './start-aiart-standin.ts';
import type { EngineStandinOptions } from './start-engine-standin.ts';

const USUAL_MS = 1500;
/** Of a job: longer than anybody waits for, shorter than a step's time: it ends well, or a clock is moved. */
const SLOW_JOB_MS = 120_000;
/** Of an engine that answers with the picture itself. */
const SLOW_CALL_MS = 20_000;
/** No code after which another attempt would be made: the task ends at once, and its credits come back. */
const FAILED = 'FailedOperation';

/** The stand-ins of the AI engines as a developer wants them at the moment. Jobs keep what they were begun with. `slowCallMs`: of those that answer at once. */
export function engineMoods(mood: () => EngineMood, slowCallMs = SLOW_CALL_MS) {
  const isSlow = (): boolean => mood() === 'slow';
  const isFailing = (): boolean => mood() === 'failing';
  const late = () => (isSlow() ? { delayMs: slowCallMs } : undefined);
  return {
    jobs: {
      takesMs: () => (isSlow() ? SLOW_JOB_MS : USUAL_MS),
      fault: () => (isFailing() ? { fail: FAILED } : undefined),
    } satisfies Partial<EngineStandinOptions>,
    aiart: {
      fault: () => (isFailing() ? { refuse: FAILED } : late()),
    } satisfies Partial<AiartStandinOptions>,
    ci: {
      fault: () => (isFailing() ? { status: 400, code: FAILED } : late()),
    } satisfies Partial<CiStandinOptions>,
  };
}
