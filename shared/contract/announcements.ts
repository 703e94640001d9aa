import * as z from 'zod/mini';
import { idOf } from './ids.ts';
import { lineOfText } from './membership.ts';
import { operation } from './operation.ts';
import { pageLimit } from './quota.ts';

const announcementId = idOf('ann');
const DAY_MS = 86_400_000;
const MOST_DAYS = 90;
const shown = {
  announcementId: z.string(),
  level: z.enum(['info', 'important']),
  titleZh: z.string(),
  titleEn: z.string(),
  bodyZh: z.string(),
  bodyEn: z.string(),
  startsAtMs: z.int(),
  endsAtMs: z.int(),
};
const moment = z.int().check(z.gte(0), z.lte(99_999_999_999_999));

export const getAnnouncements = operation({
  name: 'get-announcements',
  method: 'GET',
  summary:
    'What is to be told to everybody now, important ones first, then the newest; and the settings that pages follow.',
  caller: 'anyone',
  input: z.strictObject({}),
  output: z.strictObject({
    items: z.array(z.strictObject(shown)),
    settings: z.strictObject({
      /** Phones that have no account may make one. */
      signUp: z.boolean(),
      /** A batch has at most so many photos. */
      batchPhotos: z.int(),
      /** From so many credits down they run low. */
      creditsLow: z.int(),
      /** Absent: the page's own. */
      supportContact: z.optional(z.string()),
    }),
  }),
});

export const listAnnouncements = operation({
  name: 'list-announcements',
  method: 'GET',
  summary: 'Announcements of all times, newest first.',
  caller: 'operator',
  input: z.strictObject({ cursor: z.optional(announcementId), limit: pageLimit }),
  output: z.strictObject({
    items: z.array(z.strictObject({ ...shown, createdBy: z.string(), createdAtMs: z.int() })),
    nextCursor: z.optional(z.string()),
  }),
});

export const publishAnnouncement = operation({
  name: 'publish-announcement',
  method: 'POST',
  summary: 'Tells every merchant something, in both languages, from one moment to another.',
  caller: 'operator',
  input: z
    .strictObject({
      level: shown.level,
      titleZh: lineOfText(1, 80),
      titleEn: lineOfText(1, 80),
      bodyZh: lineOfText(1, 500),
      bodyEn: lineOfText(1, 500),
      startsAtMs: moment,
      endsAtMs: moment,
    })
    .check(
      z.refine<{ startsAtMs: number; endsAtMs: number }>(
        ({ startsAtMs, endsAtMs }) => endsAtMs > startsAtMs && endsAtMs - startsAtMs <= MOST_DAYS * DAY_MS,
        {
          path: ['endsAtMs'],
          error: `必须晚于开始时间，且至多 ${MOST_DAYS} 天`,
          params: { rule: `days:0-${MOST_DAYS}`, en: `must be after the start, ${MOST_DAYS} days later at most` },
        },
      ),
    ),
  output: z.strictObject({ announcementId: z.string() }),
  status: 201,
  idempotencyKey: 'required',
});

export const endAnnouncement = operation({
  name: 'end-announcement',
  method: 'POST',
  summary: 'Ends an announcement before its time.',
  caller: 'operator',
  input: z.strictObject({ announcementId }),
  output: z.strictObject({ announcementId: z.string() }),
  errors: ['NOT_FOUND', 'ANNOUNCEMENT_OVER'],
  idempotencyKey: 'required',
});
