import { describe, expect, it } from 'vitest';
import { parseCommand, unsupportedReason } from '../../../scripts/bootstrap/parse-command.mjs';

describe('parseCommand', () => {
  const known = ['demo', 'dev', 'test'];

  it('starts main.ts of the folder that the command names, with the arguments as they are', () => {
    expect(parseCommand(['demo', 'a b.jpg', '--json'], known)).toEqual({
      script: 'scripts/demo/main.ts',
      args: ['a b.jpg', '--json'],
    });
  });

  it('test:unit is the test runner on one stage', () => {
    expect(parseCommand(['test:unit'], known)).toEqual({ script: 'scripts/test/main.ts', args: ['--only', 'unit'] });
  });

  it.each([[[]], [['tset']], [['../demo']], [['toString']]])(
    'refuses %j in one line that lists the commands',
    (args) => {
      const command = parseCommand(args, known);
      expect(command).toHaveProperty('refusal', expect.stringContaining('demo|dev|test|test:unit'));
      expect(JSON.stringify(command)).not.toContain('\\n');
    },
  );
});

describe('unsupportedReason', () => {
  it.each(['18.20.8', '20.18.3', '8.0.0'])('Node %s is too old, and the line says what is needed', (version) => {
    expect(unsupportedReason(version, 'linux')).toBe(
      `This is Node ${version}; Node 20.19 or newer is needed (https://nodejs.org).`,
    );
  });

  it.each(['20.19.0', '20.20.2', '22.0.0', '26.1.0'])('Node %s will do', (version) => {
    expect(unsupportedReason(version, 'darwin')).toBeUndefined();
  });

  it('Windows is sent to WSL', () => {
    expect(unsupportedReason('22.0.0', 'win32')).toContain('WSL');
  });
});
