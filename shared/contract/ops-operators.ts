import * as z from 'zod/mini';
import { lineOfText } from './membership.ts';
import { operation } from './operation.ts';
import { merchantId } from './ops-merchants.ts';
import { pageLimit } from './quota.ts';

const role = z.enum(['operator', 'support']);

export const listOperators = operation({
  name: 'list-operators',
  method: 'GET',
  summary: 'Who has or had a role at the console, by the age of their accounts.',
  caller: 'operator',
  operators: { role: 'operator' },
  input: z.strictObject({ cursor: z.optional(merchantId), limit: pageLimit }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        /** Of the person's own account as a merchant. */
        operatorId: z.string(),
        name: z.string(),
        role,
        /** `suspended`: as a merchant, so that the role is of no use meanwhile. */
        state: z.enum(['active', 'suspended', 'ended']),
        /** Has an authenticator. */
        enrolled: z.boolean(),
        createdAtMs: z.int(),
        endedAtMs: z.optional(z.int()),
      }),
    ),
    nextCursor: z.optional(z.string()),
  }),
});

export const setOperator = operation({
  name: 'set-operator',
  method: 'POST',
  summary:
    'Gives a merchant a role at the console, another one, or takes it away, which holds at the next call. Nobody changes their own, so that an operator is always left.',
  caller: 'operator',
  operators: { stepUp: true },
  input: z.strictObject({
    merchantId,
    role: z.enum([...role.options, 'none']),
    /** For readers of the audit log; of a role that ends it stays as it was. */
    name: lineOfText(1, 64),
    /** Kept with what was done, for whoever asks later. */
    reason: lineOfText(2, 80),
  }),
  output: z.strictObject({ merchantId: z.string(), role: z.enum([...role.options, 'none']) }),
  errors: ['NOT_FOUND', 'OWN_ACCOUNT'],
  idempotencyKey: 'required',
});
