import { CSV_MARK, csvRow } from '../csv.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { newId } from '../id.ts';
import { DAY_MS } from '../shanghai-day.ts';
import { hashRedeemCode, newRedeemCode } from './redeem-code-text.ts';

export interface RedeemBatchRequest {
  readonly name: string;
  /** 1–1000. */
  readonly codes: number;
  readonly credits: number;
  readonly days: number;
  readonly uses: number;
  readonly validDays: number;
  readonly access: 'basic' | 'member';
  readonly reason: string;
  readonly operatorId: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly requestId: string;
  readonly nowMs: number;
}

const HINT_CHARS = 4;
const HEADER = ['序号', '卡密', '额度', '天数', '可用次数', '有效期至'];
const REFUSALS = { shown: 'REDEEM_CODES_SHOWN', conflict: 'IDEMPOTENCY_CONFLICT' } as const;

/**
 * Makes the codes of a batch; they leave the process in this answer and are not to be had again, not even under the same key.
 * @throws ApiError REDEEM_CODES_SHOWN, IDEMPOTENCY_CONFLICT
 */
export async function createRedeemBatch(
  db: Database,
  { nowMs, ...asked }: RedeemBatchRequest,
): Promise<{ batchId: string; expiresAtMs: number; csv: string }> {
  const batchId = newId('rdb_', nowMs);
  const expiresAtMs = nowMs + asked.validDays * DAY_MS;
  const codes = Array.from({ length: asked.codes }, newRedeemCode);
  const { outcome } = await db.callProcedure<{ outcome: 'created' | keyof typeof REFUSALS }>('create_redeem_batch_v1', [
    ...[batchId, asked.name, asked.codes, asked.credits, asked.days, asked.access, asked.uses, sqlTime(expiresAtMs)],
    ...[codes.map(hashRedeemCode).join(''), codes.map((code) => code.slice(-HINT_CHARS)).join('')],
    ...[asked.operatorId, asked.reason, asked.idempotencyKey, asked.requestHash, asked.requestId, sqlTime(nowMs)],
  ]);
  if (outcome !== 'created') throw new ApiError(REFUSALS[outcome]);
  const until = new Date(expiresAtMs).toISOString();
  const rows = codes.map((code, at) => [at + 1, code, asked.credits, asked.days, asked.uses, until]);
  const csv = CSV_MARK + [HEADER, ...rows].map(csvRow).join('');
  return { batchId, expiresAtMs, csv };
}
