import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import {
  type Judgement,
  type ModerationFault,
  type ModerationStandin,
  moderationService,
  PASS,
} from './moderation-service.ts';

export interface TextModerationOptions {
  readonly judge?: (text: string, dataId: string) => Judgement;
  readonly fault?: (number: number) => ModerationFault | undefined;
}

const MAX_CHARACTERS = 10_000;

/**
 * TMS TextModeration on loopback, held against the SDK's model and its documented limits and codes (SDK 4.1, tms v20201229;
 * https://cloud.tencent.com/document/product/1124/51860). It has the version of IMS, so only the signed service tells them apart.
 */
export function playTextModeration({
  judge = () => PASS,
  fault = () => undefined,
}: TextModerationOptions = {}): ModerationStandin {
  return moderationService({
    service: 'tms',
    version: '2020-12-29 tms',
    action: 'TextModeration',
    fault,
    answer: (payload) => {
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
  });
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
