import { create, merchantWith } from '../bursts/arena.ts';
import type { FaultGround } from './fault-ground.ts';
import type { RequestParts } from './function-events.ts';
import type { Scenario } from './scenario.ts';

type AsMerchant = (ground: FaultGround, merchant: string, name: string, parts?: RequestParts) => Promise<object>;

/** The end of an account. `sentCode` answers what the phone was sent. */
export function accountScenarios(
  asMerchant: AsMerchant,
  phone: string,
  sentCode: (ground: FaultGround) => Promise<string>,
): Readonly<Record<string, Scenario>> {
  return {
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
