import * as z from 'zod/mini';
import { idOf } from './ids.ts';
import { operation } from './operation.ts';
import { pageLimit } from './quota.ts';

const webhookId = idOf('whk');
const deliveryId = idOf('msg');

/** What can be told. `credits.low` needs a mark: `creditsBelow`. */
export const WEBHOOK_EVENTS = ['task.ended', 'batch.ended', 'credits.low'] as const;
const event = z.enum(WEBHOOK_EVENTS);

/** HTTPS on its own port, to a name: an address in numbers, however it is written, is one after parsing. */
function isEndpoint(text: string): boolean {
  if (!/^[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, port, username, password, hash } = new URL(text);
  const isName = /^(?!-)[a-z0-9.-]*[a-z0-9]\.[a-z][a-z0-9-]*$/.test(hostname);
  return protocol === 'https:' && isName && [port, username, password, hash].every((part) => part === '');
}

const url = z.string().check(
  z.maxLength(500),
  z.refine(isEndpoint, {
    error: '须为 https:// 开头的域名地址，不含端口、账号和 #',
    params: { rule: 'https', en: 'must be https:// and a host name, without a port, a user or #' },
  }),
);

const webhook = z.strictObject({
  webhookId: z.string(),
  url: z.string(),
  events: z.array(event),
  creditsBelow: z.optional(z.int()),
  createdAtMs: z.int(),
  /** From 1; each rotation is one more. */
  secretVersion: z.int(),
  /** Until then the secret before signs too. */
  previousSecretEndsAtMs: z.optional(z.int()),
  /** Told no more: removed by its merchant, or by its own answer 410. */
  removedAtMs: z.optional(z.int()),
  removedBy: z.optional(z.enum(['merchant', 'endpoint'])),
});

export const createWebhook = operation({
  name: 'create-webhook',
  method: 'POST',
  summary: `Names an endpoint that is told of events by Standard Webhooks 1.0. Its secret (whsec_…) is in this answer, and in the one that the
same call under the same Idempotency-Key is given.`,
  caller: 'merchant',
  input: z
    .strictObject({
      url,
      events: z.array(event).check(
        z.minLength(1),
        z.refine((events) => new Set(events).size === events.length, {
          error: '不能重复',
          params: { rule: 'unique', en: 'must not repeat itself' },
        }),
      ),
      creditsBelow: z.optional(z.int().check(z.gte(1), z.lte(1_000_000))),
    })
    .check(
      z.refine(({ events, creditsBelow }) => events.includes('credits.low') === (creditsBelow !== undefined), {
        path: ['creditsBelow'],
        error: '订阅 credits.low 时必须填写，否则不能填写',
        params: { rule: 'credits_low_only', en: 'is required with credits.low, and with nothing else' },
      }),
    ),
  output: z.strictObject({ ...webhook.shape, secret: z.string() }),
  status: 201,
  errors: ['WEBHOOKS_MOST', 'ACCOUNT_SUSPENDED'],
  idempotencyKey: 'required',
  rateLimit: { limit: 20, windowSeconds: 3600 },
  secretReply: true,
});

export const rotateWebhookSecret = operation({
  name: 'rotate-webhook-secret',
  method: 'POST',
  summary: `Gives a webhook its next secret; the one that it replaces signs beside it for \`previousHours\` (24 unless said; 0: no more). Asked
again for the same \`secretVersion\` it answers the same secret, and can only shorten that time.`,
  caller: 'merchant',
  input: z.strictObject({
    webhookId,
    /** The one that is to be replaced, as list-webhooks tells it. */
    secretVersion: z.int().check(z.gte(1), z.lte(65_534)),
    previousHours: z.optional(z.int().check(z.gte(0), z.lte(168))),
  }),
  output: z.strictObject({ ...webhook.shape, secret: z.string() }),
  errors: ['NOT_FOUND', 'WEBHOOK_ROTATING', 'WEBHOOK_ROTATED'],
  rateLimit: { limit: 20, windowSeconds: 3600 },
  secretReply: true,
});

export const listWebhooks = operation({
  name: 'list-webhooks',
  viewAs: false,
  method: 'GET',
  summary: "The merchant's newest 50 webhooks, newest first.",
  caller: 'merchant',
  input: z.strictObject({}),
  output: z.strictObject({ items: z.array(webhook) }),
});

export const removeWebhook = operation({
  name: 'remove-webhook',
  method: 'POST',
  summary: 'Ends a webhook: nothing is sent to it any more, what waits is given up. Twice is once.',
  caller: 'merchant',
  input: z.strictObject({ webhookId }),
  output: z.strictObject({ webhookId: z.string(), removedAtMs: z.int() }),
  errors: ['NOT_FOUND'],
});

export const testWebhook = operation({
  name: 'test-webhook',
  method: 'POST',
  summary: 'Sends a webhook an event of the type `webhook.test`, within seconds, as any other.',
  caller: 'merchant',
  input: z.strictObject({ webhookId }),
  output: z.strictObject({ deliveryId: z.string() }),
  status: 202,
  errors: ['NOT_FOUND'],
  rateLimit: { limit: 20, windowSeconds: 60 },
});

export const listWebhookDeliveries = operation({
  name: 'list-webhook-deliveries',
  viewAs: false,
  method: 'GET',
  summary: 'What was sent and is to be sent, newest first; kept for 30 days.',
  caller: 'merchant',
  apiKey: 'read',
  input: z.strictObject({
    webhookId: z.optional(webhookId),
    cursor: z.optional(z.string().check(z.regex(/^[1-9]\d{0,18}$/))),
    limit: pageLimit,
  }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        /** The header `webhook-id`: the same at each attempt. */
        deliveryId: z.string(),
        webhookId: z.string(),
        type: z.string(),
        /** `dead`: given up. It can be sent again. */
        state: z.enum(['waiting', 'delivered', 'dead']),
        attempts: z.int(),
        createdAtMs: z.int(),
        /** Of the last attempt. */
        attemptedAtMs: z.optional(z.int()),
        /** What the endpoint answered to it. */
        status: z.optional(z.int()),
        /** Why it was none: `resolve_failed`, `address_refused`, `certificate`, `timeout`, `connection_failed`, `status`, `removed`, `account`, `lost`. */
        failure: z.optional(z.string()),
        nextAtMs: z.optional(z.int()),
        /** As it is sent, JSON. */
        body: z.string(),
      }),
    ),
    nextCursor: z.optional(z.string()),
  }),
});

export const replayWebhookDelivery = operation({
  name: 'replay-webhook-delivery',
  method: 'POST',
  summary: 'Sends a delivery again that was delivered or given up, under its own id, with attempts anew.',
  caller: 'merchant',
  input: z.strictObject({ deliveryId }),
  output: z.strictObject({ deliveryId: z.string() }),
  status: 202,
  errors: ['NOT_FOUND'],
  rateLimit: { limit: 60, windowSeconds: 60 },
});
