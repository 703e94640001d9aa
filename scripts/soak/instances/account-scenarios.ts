import { createApiKey } from '../../../shared/auth/api-keys.ts';
import { testWebhook } from '../../../shared/webhooks/deliveries.ts';
import { createWebhook, removeWebhook } from '../../../shared/webhooks/webhooks.ts';
import { create, merchantWith } from '../bursts/arena.ts';
import type { FaultGround } from './fault-ground.ts';
import { type RequestParts, timerEvent } from './function-events.ts';
import type { Scenario } from './scenario.ts';

type AsMerchant = (ground: FaultGround, merchant: string, name: string, parts?: RequestParts) => Promise<object>;

const KEY = { name: '店铺后台', scopes: ['read' as const] };

/** A merchant's API keys, and the end of an account. `sentCode` answers what the phone was sent. */
export function accountScenarios(
  asMerchant: AsMerchant,
  phone: string,
  sentCode: (ground: FaultGround) => Promise<string>,
): Readonly<Record<string, Scenario>> {
  const withKey = async (ground: FaultGround) => {
    const merchantId = await merchantWith(ground.arena, []);
    const asked = {
      merchantId,
      ...KEY,
      idempotencyKey: 'made',
      requestHash: 'a'.repeat(64),
      nowMs: ground.stage.nowMs,
    };
    return { merchantId, ...(await createApiKey(ground.stage.db, asked)) };
  };
  const withWebhook = async (ground: FaultGround) => {
    const { db, nowMs } = ground.stage;
    const merchantId = await merchantWith(ground.arena, []);
    const asked = { merchantId, url: 'https://hooks.example.com/', events: ['task.ended' as const], nowMs };
    const made = { ...asked, idempotencyKey: 'made', requestHash: 'a'.repeat(64) };
    const { webhookId } = await createWebhook(db, ground.stage.totpKey, made);
    return { merchantId, webhookId, ...(await testWebhook(db, { merchantId, webhookId, nowMs, trace: 'req-1' })) };
  };
  return {
    'create-api-key': {
      prepare: async (ground) =>
        asMerchant(ground, await merchantWith(ground.arena, []), 'create-api-key', { body: KEY }),
      spent: { code: 'API_KEY_SHOWN', marks: ['api_keys'] },
    },
    'list-api-keys': {
      prepare: async (ground) => asMerchant(ground, (await withKey(ground)).merchantId, 'list-api-keys'),
    },
    'revoke-api-key': {
      prepare: async (ground) => {
        const { merchantId, apiKeyId } = await withKey(ground);
        return asMerchant(ground, merchantId, 'revoke-api-key', { body: { apiKeyId } });
      },
      timeless: true,
    },
    'create-webhook': {
      prepare: async (ground) => {
        const body = { url: 'https://hooks.example.com/', events: ['task.ended'] };
        return asMerchant(ground, await merchantWith(ground.arena, []), 'create-webhook', { body });
      },
    },
    'list-webhooks': {
      prepare: async (ground) => asMerchant(ground, (await withWebhook(ground)).merchantId, 'list-webhooks'),
    },
    'rotate-webhook-secret': {
      prepare: async (ground) => {
        const { merchantId, webhookId } = await withWebhook(ground);
        const body = { webhookId, secretVersion: 1 };
        return asMerchant(ground, merchantId, 'rotate-webhook-secret', { body });
      },
      timeless: true,
    },
    'remove-webhook': {
      prepare: async (ground) => {
        const { merchantId, webhookId } = await withWebhook(ground);
        return asMerchant(ground, merchantId, 'remove-webhook', { body: { webhookId } });
      },
      timeless: true,
    },
    'test-webhook': {
      prepare: async (ground) => {
        const { merchantId, webhookId } = await withWebhook(ground);
        return asMerchant(ground, merchantId, 'test-webhook', { body: { webhookId } });
      },
      // One more is one more test event.
      ignores: ['webhook_deliveries'],
    },
    'list-webhook-deliveries': {
      prepare: async (ground) => asMerchant(ground, (await withWebhook(ground)).merchantId, 'list-webhook-deliveries'),
    },
    'replay-webhook-delivery': {
      prepare: async (ground) => {
        const { merchantId, deliveryId } = await withWebhook(ground);
        return asMerchant(ground, merchantId, 'replay-webhook-delivery', { body: { deliveryId } });
      },
      timeless: true,
    },
    'deliver-webhooks': {
      // Of a webhook that was removed: given up without a word to anybody.
      prepare: async (ground) => {
        const { merchantId, webhookId } = await withWebhook(ground);
        await removeWebhook(ground.stage.db, merchantId, webhookId, ground.stage.nowMs);
        return timerEvent('deliver-webhooks');
      },
      timeless: true,
      asksAgain: 'deliver-webhooks',
    },
    'delete-account': {
      prepare: async (ground) => {
        const merchant = await merchantWith(ground.arena, [3, 2]);
        await create(ground.stage.db, merchant);
        await ground.stage.plain.query('UPDATE merchants SET phone = ? WHERE id = ?', [phone, merchant]);
        const body = { phone, code: await sentCode(ground), understood: true };
        return asMerchant(ground, merchant, 'delete-account', { body });
      },
    },
  };
}
