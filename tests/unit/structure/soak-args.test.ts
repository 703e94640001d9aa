import { describe, expect, it } from 'vitest';
import { commandOf, parseSoakArgs } from '../../../scripts/soak/parse-soak-args.ts';

const KNOWN = [
  'bursts',
  'cuts',
  'crashes',
  'simulation',
  'database-faults',
  'sql-mutants-orders',
  'schedules',
  'pages',
];
const parse = (...args: string[]) => parseSoakArgs(args, KNOWN);

describe('npm run soak', () => {
  it('does every part, and writes down what it did', () => {
    expect(parse()).toMatchObject({ parts: KNOWN, scale: 1, records: true, again: undefined });
    expect(parse('--', '--only', 'bursts,cuts', '--minutes', '5')).toMatchObject({
      parts: ['bursts', 'cuts'],
      minutes: 5,
    });
  });

  it('writes nothing down that is less than the proof asks for', () => {
    expect(parse('--scale', '0.01').records).toBe(false);
    expect(parse('--only', 'sql-mutants-orders', '--procedure', 'expire_lot_v1').records).toBe(false);
  });

  it.each(['simulation', 'bursts', 'cuts', 'crashes', 'schedules', 'database-faults'])(
    'runs a seed of %s again',
    (part) => {
      expect(parse('--only', part, '--seed', '7').again).toEqual({ part, seed: 7, functionName: undefined });
    },
  );

  it.each([
    [['--seed', '7'], '--seed, --function: together with --only'],
    [['--only', 'pages', '--seed', '7'], '--seed, --function: together with --only'],
    [['--only', 'bursts,cuts', '--seed', '7'], '--seed, --function: together with --only'],
    [['--only', 'bursts', '--seed', 'x'], '--seed: a whole number'],
    [['--only', 'bursts', '--seed', ''], '--seed: a whole number'],
    [['--only', 'bursts', '--seed', '1.5'], '--seed: a whole number'],
    [['--only', 'bursts', '--function', 'login'], '--function: together with --only'],
    [['--only', 'luck'], 'no part "luck"'],
    [['--minutes', '0'], '--minutes: more than 0'],
    [['--scale', '2'], '--scale: more than 0, at most 1'],
    [['--procedure', 'x'], '--procedure: together with --only sql-mutants'],
    [['--sed', '1'], "Unknown option '--sed'"],
  ])('refuses %j', (args, rule) => {
    expect(() => parse(...args)).toThrow(rule);
  });

  it('names with what is broken the command that shows it again', () => {
    const cases = [
      ['bursts', 'usesOfOneCode, seed 20000017: 2 of 1', '--only bursts --seed 20000017'],
      ['database-faults', 'server killed, seed 30000004: I1 a credit', '--only database-faults --seed 30000004'],
      ['cuts', 'get-task: midReply of execute 6, seed 40000003: x', '--only cuts --seed 40000003'],
      ['cuts', 'get-task: afterSend of execute 6: x', '--only cuts --function get-task'],
      ['crashes', 'create-task, killed at shared/db 3 after, time 1: x', '--only crashes --function create-task'],
    ] as const;
    for (const [part, violation, command] of cases) {
      expect(commandOf(part, violation)).toBe(`npm run soak -- ${command}`);
      const [, ...args] = command.split(' ');
      expect(parse('--only', ...args).again).toBeDefined();
    }
    expect(commandOf('pages', 'home (zh-light) is 3 px wider')).toBeUndefined();
  });
});
