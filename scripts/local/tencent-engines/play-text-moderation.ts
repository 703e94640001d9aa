import { setTimeout as sleep } from 'node:timers/promises';
import { checkPayload } from '../tencent-account/check-payload.ts';
import { AnswerLost } from '../tencent-account/create-account.ts';
import { readSdkModels } from '../tencent-account/read-sdk-models.ts';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import type { Judgement, ModerationFault, ModerationStandin } from './start-moderation-standin.ts';

export interface TextModerationOptions {
  readonly judge?: (text: string, dataId: string) => Judgement;
  readonly fault?: (number: number) => ModerationFault | undefined;
}

const PASS: Judgement = { Suggestion: 'Pass', Label: 'Normal', SubLabel: '', Score: 0 };
const MAX_CHARACTERS = 10_000;

/**
 * TMS TextModeration on loopback, held against the SDK's model and its documented limits and codes (SDK 4.1, tms v20201229;
 * https://cloud.tencent.com/document/product/1124/51860). It has the version of IMS, so only the signed service tells them apart.
 */
export function playTextModeration({
  judge = () => PASS,
  fault = () => undefined,
}: TextModerationOptions = {}): ModerationStandin {
  const calls: Readonly<Record<string, unknown>>[] = [];
  return {
    services: { '2020-12-29 tms': 'tms' },
    calls,
    act: async ({ action, payload }) => {
      if (action !== 'TextModeration') throw new ApiRefusal('InvalidAction', `The action ${action} does not exist.`);
      checkPayload(readSdkModels('tms', 'v20201229'), 'TextModerationRequest', payload);
      calls.push(payload);
      const struck = fault(calls.length);
      if (struck === 'cut') throw new AnswerLost();
      if (struck && 'refuse' in struck) throw new ApiRefusal(struck.refuse, 'A fault on purpose.');
      if (struck && 'delayMs' in struck) await sleep(struck.delayMs);
      if (struck && 'reply' in struck) return struck.reply;
      const { Content, DataId = '', BizType = '', Type } = payload;
      if (!/^[\w\-@#]{0,64}$/.test(String(DataId)))
        throw new ApiRefusal('InvalidParameter.ParameterError', 'DataId: at most 64 letters, digits and _-@#.');
      if (!/^(\w{3,32})?$/.test(String(BizType)))
        throw new ApiRefusal('InvalidParameter.ParameterError', 'BizType: 3 to 32 letters, digits and _.');
      if (Type !== undefined && Type !== 'TEXT' && Type !== 'TEXT_AIGC')
        throw new ApiRefusal('InvalidParameter.ParameterError', 'Type: TEXT or TEXT_AIGC.');
      const found = { Keywords: [], DetailResults: [], RiskDetails: [], Extra: '', ContextText: '' };
      return { ...judge(readContent(String(Content)), String(DataId)), ...found, DataId, BizType };
    },
  };
}

/** Something to be refused that needs no bad words. */
export const refuseSample = (text: string): Judgement =>
  text.includes('【违规示例】') ? { Suggestion: 'Block', Label: 'Ad', SubLabel: '', Score: 99 } : PASS;

function readContent(content: string): string {
  const bytes = Buffer.from(content, 'base64');
  if (content === '' || bytes.toString('base64') !== content)
    throw new ApiRefusal('InvalidParameterValue.ErrTextContentType', 'Content is not base64.');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ApiRefusal('InvalidParameterValue.ErrFileContent', 'Content is not UTF-8.');
  }
  if ([...text].length > MAX_CHARACTERS)
    throw new ApiRefusal('InvalidParameterValue.ErrTextContentLen', 'Content is over 10000 characters.');
  return text;
}
