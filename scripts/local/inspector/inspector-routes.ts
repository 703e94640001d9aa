import type { IncomingMessage, ServerResponse } from 'node:http';
import { ALIPAY_NOTICE_FAULTS } from '../cashier/alipay/seal-alipay-notice.ts';
import { NOTICE_FAULTS } from '../cashier/wechat/seal-notice.ts';
import type { Scf } from '../scf/scf.ts';
import type { InvocationLog, LoggedInvocation } from './invocation-log.ts';
import type { LocalFaults } from './local-faults.ts';

export interface InspectorParts {
  readonly scf: Scf;
  readonly log: InvocationLog;
  readonly faults: LocalFaults;
  readonly functionNames: readonly string[];
  /** Those that events or timers start: their events can be lost or come twice. */
  readonly asyncNames: readonly string[];
  readonly orders: () => readonly unknown[];
  /** What can be switched in this cloud at all. */
  readonly switches: Readonly<Record<'engines' | 'databaseStopped', boolean>>;
}

type Answer = (value: unknown, status?: number) => void;
type Route = (context: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly rest: string;
  readonly body: () => Promise<unknown>;
  readonly answer: Answer;
}) => unknown;

/** What a list shows of an invocation; its texts can be megabytes. */
function summary(one: LoggedInvocation) {
  const { number, requestId, functionName, type, attempt, startedAtMs, durationMs, initMs, memoryMb, result } = one;
  const error = result.ok ? null : { kind: result.error.kind, message: result.error.errorMessage };
  return { number, requestId, functionName, type, attempt, startedAtMs, durationMs, initMs, memoryMb, error };
}

/** The inspector's part of /local: invocations with their details, live, once more, and what is broken on purpose. */
export function inspectorRoutes({
  scf,
  log,
  faults,
  functionNames,
  asyncNames,
  orders,
  switches,
}: InspectorParts): Record<string, Route> {
  return {
    'GET history': ({ answer, rest }) => {
      if (rest === '') return answer(log.list().map(summary));
      const found = log.find(Number(rest));
      return found ? answer(found) : answer({ error: 'no such invocation is kept' }, 404);
    },
    'GET stream': ({ response }) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      response.write('retry: 1000\n\n');
      const stop = log.onAdded((one) => void response.write(`data: ${JSON.stringify(summary(one))}\n\n`));
      response.on('close', stop);
    },
    'POST replay': async ({ body, answer }) => {
      const { functionName, event, type } = (await body()) as Record<string, unknown>;
      if (typeof functionName !== 'string' || !functionNames.includes(functionName)) {
        return answer({ error: `functionName: one of ${functionNames.join(', ')}` }, 400);
      }
      if (type === 'async') {
        const { requestId, done } = scf.invokeAsync(functionName, event);
        return answer({ requestId, outcome: await done });
      }
      return answer(await scf.invoke(functionName, event));
    },
    'GET faults': ({ answer }) =>
      answer({
        ...faults.settings(),
        functions: asyncNames,
        switches,
        notices: { wechat: NOTICE_FAULTS, alipay: ALIPAY_NOTICE_FAULTS },
      }),
    'POST faults': async ({ body, answer }) => answer(faults.set(await body())),
    'GET orders': ({ answer }) => answer(orders()),
  };
}
