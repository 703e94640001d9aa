import { describe, expect, it } from 'vitest';
import { ALARMS, METRICS } from '../../../infra/observability/metrics.ts';
import { observabilityPayloads } from '../../../infra/observability/payloads.ts';
import { checkPayload } from '../../../scripts/local/tencent-account/check-payload.ts';
import { readSdkModels } from '../../../scripts/local/tencent-account/read-sdk-models.ts';
import { COMMON_FIELDS, EVENT_MEANINGS } from '../../../scripts/observability/event-meanings.ts';

const models = readSdkModels('cls', 'v20201016');
const topic = { logsetId: 'set-1', topicId: 'topic-1', region: 'ap-guangzhou' };
const payloads = observabilityPayloads('prod', topic, ['notice-1']);

/** What a query asks for that no line has. */
function unknownNames(query: string): string[] {
  const events = [...query.matchAll(/'\$\.log'\) in \(([^)]*)\)/g)].flatMap(([, list]) =>
    [...(list as string).matchAll(/'(\w+)'/g)].map(([, name]) => name as string),
  );
  const fields = [...query.matchAll(/'\$\.(\w+)'/g)].map(([, name]) => name as string);
  const meanings: Readonly<Record<string, { fields: readonly string[] }>> = EVENT_MEANINGS;
  const known = new Set<string>([...COMMON_FIELDS, ...events.flatMap((event) => meanings[event]?.fields ?? [])]);
  return [...events.filter((event) => !(event in meanings)), ...fields.filter((name) => !known.has(name))];
}

describe('the dashboard and the alarms', () => {
  it("are what the SDK's models of CLS take; a wrong one is named", () => {
    checkPayload(models, 'CreateDashboardRequest', { ...payloads.dashboard });
    for (const alarm of payloads.alarms) checkPayload(models, 'CreateAlarmRequest', { ...alarm });
    const [first] = payloads.alarms;
    expect(() => checkPayload(models, 'CreateAlarmRequest', { ...first, Conditions: '1' })).toThrow('Conditions');
    const { TriggerCount: _, ...without } = first!;
    expect(() => checkPayload(models, 'CreateAlarmRequest', without)).toThrow('TriggerCount');
  });

  it('ask for events and fields that are logged, and for no others', () => {
    expect(METRICS.flatMap(({ query }) => unknownNames(query))).toEqual([]);
    const planted =
      "select json_extract_scalar(SCF_Message, '$.age') where json_extract_scalar(SCF_Message, '$.log') in ('no_event')";
    expect(unknownNames(planted)).toEqual(['no_event', 'age']);
  });

  it('read columns that their query answers, of metrics that exist', () => {
    const columnsOf = (id: string) => METRICS.find((metric) => metric.id === id)?.query ?? '';
    for (const { metric, condition } of ALARMS) {
      for (const [, column] of condition.matchAll(/\$1\.(\w+)/g)) {
        expect(columnsOf(metric), metric).toMatch(new RegExp(` as ${column}\\b`));
      }
    }
  });

  it('keep within what CLS says of its numbers and names', () => {
    for (const { Name, AlarmTargets, MonitorTime } of payloads.alarms) {
      expect(Buffer.byteLength(Name)).toBeLessThanOrEqual(255);
      expect(Name).not.toContain('|');
      expect(AlarmTargets[0]?.StartTimeOffset).toBeGreaterThanOrEqual(-1440);
      expect(MonitorTime.Time).toBeLessThanOrEqual(1440);
    }
  });

  it('cover what is to be watched, each metric once in the dashboard', () => {
    const { panels } = JSON.parse(payloads.dashboard.Data ?? '') as { panels: { title: string }[] };
    expect(panels.map(({ title }) => title)).toEqual(METRICS.map(({ title }) => title));
    const ids = METRICS.map(({ id }) => id);
    const wanted = [
      'failure-and-refund-rate',
      'queue-age',
      'callback-failures',
      'reconciliation',
      'cold-starts',
      'latency',
    ];
    expect(ids).toEqual(expect.arrayContaining(wanted));
    expect(ALARMS.map(({ metric }) => metric)).toEqual(expect.arrayContaining(wanted));
  });
});
