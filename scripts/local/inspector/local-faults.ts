/** How the AI engines' stand-ins behave. */
export const ENGINE_MOODS = ['ok', 'slow', 'failing'] as const;
export type EngineMood = (typeof ENGINE_MOODS)[number];

/** What a developer broke on purpose. */
export interface FaultSettings {
  /** Functions whose asynchronous events never arrive. */
  readonly lost: readonly string[];
  /** Functions whose asynchronous events arrive twice. */
  readonly doubled: readonly string[];
  /** The SMS service refuses every number. */
  readonly smsRefused: boolean;
  readonly engines: EngineMood;
  /** Nobody reaches the database. */
  readonly databaseStopped: boolean;
}

export interface LocalFaults {
  readonly settings: () => FaultSettings;
  /** Puts them all as they are given; what is not given works. @throws TypeError that names the field and its rule */
  readonly set: (value: unknown) => FaultSettings;
  readonly copiesOf: (functionName: string) => number;
}

const NONE: FaultSettings = { lost: [], doubled: [], smsRefused: false, engines: 'ok', databaseStopped: false };

export function localFaults(
  functionNames: readonly string[],
  onSet: (settings: FaultSettings) => void = () => undefined,
): LocalFaults {
  let current = NONE;
  return {
    settings: () => current,
    set: (value) => {
      current = readSettings(value, functionNames);
      onSet(current);
      return current;
    },
    copiesOf: (name) => {
      if (current.lost.includes(name)) return 0;
      return current.doubled.includes(name) ? 2 : 1;
    },
  };
}

function readSettings(value: unknown, known: readonly string[]): FaultSettings {
  if (typeof value !== 'object' || value === null) throw new TypeError('the body: a JSON object');
  const given = value as Record<string, unknown>;
  const unknownField = Object.keys(given).find((field) => !(field in NONE));
  if (unknownField !== undefined) throw new TypeError(`${unknownField}: not a fault; ${Object.keys(NONE).join(', ')}`);
  const names = (field: 'lost' | 'doubled'): string[] => {
    const list = given[field] ?? [];
    if (Array.isArray(list) && list.every((name): name is string => known.includes(name as string))) return list;
    throw new TypeError(`${field}: names of functions`);
  };
  const flag = (field: 'smsRefused' | 'databaseStopped'): boolean => {
    const on = given[field] ?? false;
    if (typeof on === 'boolean') return on;
    throw new TypeError(`${field}: true or false`);
  };
  const engines = ENGINE_MOODS.find((mood) => mood === (given['engines'] ?? 'ok'));
  if (engines === undefined) throw new TypeError(`engines: one of ${ENGINE_MOODS.join(', ')}`);
  const [smsRefused, databaseStopped] = [flag('smsRefused'), flag('databaseStopped')];
  return { lost: names('lost'), doubled: names('doubled'), smsRefused, engines, databaseStopped };
}
