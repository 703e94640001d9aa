import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { newId, randomCode } from '../id.ts';
import type { Logger } from '../logging/logger.ts';
import { secondsOfShanghaiDayLeft, shanghaiDay } from '../shanghai-day.ts';
import type { Captcha } from './captcha.ts';
import { limitAddress } from './limit-address.ts';
import { CODE_DIGITS, CODE_LIFE_MINUTES, type LoginCodes } from './login-codes.ts';
import type { SmsOutcome, SmsSender } from './sms-sender.ts';

export interface SendCodeServices {
  readonly db: Database;
  readonly codes: LoginCodes;
  readonly sms: SmsSender;
  readonly captcha: Captcha;
  readonly dailyBudget: number;
}

export interface CodeRequest {
  readonly phone: string;
  readonly captcha?: string | undefined;
  readonly address: string;
  readonly nowMs: number;
  readonly log: Logger;
}

const MINUTE_MS = 60_000;
const RESEND_SECONDS = 60;

/**
 * Sends a code to a phone, whether or not an account has it: nothing here looks. Limits (a minute, an hour, an address,
 * the day's budget) are counted when the code is stored, before the SMS, so an SMS that failed counts too.
 * @throws ApiError CAPTCHA_REQUIRED, CODE_RATE_LIMITED, ADDRESS_RATE_LIMITED, SMS_BUDGET_SPENT, SMS_FAILED
 */
export async function sendLoginCode(services: SendCodeServices, request: CodeRequest) {
  const { phone, address, nowMs, log } = request;
  if (!(await services.captcha({ captcha: request.captcha, address, nowMs }))) throw new ApiError('CAPTCHA_REQUIRED');
  const code = randomCode(CODE_DIGITS);
  const hash = await services.codes.hasher();
  await issueCode(services, request, hash(phone, code));
  const outcome = await services.sms({ phone, code, lifeMinutes: CODE_LIFE_MINUTES, nowMs });
  refuseUnsent(outcome, nowMs, log);
  return { expiresInSeconds: CODE_LIFE_MINUTES * 60, resendAfterSeconds: RESEND_SECONDS };
}

interface Issued {
  readonly outcome: 'issued' | 'phone_limited' | 'address_limited' | 'budget_spent';
  readonly retry_ms: number;
}

async function issueCode({ db, dailyBudget }: SendCodeServices, request: CodeRequest, codeHash: string): Promise<void> {
  const { nowMs, log } = request;
  const { outcome, retry_ms: retryMs } = await db.callProcedure<Issued>('issue_login_code_v1', [
    newId('cod_', nowMs),
    request.phone,
    limitAddress(request.address),
    codeHash,
    sqlTime(nowMs),
    sqlTime(nowMs + CODE_LIFE_MINUTES * MINUTE_MS),
    shanghaiDay(nowMs),
    dailyBudget,
  ]);
  const retryAfterSeconds = Math.max(1, Math.ceil(retryMs / 1000));
  if (outcome === 'phone_limited') throw new ApiError('CODE_RATE_LIMITED', { retryAfterSeconds });
  if (outcome === 'address_limited') throw new ApiError('ADDRESS_RATE_LIMITED', { retryAfterSeconds });
  if (outcome === 'budget_spent') {
    log('sms_budget_spent', { limit: dailyBudget });
    throw budgetSpent(nowMs);
  }
}

function refuseUnsent(sms: SmsOutcome, nowMs: number, log: Logger): void {
  if (sms.outcome === 'sent') {
    log('code_sent', { serialNo: sms.serialNo });
    return;
  }
  const { providerCode } = sms;
  log(sms.outcome === 'budget_spent' ? 'sms_budget_spent' : 'sms_failed', { providerCode });
  if (sms.outcome === 'phone_limited') {
    throw new ApiError('CODE_RATE_LIMITED', { retryAfterSeconds: sms.retryAfterSeconds });
  }
  throw sms.outcome === 'budget_spent' ? budgetSpent(nowMs) : new ApiError('SMS_FAILED');
}

const budgetSpent = (nowMs: number): ApiError =>
  new ApiError('SMS_BUDGET_SPENT', { retryAfterSeconds: secondsOfShanghaiDayLeft(nowMs) });
