import { randomUUID } from 'node:crypto';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import { type Payload, page, text } from './scf-state.ts';

interface Topic {
  readonly id: string;
  readonly logsetId: string;
  readonly name: string;
  periodDays: number;
  index: unknown;
}

export interface LogsState {
  readonly logsets: Map<string, string>;
  readonly topics: Topic[];
  readonly dashboards: Kept[];
  readonly alarms: Kept[];
}

/** As it was asked for, under an id. */
interface Kept {
  readonly id: string;
  request: Payload;
}

type Action = (state: LogsState, payload: Payload) => Payload;

export const emptyLogs = (): LogsState => ({ logsets: new Map(), topics: [], dashboards: [], alarms: [] });

/** CLS 2020-10-16: log sets, topics and their index. Names are searched within, as the API does. */
export const CLS_ACTIONS: Readonly<Record<string, Action>> = {
  DescribeLogsets: ({ logsets }, payload) => {
    const all = [...logsets].filter(([, name]) => passes(payload, { logsetName: name }));
    return {
      Logsets: page(all, payload).map(([LogsetId, LogsetName]) => ({ LogsetId, LogsetName })),
      TotalCount: all.length,
    };
  },
  CreateLogset: ({ logsets }, payload) => {
    const name = checkedName(payload, 'LogsetName');
    if ([...logsets.values()].includes(name)) throw new ApiRefusal('FailedOperation.LogsetConflict', `${name} exists.`);
    const id = `logset-${logsets.size + 1}`;
    logsets.set(id, name);
    return { LogsetId: id };
  },
  DescribeTopics: ({ topics }, payload) => {
    const all = topics.filter(({ name, logsetId }) => passes(payload, { topicName: name, logsetId }));
    const Topics = page(all, payload).map(({ id, logsetId, name, periodDays, index }) => ({
      ...{ TopicId: id, LogsetId: logsetId, TopicName: name, Period: periodDays, Index: index !== null },
    }));
    return { Topics, TotalCount: all.length };
  },
  CreateTopic: (state, payload) => {
    const logsetId = text(payload, 'LogsetId');
    const name = checkedName(payload, 'TopicName');
    if (!state.logsets.has(logsetId)) throw new ApiRefusal('ResourceNotFound.LogsetNotExist', 'No such log set.');
    if (state.topics.some((one) => one.logsetId === logsetId && one.name === name))
      throw new ApiRefusal('FailedOperation.TopicConflict', `${name} exists.`);
    const id = `topic-${state.topics.length + 1}`;
    state.topics.push({ id, logsetId, name, periodDays: checkedPeriod(payload), index: null });
    return { TopicId: id };
  },
  ModifyTopic: (state, payload) => {
    topicOf(state, payload).periodDays = checkedPeriod(payload);
    return {};
  },
  CreateIndex: (state, payload) => {
    const topic = topicOf(state, payload);
    if (topic.index !== null) throw new ApiRefusal('FailedOperation.IndexConflict', 'The index exists.');
    topic.index = payload['Rule'];
    return {};
  },
  DescribeIndex: (state, payload) => {
    const { id, index } = topicOf(state, payload);
    if (index === null) throw new ApiRefusal('ResourceNotFound.IndexNotExist', 'There is no index.');
    return { TopicId: id, Status: true, Rule: index };
  },
  ModifyIndex: (state, payload) => {
    const topic = topicOf(state, payload);
    if (topic.index === null) throw new ApiRefusal('ResourceNotFound.IndexNotExist', 'There is no index.');
    topic.index = payload['Rule'] ?? topic.index;
    return {};
  },
  DescribeDashboards: ({ dashboards }, payload) => {
    const all = dashboards.filter(({ request }) => passes(payload, { dashboardName: text(request, 'DashboardName') }));
    const DashboardInfos = page(all, payload).map(({ id, request }) => ({ ...request, DashboardId: id }));
    return { DashboardInfos, TotalCount: all.length };
  },
  CreateDashboard: ({ dashboards }, payload) => {
    const name = checkedName(payload, 'DashboardName');
    if (dashboards.some(({ request }) => request['DashboardName'] === name))
      throw new ApiRefusal('FailedOperation.DashboardNameConflict', `${name} exists.`);
    return { DashboardId: keep(dashboards, 'dashboard', payload) };
  },
  ModifyDashboard: ({ dashboards }, payload) => change(dashboards, payload, 'DashboardId'),
  DescribeAlarms: ({ alarms }, payload) => {
    const topicIds = ({ request }: Kept) =>
      (request['AlarmTargets'] as { TopicId: string }[]).map((one) => one.TopicId);
    const all = alarms.filter((one) =>
      topicIds(one).some((topicId) => passes(payload, { topicId, name: text(one.request, 'Name') })),
    );
    const Alarms = page(all, payload).map(({ id, request }) => ({ ...request, AlarmId: id }));
    return { Alarms, TotalCount: all.length };
  },
  CreateAlarm: (state, payload) => {
    const name = checkedName(payload, 'Name');
    if (state.alarms.some(({ request }) => request['Name'] === name))
      throw new ApiRefusal('FailedOperation.AlarmConflict', `${name} exists.`);
    for (const target of payload['AlarmTargets'] as Payload[]) topicOf(state, target);
    return { AlarmId: keep(state.alarms, 'alarm', payload) };
  },
  ModifyAlarm: ({ alarms }, payload) => change(alarms, payload, 'AlarmId'),
  DeleteAlarm: ({ alarms }, payload) => drop(alarms, payload['AlarmId']),
  DeleteDashboard: ({ dashboards }, payload) => drop(dashboards, payload['DashboardId']),
  DeleteTopic: ({ topics }, payload) => drop(topics, payload['TopicId']),
  DeleteLogset: ({ logsets, topics }, payload) => {
    const id = text(payload, 'LogsetId');
    if (!logsets.has(id)) throw new ApiRefusal('ResourceNotFound.LogsetNotExist', 'No such log set.');
    if (topics.some(({ logsetId }) => logsetId === id))
      throw new ApiRefusal('FailedOperation.LogsetNotEmpty', 'The log set has topics.');
    logsets.delete(id);
    return {};
  },
};

