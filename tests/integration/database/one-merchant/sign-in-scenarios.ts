import type { Database, SqlValue } from '../../../../shared/db/database.ts';
import { newId } from '../../../../shared/id.ts';
import { NOW_MS } from '../../../fixtures/product-database.ts';
import { order } from './order-scenarios.ts';
import { at, freshHash, HASH, leasedUnit, nextNumber, type Owner, type Scenario } from './scenario.ts';

const DAY_MS = 86_400_000;

const issue = (owner: Pick<Owner, 'phone' | 'address'>, budget = 1000): SqlValue[] => [
  ...[newId('cod_', NOW_MS), owner.phone, owner.address, HASH, at(0), at(300_000), '2026-03-01', budget],
];

export async function code(db: Database, { phone, address }: Owner, over: { tries?: number; createdMs?: number } = {}) {
  const times = [at(over.createdMs ?? -120_000), at(300_000)];
  await db.write(
    'INSERT INTO login_codes (id, phone, address, code_hash, tries, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [newId('cod_', NOW_MS), phone, address, HASH, over.tries ?? 0, ...times],
  );
}

export const use = ({ phone, address }: Owner, hash = HASH, inviter: string | null = null): SqlValue[] => [
  ...[phone, hash, freshHash(), newId('mch_', NOW_MS), newId('ses_', NOW_MS), freshHash(), 'v1', address, 'agent'],
  ...[at(0), at(30 * DAY_MS), inviter, newId('lot_', NOW_MS)],
];

/** A session with its token. @returns the token's hash */
async function session(db: Database, owner: Owner): Promise<string> {
  await code(db, owner);
  const params = use(owner);
  await db.callProcedure('use_login_code_v3', params);
  return params[5] as string;
}

const rotate = (hash: string, afterMs = 0, next = freshHash()): SqlValue[] => [
  ...[hash, next, 'd'.repeat(64), at(afterMs), at(30 * DAY_MS), at(afterMs - 60_000)],
];

async function takeRate(db: Database, { id }: Owner, taken: number): Promise<SqlValue[]> {
  const params = [`create-task:${id}`, NOW_MS, 2, 60_000];
  for (let n = 0; n < taken; n++) await db.callProcedure('take_rate_v1', params);
  return params;
}

const erase = ({ id, phone }: Owner, over: { phone?: string; hash?: string } = {}): SqlValue[] => [
  ...[id, over.phone ?? phone, over.hash ?? HASH, freshHash(), at(0), at(1095 * DAY_MS)],
];

const erasing = (outcome: string, prepare: Scenario['prepare']): Scenario => ({
  ...{ procedure: 'delete_account_v2', outcome, prepare },
});

export const SIGN_IN_SCENARIOS: readonly Scenario[] = [
  erasing('deleted', async (db, owner) => {
    await leasedUnit(db, owner);
    await session(db, owner);
    await code(db, owner, { createdMs: -1000 });
    return erase(owner);
  }),
  erasing('phone_differs', async (_db, owner) => erase(owner, { phone: '13000000000' })),
  erasing('wrong', async (db, owner) => {
    await code(db, owner);
    return erase(owner, { hash: 'b'.repeat(64) });
  }),
  erasing('expired', async (_db, owner) => erase(owner)),
  erasing('tries_exceeded', async (db, owner) => {
    await code(db, owner, { tries: 5 });
    return erase(owner);
  }),
  erasing('suspended', async (db, owner) => {
    await db.write("UPDATE merchants SET state = 'suspended' WHERE id = ?", [owner.id]);
    return erase(owner);
  }),
  erasing('order_open', async (db, owner) => {
    await code(db, owner);
    await order(db, owner);
    return erase(owner);
  }),
  { procedure: 'issue_login_code_v1', outcome: 'issued', prepare: async (_db, owner) => issue(owner) },
  {
    procedure: 'issue_login_code_v1',
    outcome: 'phone_limited',
    prepare: async (db, owner) => {
      await code(db, owner, { createdMs: -1000 });
      return issue(owner);
    },
  },
  {
    procedure: 'issue_login_code_v1',
    outcome: 'address_limited',
    prepare: async (db, owner) => {
      for (let n = 0; n < 20; n++) await code(db, { ...owner, phone: `139${nextNumber()}` });
      return issue(owner);
    },
  },
  { procedure: 'issue_login_code_v1', outcome: 'budget_spent', prepare: async (_db, owner) => issue(owner, 0) },
  {
    procedure: 'use_login_code_v3',
    outcome: 'signed_in',
    prepare: async (db, owner) => {
      await code(db, owner);
      return use(owner);
    },
  },
  {
    // A phone that nobody has: registers its merchant.
    procedure: 'use_login_code_v3',
    outcome: 'signed_in',
    prepare: async (db, owner) => {
      const stranger = { ...owner, phone: `137${String(nextNumber()).padStart(8, '0')}` };
      await code(db, stranger);
      return use(stranger);
    },
  },
  {
    procedure: 'use_login_code_v3',
    outcome: 'wrong',
    prepare: async (db, owner) => {
      await code(db, owner);
      return use(owner, 'b'.repeat(64));
    },
  },
  { procedure: 'use_login_code_v3', outcome: 'expired', prepare: async (_db, owner) => use(owner) },
  {
    procedure: 'use_login_code_v3',
    outcome: 'tries_exceeded',
    prepare: async (db, owner) => {
      await code(db, owner, { tries: 5 });
      return use(owner);
    },
  },
  {
    procedure: 'use_login_code_v3',
    outcome: 'suspended',
    prepare: async (db, owner) => {
      await code(db, owner);
      await db.write("UPDATE merchants SET state = 'suspended' WHERE id = ?", [owner.id]);
      return use(owner);
    },
  },
  {
    procedure: 'rotate_refresh_token_v2',
    outcome: 'rotated',
    prepare: async (db, owner) => rotate(await session(db, owner)),
  },
  { procedure: 'rotate_refresh_token_v2', outcome: 'unknown', prepare: async () => rotate(freshHash()) },
  {
    procedure: 'rotate_refresh_token_v2',
    outcome: 'expired',
    prepare: async (db, owner) => rotate(await session(db, owner), 31 * DAY_MS),
  },
  {
    procedure: 'rotate_refresh_token_v2',
    outcome: 'revoked',
    prepare: async (db, owner) => {
      const hash = await session(db, owner);
      await db.write('UPDATE sessions SET revoked_at = ? WHERE merchant_id = ?', [at(0), owner.id]);
      return rotate(hash);
    },
  },
  {
    procedure: 'rotate_refresh_token_v2',
    outcome: 'repeated',
    prepare: async (db, owner) => {
      const again = rotate(await session(db, owner));
      await db.callProcedure('rotate_refresh_token_v2', again);
      return again;
    },
  },
  {
    procedure: 'rotate_refresh_token_v2',
    outcome: 'reused',
    prepare: async (db, owner) => {
      const hash = await session(db, owner);
      await db.callProcedure('rotate_refresh_token_v2', rotate(hash));
      return rotate(hash);
    },
  },
  { procedure: 'take_rate_v1', outcome: 'allowed', prepare: (db, owner) => takeRate(db, owner, 1) },
  { procedure: 'take_rate_v1', outcome: 'limited', prepare: (db, owner) => takeRate(db, owner, 2) },
];
