/** What the inspector of the local cloud tells of an invocation. */
export interface Followed {
  readonly requestId: string;
  readonly functionName: string;
  readonly startedAtMs: number;
  readonly eventText: string;
  readonly output: readonly { readonly text: string }[];
  readonly result: unknown;
}

export interface FollowedLine {
  readonly at: string;
  readonly function: string;
  readonly requestId: string;
  readonly log: string;
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What carries a request on: COS's keys, payment notices and entries name these, and nothing else crosses from one call to the next. */
const CARRIER = /\b(?:tsk|ord|rfd|arc)_[0-9A-Z]{26}\b/g;
const COMMON = new Set(['at', 'level', 'log', 'function', 'requestId']);

/**
 * The lines of one request, of all requests of one trace (the id of a `traceparent`), or of one task or order, in order of time. A
 * request is followed by the tasks and orders that its reply names: to the events of their objects, their steps and the
 * channels' notices.
 */
export function follow(invocations: readonly Followed[], id: string): FollowedLine[] {
  const begun = invocations.filter(({ requestId, output }) => requestId === id || isTraced(output, id));
  const carriers = new Set([id, ...begun.flatMap(({ result }) => JSON.stringify(result ?? null).match(CARRIER) ?? [])]);
  const names = ({ eventText, output, result }: Followed): boolean => {
    const text = `${eventText}\n${output.map((chunk) => chunk.text).join('')}\n${JSON.stringify(result ?? null)}`;
    return [...carriers].some((carrier) => text.includes(carrier));
  };
  return invocations
    .filter((one) => begun.includes(one) || names(one))
    .sort((a, b) => a.startedAtMs - b.startedAtMs)
    .flatMap(linesOf)
    .sort((a, b) => a.at.localeCompare(b.at));
}

const TRACE_ID = /^[0-9a-f]{32}$/;

const isTraced = (output: Followed['output'], id: string): boolean =>
  TRACE_ID.test(id) &&
  output
    .map(({ text }) => text)
    .join('')
    .includes(`"traceparent":"00-${id}-`);

function linesOf({ output, functionName, requestId }: Followed): FollowedLine[] {
  const text = output.map((chunk) => chunk.text).join('');
  return text.split('\n').flatMap((line) => {
    const parsed = asObject(line);
    if (!parsed) return [];
    const fields = Object.fromEntries(Object.entries(parsed).filter(([name]) => !COMMON.has(name)));
    const word = (name: string): string => String(parsed[name] ?? '');
    return [{ at: word('at'), function: functionName, requestId, log: word('log'), level: word('level'), fields }];
  });
}

function asObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'log' in value ? value : undefined;
  } catch {
    // What a library printed is no line of ours.
    return undefined;
  }
}

/** One line for a person. */
export function readable({ at, function: name, log, level, fields }: FollowedLine): string {
  const rest = Object.entries(fields)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  return `${at.slice(11, 23)}  ${level.padEnd(5)} ${name.padEnd(20)} ${log.padEnd(18)} ${rest}`;
}
