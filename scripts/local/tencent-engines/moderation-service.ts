import { setTimeout as sleep } from 'node:timers/promises';
import { checkPayload } from '../tencent-account/check-payload.ts';
import { AnswerLost } from '../tencent-account/create-account.ts';
import { readSdkModels } from '../tencent-account/read-sdk-models.ts';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';

export type Payload = Readonly<Record<string, unknown>>;

/** What the stand-in says of a picture or a text; `Pass` for all when it is not told. */
export interface Judgement {
  readonly Suggestion: 'Block' | 'Review' | 'Pass';
  readonly Label: string;
  readonly SubLabel: string;
  readonly Score: number;
}

/** What befalls a call: refused with Tencent's code, answered late, cut before or after it was heard, or answered with something else. */
export type ModerationFault =
  | 'cut'
  | { readonly refuse: string }
  | { readonly delayMs: number }
  | { readonly reply: Payload };

export interface ModerationStandin {
  readonly services: Readonly<Record<string, string>>;
  readonly act: (call: { service: string; action: string; payload: Payload }) => Promise<Payload>;
  /** Every call, refused ones too. */
  readonly calls: readonly Payload[];
}

export const PASS: Judgement = { Suggestion: 'Pass', Label: 'Normal', SubLabel: '', Score: 0 };

interface ModerationService {
  /** Of the models in the SDK, all of one version. */
  readonly service: 'ims' | 'tms';
  /** What tells it apart: the version, with the signed service where two share it. */
  readonly version: string;
  readonly action: string;
  readonly fault: (number: number) => ModerationFault | undefined;
  /** To a request of the model's form, when nothing befell it. @throws ApiRefusal by the documented limits */
  readonly answer: (payload: Payload) => Payload | Promise<Payload>;
}

/** A service of content moderation on loopback: its one action, held against the SDK's model, with faults on purpose. */
export function moderationService({ service, version, action, fault, answer }: ModerationService): ModerationStandin {
  const calls: Payload[] = [];
  return {
    services: { [version]: service },
    calls,
    act: async ({ action: asked, payload }) => {
      if (asked !== action) throw new ApiRefusal('InvalidAction', `The action ${asked} does not exist.`);
      checkPayload(readSdkModels(service, 'v20201229'), `${action}Request`, payload);
      calls.push(payload);
      const struck = fault(calls.length);
      if (struck === 'cut') throw new AnswerLost();
      if (struck && 'refuse' in struck) throw new ApiRefusal(struck.refuse, 'A fault on purpose.');
      if (struck && 'delayMs' in struck) await sleep(struck.delayMs);
      if (struck && 'reply' in struck) return struck.reply;
      return answer(payload);
    },
  };
}
