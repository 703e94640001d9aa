import { isDeepStrictEqual } from 'node:util';
import { observabilityPayloads } from '../observability/payloads.ts';
import type { Service } from '../serverless/service.ts';
import { type AccountCall, type Answer, listAll } from './account-call.ts';
import { findLogTopic } from './log-parts.ts';
import type { Part } from './part.ts';

/**
 * The stage's dashboard and its alarms over the one log topic. Alarms wake whoever stands in `noticeIds`, groups that the
 * operator makes in the console, for they hold people's numbers; until one is named there are none.
 */
export function observabilityParts(
  call: AccountCall,
  { name, stage, region }: Service,
  noticeIds: readonly string[],
): Part[] {
  const wanted = async () => {
    const topic = await findLogTopic(call, `${name}-${stage}`);
    return topic && { topic, ...observabilityPayloads(stage, { ...topic, region }, noticeIds) };
  };
  // What the payloads hold but the topic's ids is known before there is one.
  const { dashboard, alarms } = observabilityPayloads(stage, { logsetId: '', topicId: '', region }, noticeIds);
  const alarmParts = alarms.map(({ Name }): Part => {
    const ofName = async () => {
      const known = await wanted();
      const alarm = known?.alarms.find((one) => one.Name === Name);
      if (!known || !alarm) throw new Error(`there is no log topic for alarm ${Name}`);
      return { ...known, alarm };
    };
    const create = async () => call('cls', 'CreateAlarm', { ...(await ofName()).alarm });
    return {
      name: `alarm ${Name}`,
      look: async () => {
        const known = await wanted();
        if (!known) return { change: 'create', run: create };
        const { alarm, topic } = await ofName();
        const Filters = [{ Key: 'topicId', Values: [topic.topicId] }];
        const found = (await listAll(call, 'cls', 'DescribeAlarms', 'Alarms', { Filters })).find(
          (one) => one['Name'] === Name,
        );
        if (!found) return { change: 'create', run: create };
        if (holds(found, { ...alarm })) return null;
        return { change: 'update', run: () => call('cls', 'ModifyAlarm', { ...alarm, AlarmId: found['AlarmId'] }) };
      },
    };
  });
  return [
    {
      name: `dashboard ${dashboard.DashboardName}`,
      look: async () => {
        const create = async () => call('cls', 'CreateDashboard', { ...((await wanted())?.dashboard ?? dashboard) });
        const known = await wanted();
        if (!known) return { change: 'create', run: create };
        const { DashboardName, Data } = known.dashboard;
        const Filters = [{ Key: 'dashboardName', Values: [DashboardName] }];
        const found = (await listAll(call, 'cls', 'DescribeDashboards', 'DashboardInfos', { Filters })).find(
          (one) => one['DashboardName'] === DashboardName,
        );
        if (!found) return { change: 'create', run: create };
        if (isSameJson(found['Data'], Data)) return null;
        const request = { DashboardId: found['DashboardId'], DashboardName, Data };
        return { change: 'update', run: () => call('cls', 'ModifyDashboard', request) };
      },
    },
    ...(noticeIds.length > 0 ? alarmParts : [{ name: 'alarms', look: async () => NOBODY_TOLD }]),
  ];
}

const NOBODY_TOLD = {
  change: 'waiting',
  note: 'ALARM_NOTICES=ID,… of the groups to tell: CLS console, 告警策略, 通知渠道组',
} as const;

/** Whether what is there says everything that is wanted; it may say more. */
function holds(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(found) && found.length === wanted.length && wanted.every((one, n) => holds(found[n], one));
  }
  if (typeof wanted !== 'object' || wanted === null) return found === wanted;
  return (
    typeof found === 'object' &&
    found !== null &&
    Object.entries(wanted).every(([key, value]) => holds((found as Answer)[key], value))
  );
}

function isSameJson(one: unknown, other: string | undefined): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(String(one)), JSON.parse(other ?? 'null'));
  } catch {
    return false;
  }
}
