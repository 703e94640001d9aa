import { beforeEach, expect, it, vi } from 'vitest';

const logged: unknown[] = [];
/** As a cold instance does. */
async function refuse(error: unknown): Promise<unknown> {
  const { refuseClosedSignUp } = await import('../../../shared/auth/closed-sign-up.ts');
  try {
    return refuseClosedSignUp((...line) => void logged.push(line))(error);
  } catch (thrown) {
    return thrown;
  }
}
beforeEach(() => {
  vi.resetModules();
  logged.length = 0;
});
const SAID = { errno: 1644, message: 'sign-up is closed' };
const signalled = (over: object = {}) => Object.assign(new Error(), SAID, over);

it.each([signalled(), signalled({ message: 'SIGNAL: sign-up is closed (1644)' })])(
  'what the trigger of sign-up signals is an answer of its own, and a line of the log',
  async (error) => {
    expect(await refuse(error)).toMatchObject({ code: 'SIGN_UP_CLOSED' });
    expect(logged).toEqual([['sign_in_refused', { reason: 'sign_up_closed' }]]);
  },
);

it.each([
  ['another error of the server with these words', signalled({ errno: 1062 })],
  ['an error without a number', signalled({ errno: undefined })],
  ['another signal', signalled({ message: 'audit_log is append-only' })],
  ['what is no error', SAID],
  ['nothing at all', null],
])('%s is thrown as it is, and nothing is said', async (_what, error) => {
  expect(await refuse(error)).toBe(error);
  expect(logged).toEqual([]);
});
