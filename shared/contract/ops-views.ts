import * as z from 'zod/mini';
import { lineOfText } from './membership.ts';
import { operation } from './operation.ts';
import { merchantId } from './ops-merchants.ts';

export const viewAs = operation({
  name: 'view-as',
  method: 'POST',
  summary: `A token by which an operator or support sees for ten minutes what a merchant sees, and changes nothing: every operation that
writes, or shows a secret, refuses it. It cannot be refreshed, and ends with the operator's session, role or account, or by logout.`,
  caller: 'operator',
  operators: { role: 'support', stepUp: true },
  input: z.strictObject({ merchantId, reason: lineOfText(2, 80) }),
  output: z.strictObject({
    viewId: z.string(),
    /** In place of an access token. */
    viewToken: z.string(),
    merchantId: z.string(),
    phoneMasked: z.string(),
    expiresAtMs: z.int(),
  }),
  status: 201,
  errors: ['NOT_FOUND', 'VIEW_ENDED'],
  idempotencyKey: 'required',
  secretReply: true,
});
