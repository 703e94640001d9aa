import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import timers from 'node:timers';
import { Script } from 'node:vm';

/** What an instance sees in place of the machine. */
export interface Surroundings {
  readonly clock: () => number;
  readonly environment: Readonly<Record<string, string>>;
  readonly write: (line: string) => void;
  /** Its timers run this much faster (1 unless said): nobody waits eight seconds for a statement that never ends. */
  readonly haste?: () => number;
  /** Told before and after each `await` of a bundle that was made with crash points; hands `value` on. */
  readonly crash?: (point: string, value?: unknown) => unknown;
}

export type Main = (event: unknown, scfContext?: unknown) => Promise<unknown>;

type Wrapper = (...globals: readonly unknown[]) => void;

const compiled = new Map<string, Wrapper>();

/**
 * A cold instance of a built function, in this process: modules, services and connection of its own. Its clock, its
 * environment and its output are parameters of the bundle, so that nothing of this process is replaced.
 */
export function loadInstance(file: string, surroundings: Surroundings): Main {
  const { clock, environment, write, haste = () => 1, crash = (_point, value) => value } = surroundings;
  const wrapper = compiled.get(file) ?? compile(file);
  compiled.set(file, wrapper);
  const stdout = {
    write: (line: string): boolean => {
      write(line);
      return true;
    },
  };
  const ownProcess: unknown = Object.create(process, { env: { value: environment }, stdout: { value: stdout } });
  const hasty = (run: (...given: unknown[]) => void, ms = 0, ...rest: unknown[]) =>
    setTimeout(run, ms / haste(), ...rest);
  const bundle: { exports: { main?: Main } } = { exports: {} };
  const requireFrom = createRequire(file);
  const ownRequire = (name: string): unknown =>
    name === 'timers' ? { ...timers, setTimeout: hasty } : requireFrom(name);
  wrapper(
    ...[bundle.exports, ownRequire, bundle, file, dirname(file)],
    ...[ownProcess, shiftedDate(clock), hasty, crash],
  );
  const { main } = bundle.exports;
  if (!main) throw new Error(`${file} exports no main`);
  return main;
}

function compile(file: string): Wrapper {
  const parameters = 'exports, require, module, __filename, __dirname, process, Date, setTimeout, __crash';
  const source = `(function (${parameters}) {${readFileSync(file, 'utf8')}\n})`;
  return new Script(source, { filename: file }).runInThisContext() as Wrapper; // the text above is a function
}

function shiftedDate(clock: () => number): DateConstructor {
  return class extends Date {
    constructor(...given: unknown[]) {
      if (given.length === 0) super(clock());
      else super(...(given as [number]));
    }
    static override now(): number {
      return clock();
    }
  } as DateConstructor; // `Date()` without `new`, which it lacks, is not used
}