function keep(list: Kept[], prefix: string, request: Payload): string {
  const id = `${prefix}-${randomUUID()}`;
  list.push({ id, request });
  return id;
}

function change(list: Kept[], payload: Payload, idField: string): Payload {
  const { [idField]: id, ...request } = payload;
  const found = list.find((one) => one.id === id);
  if (!found) throw new ApiRefusal('ResourceNotFound', `${String(id)} does not exist.`);
  found.request = { ...found.request, ...request };
  return {};
}

function drop(list: { readonly id: string }[], id: unknown): Payload {
  const at = list.findIndex((one) => one.id === id);
  if (at === -1) throw new ApiRefusal('ResourceNotFound', `${String(id)} does not exist.`);
  list.splice(at, 1);
  return {};
}

function topicOf({ topics }: LogsState, payload: Payload): Topic {
  const topic = topics.find(({ id }) => id === payload['TopicId']);
  if (!topic) throw new ApiRefusal('ResourceNotFound.TopicNotExist', 'No such topic.');
  return topic;
}

function checkedName(payload: Payload, field: string): string {
  const name = text(payload, field);
  if (name === '' || name.length > 255 || name.includes('|'))
    throw new ApiRefusal('InvalidParameter.Content', `${field} is not valid.`);
  return name;
}

function checkedPeriod(payload: Payload): number {
  const days = Number(payload['Period'] ?? 30);
  if (days !== 3640 && (days < 1 || days > 3600)) throw new ApiRefusal('InvalidParameter.Content', 'Period is 1-3600.');
  return days;
}

function passes(payload: Payload, fields: Readonly<Record<string, string>>): boolean {
  const filters = (payload['Filters'] ?? []) as { Key: string; Values: string[] }[]; // checked by the model
  return filters.every(({ Key, Values }) => {
    const value = fields[Key];
    if (value === undefined) throw new ApiRefusal('InvalidParameter.Content', `The filter ${Key} is not known.`);
    return Values.some((one) => (Key.endsWith('Name') ? value.includes(one) : value === one));
  });
}
