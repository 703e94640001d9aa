import { publishAnnouncement } from '../../../shared/ops/publish-announcement.ts';
import type { FaultGround } from './fault-ground.ts';
import { requestEvent } from './function-events.ts';
import { type As, newOperator } from './ops-scenarios.ts';
import type { Scenario } from './scenario.ts';

const TEXT = { level: 'info' as const, titleZh: '维护', titleEn: 'Maintenance', bodyZh: '今晚维护', bodyEn: 'Tonight' };

const spanOf = ({ stage }: FaultGround) => ({ startsAtMs: stage.nowMs, endsAtMs: stage.nowMs + 86_400_000 });

async function published(ground: FaultGround): Promise<string> {
  const { stage } = ground;
  const write = { operatorId: 'mch_operator', action: 'publish-announcement', idempotencyKey: 'made' };
  const { announcementId } = await publishAnnouncement(
    stage.db,
    { ...TEXT, ...spanOf(ground) },
    { ...write, requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: stage.nowMs },
  );
  return announcementId;
}

/** What the functions about announcements do. */
export function announcementScenarios(as: As): Record<string, Scenario> {
  return {
    'get-announcements': {
      prepare: async (ground) => {
        await published(ground);
        return requestEvent('get-announcements', {});
      },
    },
    'list-announcements': {
      prepare: async (ground) => {
        await published(ground);
        return as(ground, await newOperator(ground), 'list-announcements');
      },
    },
    'publish-announcement': {
      prepare: async (ground) =>
        as(ground, await newOperator(ground), 'publish-announcement', { body: { ...TEXT, ...spanOf(ground) } }),
      timeless: true,
    },
    'end-announcement': {
      prepare: async (ground) => {
        const announcementId = await published(ground);
        return as(ground, await newOperator(ground), 'end-announcement', { body: { announcementId } });
      },
      timeless: true,
    },
  };
}
