import { createHash } from 'node:crypto';

const TRACE_ID = /^(?!0{32}$)[0-9a-f]{32}$/;

/**
 * How a call of ours goes on with the trace that its work began with (https://www.w3.org/TR/trace-context/); undefined where that work
 * began without one, and so with an id of ours that is none of anybody's trace.
 * @param call what is this call's alone: its span is told by it
 */
export function traceparentOf(trace: string | null, call: string): string | undefined {
  if (trace === null || !TRACE_ID.test(trace)) return undefined;
  const span = createHash('sha256').update(call).digest('hex').slice(0, 16);
  return `00-${trace}-${span}-01`;
}
