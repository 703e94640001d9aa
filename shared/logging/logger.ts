import type { Clock } from '../clock.ts';
import { LOG_EVENTS, type LogEvent } from './events.ts';
import { redact } from './redact.ts';

export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one JSON line. Never throws, and never writes a phone number, code, token, signature or body. */
export type Logger = (event: LogEvent, fields?: LogFields) => void;

export type WriteLine = (line: string) => void;

/** SCF ships stdout to CLS line by line. `console` is not used: it is absent from deployed bundles by rule. */
export const writeToStdout: WriteLine = (line) => {
  process.stdout.write(line);
};

/** A logger whose lines all carry `base` (function, requestId, coldStart, …). */
export function createLogger(base: LogFields, clock: Clock, write: WriteLine = writeToStdout): Logger {
  return (event, fields) => {
    const line = { at: timeOf(clock), level: LOG_EVENTS[event], log: event, ...base };
    write(`${stringify(line, fields)}\n`);
  };
}

function timeOf(clock: Clock): string {
  return new Date(clock()).toISOString();
}

function stringify(line: Record<string, unknown>, fields: LogFields | undefined): string {
  try {
    // The line's own fields come first for the reader, and last so that nothing written over them stays.
    return JSON.stringify({ ...line, ...(redact(fields ?? {}) as Record<string, unknown>), ...line });
  } catch {
    // A getter of the logged value threw; the event itself still counts.
    return JSON.stringify({ ...line, fields: '[unreadable]' });
  }
}
