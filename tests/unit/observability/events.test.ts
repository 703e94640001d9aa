import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMON_FIELDS, EVENT_MEANINGS } from '../../../scripts/observability/event-meanings.ts';
import { eventsDocument } from '../../../scripts/observability/events-document.ts';
import { LOG_EVENTS, type LogEvent } from '../../../shared/logging/events.ts';
import { ROOT } from '../structure/import-graph.ts';
import { listFiles } from '../structure/list-files.ts';

const sources = listFiles(ROOT, ['functions', 'shared'], /\.ts$/)
  .filter((file) => file !== 'shared/logging/events.ts')
  .map((file) => readFileSync(`${ROOT}${file}`, 'utf8'));
const events = Object.keys(LOG_EVENTS) as LogEvent[];
const neverLogged = (names: readonly string[]): string[] =>
  names.filter((name) => !sources.some((text) => text.includes(`'${name}'`)));

describe('events', () => {
  it('stand in docs/events.md as they are now', () => {
    expect(readFileSync(`${ROOT}docs/events.md`, 'utf8'), 'npm run events').toBe(eventsDocument());
  });

  it('are logged somewhere, each of them', () => {
    expect(events.length).toBeGreaterThan(20);
    expect(neverLogged(events)).toEqual([]);
    expect(neverLogged([`no_${'such'}_event`])).toEqual([`no_${'such'}_event`]);
  });

  it('have fields that the sources name, none of which is a secret by its name', () => {
    for (const event of events) {
      for (const field of EVENT_MEANINGS[event].fields) {
        const named = new RegExp(`\\b${field}\\b`);
        expect(
          sources.some((text) => named.test(text)),
          `${event}.${field}`,
        ).toBe(true);
        expect(COMMON_FIELDS, `${event}.${field}`).not.toContain(field);
        expect(field).not.toMatch(/phone|token|signature|secret|^code$/i);
      }
    }
  });
});
