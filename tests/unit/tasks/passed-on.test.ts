import { describe, expect, it } from 'vitest';
import { EngineFailure } from '../../../shared/engines/engine.ts';
import type { OpenEngine } from '../../../shared/engines/open-engines.ts';
import { passedOn } from '../../../shared/tasks/provider/choose-engine.ts';
import { codeOf } from '../../../shared/tasks/provider/fail-attempt.ts';

const engine = (name: string): OpenEngine => ({
  ...{ name, places: 1, submit: () => Promise.reject(new Error('not asked')) },
  poll: () => Promise.reject(new Error('not asked')),
});

describe('a picture that an engine cannot take', () => {
  const engines = ['tencent-ci', 'tencent-mps', 'tencent-vclm'];
  const failure = new EngineFailure('Picture.TooLarge', false);
  const passed = (at: readonly string[], by: string, configured = engines) =>
    passedOn(failure, { engines: [...at], attempts: 3 }, { engines: configured.map(engine) }, by).retryable;

  it('is one for all that come after it, until nobody does', () => {
    expect(engines.map((by) => passed(engines, by))).toEqual([true, true, false]);
    expect(engines.map((by) => passed([...engines, 'embedded'], by))).toEqual([true, true, true]);
    expect(passed(['embedded', ...engines], 'tencent-vclm')).toBe(false);
    expect(engines.map((by) => passed(engines, by, engines.slice(0, 2)))).toEqual([true, false, true]);
  });
});

describe('what its merchant is told of a failure', () => {
  it.each([
    ['InputChanged', 'INPUT_CHANGED'],
    ['FailedOperation.ModerationFailed', 'CONTENT_REFUSED'],
    ['FailedOperation.TextModerationNotPass', 'CONTENT_REFUSED'],
    ['InvalidParameter.ViolationContent', 'CONTENT_REFUSED'],
    ['OperationDenied.ImageIllegalDetected', 'CONTENT_REFUSED'],
    ['OperationDenied.TextIllegalDetected', 'CONTENT_REFUSED'],
    ['ContentModerationFailed', 'CONTENT_REFUSED'],
    ['contentAuditFailed', 'CONTENT_REFUSED'],
    ['SensitiveContent', 'CONTENT_REFUSED'],
    ['Picture.TooLarge', 'PROCESSING_FAILED'],
    ['InternalError', 'PROCESSING_FAILED'],
  ])('%s: %s', (code, told) => {
    expect(codeOf(new EngineFailure(code, false))).toBe(told);
  });
});
