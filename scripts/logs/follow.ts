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
 * The lines of one request or tick, of all requests of one trace (the id of a `traceparent`), or of one task, order, refund or archive,
 * in order of time. A request is followed by what its reply and its lines name: to the events of their objects, their steps, the
 * channels' notices, and what timers did to them. Of a tick that moved many, the lines of others are left out.
 */
export function follow(invocations: readonly Followed[], id: string): FollowedLine[] {
  const begun = invocations.filter(({ requestId, output }) => requestId === id || isTraced(output, id));
  const carriers = new Set([id, ...begun.flatMap((one) => said(one).match(CARRIER) ?? [])]);
  const names = (text: string): boolean => [...carriers].some((carrier) => text.includes(carrier));
  return invocations
    .filter((one) => begun.includes(one) || names(`${one.eventText}\n${said(one)}`))
    .sort((a, b) => a.startedAtMs - b.startedAtMs)
    .flatMap((one) => (begun.includes(one) ? linesOf(one) : withoutOthers(linesOf(one), names)))
    .sort((a, b) => a.at.localeCompare(b.at));
}

const textOf = (output: Followed['output']): string => output.map(({ text }) => text).join('');
const said = ({ output, result }: Followed): string => `${textOf(output)}\n${JSON.stringify(result ?? null)}`;

/**
 * A line that carries a trace is shown with a line of that trace that is followed; one without is the invocation's own, unless it names
 * others and none of what is followed.
 */
function withoutOthers(lines: readonly FollowedLine[], names: (text: string) => boolean): FollowedLine[] {
  const traces = new Set(
    lines.filter(({ fields }) => names(JSON.stringify(fields))).map(({ fields }) => fields['trace']),
  );
  return lines.filter(({ fields }) => {
    if ('trace' in fields) return traces.has(fields['trace']);
    const text = JSON.stringify(fields);
    return names(text) || !text.match(CARRIER);
  });
}

const TRACE_ID = /^[0-9a-f]{32}$/;

const isTraced = (output: Followed['output'], id: string): boolean =>
  TRACE_ID.test(id) && textOf(output).includes(`"traceparent":"00-${id}-`);

function linesOf({ output, functionName, requestId }: Followed): FollowedLine[] {
  return textOf(output)
    .split('\n')
    .flatMap((line) => {
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
