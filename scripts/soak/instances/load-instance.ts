import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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

interface Compiled {
  readonly wrapper: (...globals: readonly unknown[]) => void;
  /** To be done once the bundle has run, for V8 compiles what is run. */
  readonly keep: () => void;
}

const compiled = new Map<string, Compiled>();

/**
 * A cold instance of a built function, in this process: modules, services and connection of its own. Its clock, its
 * environment and its output are parameters of the bundle, so that nothing of this process is replaced.
 */
export function loadInstance(file: string, surroundings: Surroundings): Main {
  const { clock, environment, write, haste = () => 1, crash = (_point, value) => value } = surroundings;
  const known = compiled.get(file);
  const { wrapper, keep } = known ?? compile(file);
  compiled.set(file, { wrapper, keep });
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
  if (!known) keep();
  const { main } = bundle.exports;
  if (!main) throw new Error(`${file} exports no main`);
  return main;
}

/** The first process that compiles a bundle leaves V8's code beside it for those that are started for one call. */
function compile(file: string): Compiled {
  const parameters = 'exports, require, module, __filename, __dirname, process, Date, setTimeout, __crash';
  const source = `(function (${parameters}) {${readFileSync(file, 'utf8')}\n})`;
  const cacheFile = `${file}.cache`;
  const cachedData = existsSync(cacheFile) ? readFileSync(cacheFile) : undefined;
  const script = new Script(source, { filename: file, ...(cachedData && { cachedData }) });
  const keep = () => {
    if (!cachedData) writeFileSync(cacheFile, script.createCachedData());
  };
  return { wrapper: script.runInThisContext() as Compiled['wrapper'], keep }; // the text above is a function
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
