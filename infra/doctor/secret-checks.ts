import * as z from 'zod/mini';
import { SECRET_PURPOSES, type SecretPurpose, secretName } from '../../shared/config/secrets.ts';
import type { AccountCall } from '../provision/account-call.ts';
import { SECRET_FORMS, SECRET_OPENERS } from '../provision/secret-forms.ts';
import { findSecret, isMadeHere, readSecretDocument } from '../provision/secret-parts.ts';
import type { Service } from '../serverless/service.ts';
import { type Check, type Finding, ok, wrong } from './finding.ts';

/** A channel without keys is closed, which is in order; half of its keys are not. */
const PAIRS: Readonly<Partial<Record<SecretPurpose, SecretPurpose>>> = {
  'wechat-signing': 'wechat-verifying',
  'wechat-verifying': 'wechat-signing',
  'alipay-signing': 'alipay-verifying',
  'alipay-verifying': 'alipay-signing',
};

/** Each secret that a function reads: there, enabled, and of the form that its reader takes. Field names alone are said. */
export function secretChecks(call: AccountCall, service: Service): Check[] {
  const captcha = service.functions.some(({ environment }) => environment['CAPTCHA_MODE'] === 'tencent');
  return SECRET_PURPOSES.filter((purpose) => purpose !== 'captcha' || captcha).map((purpose) => ({
    name: `secret ${secretName(service.stage, purpose)}`,
    look: async () => [await lookAt(call, service.stage, purpose)],
  }));
}

async function lookAt(call: AccountCall, stage: string, purpose: SecretPurpose): Promise<Finding> {
  const name = secretName(stage, purpose);
  const title = `secret ${name}`;
  const give = `npm run provision -- --stage ${stage} --secret ${purpose}=FILE`;
  const found = await readSecretDocument(call, name);
  if (!found) return missing(call, stage, purpose, title);
  if (!found.isEnabled)
    return wrong(title, `it is ${found.status}`, 'enable or restore it in the console (凭据管理系统)');
  const fields = badFields(purpose, found.document);
  if (fields.length === 0) return ok(title, 'there, and of the form that its readers take');
  return wrong(title, `not valid: ${fields.join(', ')}`, give);
}

async function missing(call: AccountCall, stage: string, purpose: SecretPurpose, title: string): Promise<Finding> {
  const give = `npm run provision -- --stage ${stage}`;
  if (isMadeHere(purpose)) return wrong(title, 'missing', `${give} makes it`);
  const other = PAIRS[purpose];
  if (other !== undefined && !(await findSecret(call, secretName(stage, other))))
    return ok(title, 'none: this channel is closed');
  return wrong(title, other ? `missing beside ${other}` : 'missing', `${give} --secret ${purpose}=FILE`);
}

function badFields(purpose: SecretPurpose, document: unknown): string[] {
  if (document === undefined) return ['document (no JSON)'];
  const parsed = z.safeParse(SECRET_FORMS[purpose], document);
  if (parsed.success) return noKeys(purpose, document);
  return [...new Set(parsed.error.issues.flatMap(pathsOf))];
}

/** A field may have its form and still hold no key. */
function noKeys(purpose: SecretPurpose, document: unknown): string[] {
  try {
    SECRET_OPENERS[purpose]?.(document);
    return [];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return [error.message];
  }
}

/** Of a choice between forms, the fields of the nearest one. */
function pathsOf(issue: z.core.$ZodIssue): string[] {
  const forms = issue.code === 'invalid_union' ? issue.errors.map((issues) => issues.flatMap(pathsOf)) : [];
  return forms.sort((a, b) => a.length - b.length)[0] ?? [issue.path.join('.') || 'document'];
}
