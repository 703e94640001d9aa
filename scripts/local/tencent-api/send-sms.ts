import { randomUUID } from 'node:crypto';
import { ApiRefusal } from './api-refusal.ts';

export interface LocalSms {
  readonly sdkAppId: string;
  readonly signName: string;
  /** Text of each approved template by its id, with `{1}`, `{2}`, … for its parameters. */
  readonly templates: Readonly<Record<string, string>>;
  /** The Code a number is refused with (`LimitExceeded.PhoneNumberDailyLimit`), or undefined when it is served. */
  readonly refuse?: (phoneNumber: string) => string | undefined;
}

/** An SMS as its receiver has it. */
export interface ReceivedSms {
  /** E.164. */
  readonly phoneNumber: string;
  readonly text: string;
  readonly templateId: string;
  readonly params: readonly string[];
  readonly receivedAtMs: number;
}

const MAX_NUMBERS = 200;

/** SMS 2021-01-11 SendSms. A call that is in order answers a Code for each number: `Ok`, or why that one was not sent. */
export function sendSms(payload: Readonly<Record<string, unknown>>, sms: LocalSms, nowMs: number) {
  const { SmsSdkAppId, TemplateId, SignName, SessionContext } = payload;
  const numbers = textList(payload['PhoneNumberSet'], 'PhoneNumberSet');
  const params = textList(payload['TemplateParamSet'] ?? [], 'TemplateParamSet');
  if (numbers.length === 0) throw new ApiRefusal('MissingParameter.EmptyPhoneNumberSet', 'PhoneNumberSet is empty.');
  if (numbers.length > MAX_NUMBERS) throw new ApiRefusal('LimitExceeded.PhoneNumberCountLimit', 'At most 200 numbers.');
  if (typeof SmsSdkAppId !== 'string')
    throw new ApiRefusal('MissingParameter', 'The parameter `SmsSdkAppId` is missing.');
  if (typeof TemplateId !== 'string')
    throw new ApiRefusal('MissingParameter', 'The parameter `TemplateId` is missing.');
  if (SmsSdkAppId !== sms.sdkAppId) {
    throw new ApiRefusal('UnauthorizedOperation.SmsSdkAppIdVerifyFail', 'The SmsSdkAppId could not be verified.');
  }
  const received: ReceivedSms[] = [];
  const statuses = numbers.map((given) => {
    const phoneNumber = toE164(given);
    const code = refusalOf(phoneNumber, { SignName, TemplateId, params }, sms);
    if (code === undefined) {
      const text = `【${sms.signName}】${fill(sms.templates[TemplateId] ?? '', params)}`;
      received.push({ phoneNumber, text, templateId: TemplateId, params, receivedAtMs: nowMs });
    }
    return {
      SerialNo: code === undefined ? `local:${randomUUID()}` : '',
      PhoneNumber: phoneNumber,
      Fee: code === undefined ? 1 : 0,
      SessionContext: typeof SessionContext === 'string' ? SessionContext : '',
      Code: code ?? 'Ok',
      Message: code === undefined ? 'send success' : code,
      IsoCode: code === undefined ? 'CN' : '',
    };
  });
  return { response: { SendStatusSet: statuses }, received };
}

interface Wanted {
  readonly SignName: unknown;
  readonly TemplateId: string;
  readonly params: readonly string[];
}

function refusalOf(phoneNumber: string, wanted: Wanted, sms: LocalSms): string | undefined {
  if (!/^\+861[3-9]\d{9}$/.test(phoneNumber)) return 'InvalidParameterValue.IncorrectPhoneNumber';
  if (wanted.SignName !== sms.signName) return 'FailedOperation.SignatureIncorrectOrUnapproved';
  const template = Object.hasOwn(sms.templates, wanted.TemplateId) ? sms.templates[wanted.TemplateId] : undefined;
  const places = new Set(template?.match(/\{\d+\}/g) ?? []).size;
  if (template === undefined || places !== wanted.params.length) return 'FailedOperation.TemplateIncorrectOrUnapproved';
  return sms.refuse?.(phoneNumber);
}

/** Inside China a number may come bare or with 86 or 0086; foreign numbers need the plus sign. */
const toE164 = (phone: string): string =>
  /^1\d{10}$/.test(phone) ? `+86${phone}` : phone.replace(/^(?:00)?86(?=1\d{10}$)/, '+86');

const fill = (template: string, params: readonly string[]): string =>
  template.replace(/\{(\d+)\}/g, (place, index) => params[Number(index) - 1] ?? place);

function textList(value: unknown, name: string): string[] {
  if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
  throw new ApiRefusal(
    value === undefined ? 'MissingParameter' : 'InvalidParameter',
    `\`${name}\` must be an array of strings.`,
  );
}
