import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod/mini';
import { ApiCallError } from '../../../shared/contract/api-call-error.ts';
import * as auth from '../../../shared/contract/auth.ts';
import { sendCall } from '../../../shared/contract/client-request.ts';
import type { Operation } from '../../../shared/contract/operation.ts';
import type { Cloud } from '../../local/start-cloud.ts';
import type { AnswerLog } from './answer-log.ts';

type Called<O extends z.ZodMiniType> = Pick<Operation<z.ZodMiniType, O>, 'name' | 'method' | 'path'> & {
  readonly output: O;
};

export interface Asking {
  readonly record: AnswerLog;
  /** Called for each try. */
  readonly key?: () => string;
}

/** A client gives up on one try after this; the server does not know. */
export const CLIENT_TIMEOUT_MS = 500;
const ANSWER_WITHIN_MS = 20_000;
const PATIENT_TIMEOUT_MS = 15_000;
const RETRY_WAIT_MS = 100;
/** Above a function's reserved concurrency the platform itself answers so, without a header. */
const PLATFORM_BUSY = 432;

/** A merchant that asks again, with the same key, until it is answered. */
export class LoadMerchant {
  readonly cloud: Cloud;
  readonly id: string;
  #accessToken: string;
  #expiresAtMs: number;
  #refreshToken: string;
  #refreshing: Promise<void> | undefined;

  private constructor(cloud: Cloud, signedIn: z.output<typeof auth.login.output>) {
    this.cloud = cloud;
    this.id = signedIn.account.merchantId;
    this.#accessToken = signedIn.accessToken;
    this.#expiresAtMs = signedIn.accessExpiresAtMs;
    this.#refreshToken = signedIn.refreshToken ?? '';
  }

  static async signIn(cloud: Cloud, phone: string): Promise<LoadMerchant> {
    const sending = { baseUrl: cloud.apiUrl, fetch, timeoutMs: PATIENT_TIMEOUT_MS };
    await sendCall(sending, auth.sendCode, { phone }, {}, undefined);
    const code = cloud.tencent.inbox().findLast(({ phoneNumber }) => phoneNumber.endsWith(phone))?.params[0];
    const input = { phone, code, consentVersion: '2026-11', tokenIn: 'body' };
    // The local cloud checks its replies against the contract.
    const signedIn = (await sendCall(sending, auth.login, input, {}, undefined)) as z.output<typeof auth.login.output>;
    return new LoadMerchant(cloud, signedIn);
  }

  /** @returns null when the answer was a refusal, which the record has unless it is excused */
  async ask<O extends z.ZodMiniType>(
    operation: Called<O>,
    input: unknown,
    { record, key }: Asking,
  ): Promise<z.output<O> | null> {
    const untilMs = performance.now() + ANSWER_WITHIN_MS;
    const sending = { baseUrl: this.cloud.apiUrl, fetch, timeoutMs: CLIENT_TIMEOUT_MS };
    for (;;) {
      const token = this.#accessToken;
      try {
        const keyed = key ? { idempotencyKey: key() } : {};
        const data = await sendCall(sending, operation, input, keyed, token);
        record.noteSuccess();
        return data as z.output<O>; // the local cloud checks its replies against the contract
      } catch (error) {
        if (!(error instanceof ApiCallError)) throw error;
        record.noteFailure(error);
        const isExcused = record.excused.some((code) => code === error.code);
        if (isExcused && error.status < 500) return null;
        if (error.code === 'TOKEN_EXPIRED' && this.#mayBeExpired(token)) {
          const lost = await this.#replace(token);
          if (lost) return complain(record, operation, `lost its session: ${lost}`);
        } else if (!isExcused && !asksToRetry(error))
          return complain(record, operation, `was refused: ${saidBy(error)}`);
        else if (performance.now() > untilMs)
          return complain(record, operation, `no answer in ${ANSWER_WITHIN_MS} ms: ${saidBy(error)}`);
        else await sleep(RETRY_WAIT_MS);
      }
    }
  }

  /** Another client of this merchant may have replaced it meanwhile. */
  #mayBeExpired(token: string): boolean {
    return token !== this.#accessToken || this.cloud.clock.now() >= this.#expiresAtMs;
  }

  /** @returns why it could not be replaced */
  async #replace(token: string): Promise<string | undefined> {
    if (token !== this.#accessToken) return undefined;
    return this.refresh().then(
      () => undefined,
      (error: unknown) => (error instanceof ApiCallError ? `${saidBy(error)} (${error.message})` : String(error)),
    );
  }

  /** One at a time: a refresh token that is used twice ends its session. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#rotate().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #rotate(): Promise<void> {
    const sending = { baseUrl: this.cloud.apiUrl, fetch, timeoutMs: PATIENT_TIMEOUT_MS };
    const input = { refreshToken: this.#refreshToken };
    const send = () => sendCall(sending, auth.refreshSession, input, {}, undefined);
    const answer = await send().catch((error: unknown) => {
      // A kept connection may be closed just as it is used; what was not sent has not used the token up.
      const isUnsent = error instanceof ApiCallError && (error.status === 0 || error.code === 'UNAVAILABLE');
      // As any client after a 503: a moment later.
      if (isUnsent) return sleep(300).then(send);
      throw error;
    });
    const { accessToken, accessExpiresAtMs, refreshToken } = answer as z.output<typeof auth.refreshSession.output>;
    this.#accessToken = accessToken;
    this.#expiresAtMs = accessExpiresAtMs;
    this.#refreshToken = refreshToken ?? '';
  }
}

function asksToRetry({ status, retryAfterSeconds }: ApiCallError): boolean {
  if (status === 0 || status === PLATFORM_BUSY) return true;
  return (status === 503 || status === 429) && retryAfterSeconds !== undefined;
}

function saidBy({ status, code, retryAfterSeconds }: ApiCallError): string {
  return `${status} ${code}${retryAfterSeconds === undefined ? ', without Retry-After' : ''}`;
}

function complain(record: AnswerLog, operation: { readonly name: string }, what: string): null {
  record.wrong.push(`${operation.name} ${what}`);
  return null;
}
