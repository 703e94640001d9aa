import { sqlTime } from '../../../shared/db/sql-time.ts';
import { totpCode } from '../../../shared/ops/totp.ts';
import { seal } from '../../../shared/seal.ts';
import { HOUR_MS, merchantWith } from '../bursts/arena.ts';
import type { FaultGround } from './fault-ground.ts';
import type { RequestParts } from './function-events.ts';
import type { Scenario } from './scenario.ts';

/** `as`: who has signed in. */
type As = (ground: FaultGround, merchant: string, name: string, parts?: RequestParts) => Promise<object>;

const PHONE = '13900000003';
const SESSION = 'ses_01JD0000000000000000000000';
const SECRET = Buffer.from('12345678901234567890');

/** An operator who has shown a second factor. */
export async function newOperator({ stage, arena }: FaultGround): Promise<string> {
  const operator = await merchantWith(arena, []);
  const [now, later] = [sqlTime(stage.nowMs), sqlTime(stage.nowMs + 24 * HOUR_MS)];
  await stage.plain.query(
    `INSERT INTO operators (merchant_id, role, name, created_at) VALUES (?, 'operator', '', ?);
     INSERT INTO operator_step_ups (merchant_id, session_id, expires_at) VALUES (?, ?, ?)`,
    [operator, now, operator, SESSION, later],
  );
  return operator;
}

/** Who looks again is seen again. */
const AUDITED = { ignores: ['audit_log'] };

/** What the operators' functions do. */
export function opsScenarios(as: As): Record<string, Scenario> {
  const withSecret = (name: string, column: 'sealed' | 'pending_sealed'): Scenario => ({
    prepare: async (ground) => {
      const { stage } = ground;
      const operator = await newOperator(ground);
      await stage.plain.query(`INSERT INTO operator_totps (merchant_id, ${column}, created_at) VALUES (?, ?, ?)`, [
        ...[operator, seal(stage.totpKey, SECRET, operator), sqlTime(stage.nowMs)],
      ]);
      const code = totpCode(SECRET, Math.floor(stage.nowMs / 30_000));
      return as(ground, operator, name, { body: { code } });
    },
  });
  const read = (name: string): Scenario => ({
    prepare: async (ground) => as(ground, await newOperator(ground), name),
    ...AUDITED,
  });
  return {
    'get-operator': read('get-operator'),
    'list-audit': read('list-audit'),
    'enrol-totp': {
      prepare: async (ground) => {
        const { stage } = ground;
        const operator = await newOperator(ground);
        const now = sqlTime(stage.nowMs);
        await stage.plain.query(
          `INSERT INTO sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at) VALUES (?, ?, '', '', ?, ?, ?)`,
          [SESSION, operator, now, now, sqlTime(stage.nowMs + HOUR_MS)],
        );
        return as(ground, operator, 'enrol-totp', { body: {} });
      },
    },
    'confirm-totp': withSecret('confirm-totp', 'pending_sealed'),
    'step-up': withSecret('step-up', 'sealed'),
    'reset-totp': {
      prepare: async (ground) => {
        const { stage } = ground;
        const operator = await newOperator(ground);
        await stage.plain.query('INSERT INTO operator_totps (merchant_id, created_at) VALUES (?, ?)', [
          ...[operator, sqlTime(stage.nowMs)],
        ]);
        await stage.plain.query('UPDATE merchants SET phone = ? WHERE id = ?', [PHONE, operator]);
        return { phone: PHONE };
      },
      timeless: true,
    },
  };
}
