import type {
  CreateAlarmRequest,
  CreateDashboardRequest,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/cls/v20201016/cls_models.js';
import { ALARMS, type AlarmRule, METRICS, type Metric } from './metrics.ts';

export interface LogTopic {
  readonly logsetId: string;
  readonly topicId: string;
  /** Where SQL is to be asked: the topic's region. */
  readonly region: string;
}

export interface ObservabilityPayloads {
  readonly dashboard: CreateDashboardRequest;
  readonly alarms: readonly CreateAlarmRequest[];
}

const metricOf = ({ metric }: AlarmRule): Metric => {
  const found = METRICS.find(({ id }) => id === metric);
  if (!found) throw new RangeError(`no metric ${metric}`);
  return found;
};

/**
 * The dashboard and the alarms of a stage, as CLS's CreateDashboard and CreateAlarm take them. `noticeIds` are groups of
 * people who are told (CreateAlarmNotice, made by the operator: it needs their names).
 */
export function observabilityPayloads(
  stage: string,
  topic: LogTopic,
  noticeIds: readonly string[],
): ObservabilityPayloads {
  return {
    dashboard: { DashboardName: `yiying-${stage}`, Data: JSON.stringify({ panels: METRICS.map(panelOf(topic)) }) },
    alarms: ALARMS.map((rule) => alarmOf(stage, rule, topic, noticeIds)),
  };
}

const PANELS_IN_ROW = 2;
const PANEL = { w: 12, h: 8 };

/** The form in which CLS exports its own dashboards: a panel's `targets` each have a `Query`. */
const panelOf =
  ({ topicId, region }: LogTopic) =>
  ({ title, chart, query }: Metric, index: number) => ({
    id: index + 1,
    title,
    type: chart === 'table' ? 'table' : 'graph',
    gridPos: { ...PANEL, x: (index % PANELS_IN_ROW) * PANEL.w, y: Math.floor(index / PANELS_IN_ROW) * PANEL.h },
    targets: [{ RegionId: region, TopicId: topicId, Query: query, SyntaxRule: 1 }],
  });

function alarmOf(
  stage: string,
  rule: AlarmRule,
  { logsetId, topicId }: LogTopic,
  noticeIds: readonly string[],
): CreateAlarmRequest {
  return {
    Name: `yiying-${stage}-${rule.metric}`,
    AlarmTargets: [
      {
        LogsetId: logsetId,
        TopicId: topicId,
        Query: metricOf(rule).query,
        Number: 1,
        StartTimeOffset: -rule.minutes,
        EndTimeOffset: 0,
        SyntaxRule: 1,
      },
    ],
    MonitorTime: { Type: 'Period', Time: rule.minutes },
    TriggerCount: rule.times,
    AlarmPeriod: 60,
    Condition: rule.condition,
    AlarmLevel: rule.critical ? 2 : 0,
    MessageTemplate: rule.message,
    AlarmNoticeIds: [...noticeIds],
    Status: true,
  };
}
