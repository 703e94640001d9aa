import { expect, it } from 'vitest';
import { refuseClosedSignUp } from '../../../shared/auth/closed-sign-up.ts';

const logged: unknown[] = [];
const refuse = (error: unknown): never => refuseClosedSignUp((...line) => void logged.push(line))(error);
const SAID = { errno: 1644, message: 'sign-up is closed' };
const signalled = (over: object = {}) => Object.assign(new Error(), SAID, over);

it('what the trigger of sign-up signals is an answer of its own, and a line of the log', () => {
  for (const error of [signalled(), signalled({ message: 'SIGNAL: sign-up is closed (1644)' })]) {
    logged.length = 0;
    expect(() => refuse(error)).toThrow(expect.objectContaining({ code: 'SIGN_UP_CLOSED' }));
    expect(logged).toEqual([['sign_in_refused', { reason: 'sign_up_closed' }]]);
  }
});

it.each([
  ['another error of the server with these words', signalled({ errno: 1062 })],
  ['an error without a number', signalled({ errno: undefined })],
  ['another signal', signalled({ message: 'audit_log is append-only' })],
  ['what is no error', SAID],
  ['nothing at all', null],
])('%s is thrown as it is, and nothing is said', (_what, error) => {
  logged.length = 0;
  let thrown: unknown = 'nothing';
  try {
    refuse(error);
  } catch (caught) {
    thrown = caught;
  }
  expect([thrown, logged]).toEqual([error, []]);
  expect(thrown).toBe(error);
});
