import { createApiKey } from '../../../shared/auth/api-keys.ts';
import { create, merchantWith } from '../bursts/arena.ts';
import type { FaultGround } from './fault-ground.ts';
import type { RequestParts } from './function-events.ts';
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
