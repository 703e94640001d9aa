import { LOG_EVENTS, type LogEvent } from '../../shared/logging/events.ts';
import { COMMON_FIELDS, EVENT_MEANINGS } from './event-meanings.ts';

/** The text of docs/events.md. */
export function eventsDocument(): string {
  const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  const rows = (Object.keys(LOG_EVENTS) as LogEvent[]).map((event) => {
    const { when, fields } = EVENT_MEANINGS[event];
    return `| \`${event}\` | ${LOG_EVENTS[event]} | ${when} | ${quoted(fields)} |`;
  });
  return `# What is logged

Written by \`npm run events\` from \`shared/logging/events.ts\`; a test compares. A line is one JSON object with ${quoted(COMMON_FIELDS)} and
its event's own fields; one that names another event does not compile. Never a phone number, code, token, signature or body:
\`shared/logging/redact.ts\` takes out what looks like one.

\`traceparent\` is there where a request sent one. \`trace\` is on the lines that later calls write about a task, an order, a refund or an archive
(its photo's event, its steps, its engine's failures, the channel's notices, its making, and what timers do to it): the trace id of the
\`traceparent\` that it began with, or that request's \`requestId\`. So one search for a request's id, or for a trace's, finds what it set off.

| event | level | when | fields |
|---|---|---|---|
${rows.join('\n')}

Dashboard and alarms made of these: \`infra/observability/\`; what to do when one rings: [symptoms](runbooks/symptoms.md).
`;
}
