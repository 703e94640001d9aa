import * as z from 'zod/mini';
import { lineOfText } from './membership.ts';
import { operation } from './operation.ts';

const values = {
  nameZh: lineOfText(1, 40),
  nameEn: lineOfText(1, 40),
  amountFen: z.int().check(z.gte(1), z.lte(10_000_000)),
  credits: z.int().check(z.gte(1), z.lte(100_000)),
  /** How long membership and credits last. */
  days: z.int().check(z.gte(1), z.lte(3660)),
  /** Of the credits that it grants. */
  access: z.enum(['basic', 'member']),
  onSale: z.boolean(),
  /** In the list of those on sale, smallest first. */
  position: z.int().check(z.gte(0), z.lte(999)),
};
const planId = z.string().check(z.regex(/^[a-z][a-z0-9_]{1,31}$/));

export const listAllPlans = operation({
  name: 'list-all-plans',
  method: 'GET',
  summary: 'Every plan, on sale or not, in the order of the list.',
  caller: 'operator',
  input: z.strictObject({}),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        planId: z.string(),
        version: z.int(),
        nameZh: z.string(),
        nameEn: z.string(),
        amountFen: z.int(),
        credits: z.int(),
        days: z.int(),
        access: z.enum(['basic', 'member']),
        onSale: z.boolean(),
        position: z.int(),
      }),
    ),
  }),
});

export const savePlan = operation({
  name: 'save-plan',
  method: 'POST',
  summary: `Saves a plan as the version after the one that was seen, or makes one (\`baseVersion\` 0): its price, what it grants, whether it is on
sale. Orders keep what they were ordered at.`,
  caller: 'operator',
  operators: { stepUp: true },
  input: z.strictObject({
    planId,
    ...values,
    baseVersion: z.int().check(z.gte(0), z.lte(999_999_998)),
    reason: lineOfText(2, 80),
  }),
  output: z.strictObject({ planId: z.string(), version: z.int() }),
  errors: ['SETTINGS_CHANGED'],
  idempotencyKey: 'required',
});
