import * as z from 'zod/mini';
import { lineOfText } from './membership.ts';
import { operation } from './operation.ts';

const MAX_SIDE = 4096;
const MAX_BYTES = 50_000_000;
/** JPEGs of one picture come in steps: the smallest and the largest that a shop takes must leave room for one. */
const LEAST_ROOM = 10_000;

const side = z.int().check(z.gte(200), z.lte(MAX_SIDE));
const share = (most: number) => z.number().check(z.gte(0), z.lte(most));
const figures = {
  width: side,
  height: side,
  bytes: z.strictObject({
    min: z.int().check(z.gte(0), z.lte(MAX_BYTES)),
    max: z.int().check(z.gte(LEAST_ROOM), z.lte(MAX_BYTES)),
  }),
  /** `white`: pure white around. `scene`: a quiet ground may stay. */
  ground: z.enum(['white', 'scene']),
  /** The share of the limiting side that the garment fills. */
  fill: z.number().check(z.gte(0.3), z.lte(1)),
  /** How much of each side must stay clear of the garment. */
  margin: share(0.3),
  /** What the figures were taken from, in words. */
  source: lineOfText(2, 200),
};
const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));

/** What one shop asks of one kind of picture. */
export const preset = z.strictObject({
  ...{ id: z.string(), platform: z.enum(['taobao', 'jd', 'pinduoduo', 'douyin', 'xiaohongshu', 'amazon', 'shopify']) },
  ...{ zh: z.string(), en: z.string(), format: z.enum(['jpeg', 'png']), ...figures },
  sourceUrl: z.string(),
  /** The day in China on which somebody last compared the figures with that page. */
  verifiedAt: z.nullable(day),
});

export const listPresets = operation({
  name: 'list-presets',
  method: 'GET',
  summary:
    'What shops ask of pictures, as tasks are ordered by it now, with the day on which each was last compared with its source.',
  caller: 'operator',
  input: z.strictObject({}),
  output: z.strictObject({
    version: z.int(),
    items: z.array(preset),
    /** An operator's id, or `migration`. */
    savedBy: z.string(),
    savedAtMs: z.int(),
  }),
});

export const savePreset = operation({
  name: 'save-preset',
  method: 'POST',
  summary: `Saves the figures of one kind of picture as the next edition. \`verified\`: somebody has compared them with the page at \`sourceUrl\`
today. Figures that change without that count as compared by nobody. Tasks keep the edition that they were ordered by.`,
  caller: 'operator',
  input: z
    .strictObject({
      presetId: z.string().check(z.regex(/^[a-z][a-z0-9-]{1,47}$/)),
      ...figures,
      sourceUrl: z.string().check(z.regex(/^(|https:\/\/[^\s/]+\.[^\s/]+(\/\S*)?)$/), z.maxLength(300)),
      verified: z.boolean(),
      /** The edition that was seen. */
      baseVersion: z.int().check(z.gte(1), z.lte(999_999_998)),
      reason: lineOfText(2, 80),
    })
    .check(({ value, issues }) => {
      const refuse = (path: string[], error: string, rule: string, en: string): void =>
        void issues.push({ code: 'custom', path, message: error, input: value, params: { rule, en } });
      if (value.bytes.max - value.bytes.min < LEAST_ROOM)
        refuse(['bytes', 'max'], '至少比最小值多 10000 字节', 'room:10000', 'must be 10,000 bytes over the least');
      if (value.fill + 2 * value.margin > 1)
        refuse(['margin'], '主体占比加两侧留白不能超过 100%', 'fits', 'does not fit beside what the garment fills');
      if (value.verified && value.sourceUrl === '')
        refuse(['sourceUrl'], '标记为已核实时必填', 'required', 'is required of figures that were verified');
    }),
  output: z.strictObject({ version: z.int(), verifiedAt: z.nullable(z.string()) }),
  errors: ['NOT_FOUND', 'SETTINGS_CHANGED'],
  idempotencyKey: 'required',
});
