import * as z from 'zod/mini';
import { SmsSecret } from '../../shared/auth/tencent-sms.ts';
import { secretName } from '../../shared/config/secrets.ts';
import type { AccountCall, Answer } from '../provision/account-call.ts';
import { readSecretDocument } from '../provision/secret-parts.ts';
import { ask, type Check, type Finding, ok, wrong } from './finding.ts';

const USABLE = 0;
const PAGE = 100;

/** What the SMS secret names must be approved at the carriers; without it nobody can sign in. */
export function smsChecks(call: AccountCall, stage: string): Check[] {
  const withSecret = (name: string, look: (secret: z.output<typeof SmsSecret>) => Promise<Finding>): Check => ({
    name,
    look: async () => {
      const secret = await readSecret(call, stage);
      return [secret ? await look(secret) : ask(name, 'unknown without the SMS secret', 'the secret first')];
    },
  });
  return [
    withSecret('SMS signature', async ({ signName }) => {
      const signs = await listSigns(call);
      const found = signs.find((one) => one['SignName'] === signName);
      const todo = '短信 console, 签名管理: one of the company’s own name or app, approved and reported (报备)';
      if (!found) return wrong('SMS signature', `「${signName}」 is not in this account`, todo);
      if (found['StatusCode'] === USABLE) return ok('SMS signature', `「${signName}」 is approved`);
      return wrong('SMS signature', `「${signName}」: ${statusOf(found)}`, todo);
    }),
    withSecret('SMS template', async ({ templateId }) => {
      const request = { International: 0, TemplateIdSet: [Number(templateId)] };
      const { DescribeTemplateStatusSet } = await call('sms', 'DescribeSmsTemplateList', request);
      const [found] = (DescribeTemplateStatusSet as Answer[] | undefined) ?? [];
      const todo = '短信 console, 正文模板管理: 「验证码{1}，{2}分钟内有效」, approved; its id into the secret';
      if (!found) return wrong('SMS template', `${templateId} is not in this account`, todo);
      if (found['StatusCode'] !== USABLE) return wrong('SMS template', `${templateId}: ${statusOf(found)}`, todo);
      const variables = new Set(String(found['TemplateContent']).match(/\{\d+\}/g) ?? []);
      if (variables.size === 2) return ok('SMS template', `${templateId} is approved`);
      return wrong('SMS template', `${templateId} has ${variables.size} variables, two are filled in`, todo);
    }),
  ];
}

async function readSecret(call: AccountCall, stage: string) {
  const found = await readSecretDocument(call, secretName(stage, 'sms'));
  return z.safeParse(SmsSecret, found?.document).data ?? null;
}

async function listSigns(call: AccountCall): Promise<Answer[]> {
  const all: Answer[] = [];
  for (;;) {
    const request = { International: 0, Limit: PAGE, Offset: all.length };
    const { DescribeSignListStatusSet } = await call('sms', 'DescribeSmsSignList', request);
    const page = (DescribeSignListStatusSet as Answer[] | undefined) ?? [];
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

const statusOf = (found: Answer): string =>
  found['StatusCode'] === 1 ? 'under review' : `not usable ${String(found['ReviewReply'] ?? '')}`.trim();
