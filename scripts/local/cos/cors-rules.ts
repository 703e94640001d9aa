import { CosError } from './cos-error.ts';
import { childrenOf, parseXml, renderXml, textOf, textsOf } from './xml.ts';

/** Origins and headers may hold one `*`. */
export type CorsRule = {
  id?: string;
  allowedOrigins: readonly string[];
  allowedMethods: readonly string[];
  allowedHeaders?: readonly string[];
  exposeHeaders?: readonly string[];
  maxAgeSeconds?: number;
};

const METHODS = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD']);

const matches = (pattern: string, value: string): boolean => {
  const [before, ...after] = pattern.split('*');
  if (after.length === 0) return pattern === value;
  const end = after.join('*');
  return value.length >= pattern.length - 1 && value.startsWith(before!) && value.endsWith(end);
};

/** The first rule that lets this origin do this, with these headers. Header names are compared without case. */
export function matchingRule(rules: readonly CorsRule[], origin: string, method: string, headers: readonly string[]) {
  return rules.find(
    (rule) =>
      rule.allowedOrigins.some((pattern) => matches(pattern, origin)) &&
      rule.allowedMethods.includes(method) &&
      headers.every((name) =>
        rule.allowedHeaders?.some((pattern) => matches(pattern.toLowerCase(), name.toLowerCase())),
      ),
  );
}

/** Headers for the browser on an answer to `origin`. */
export function corsHeaders(rule: CorsRule, origin: string): Record<string, string> {
  const open = rule.allowedOrigins.includes('*');
  return {
    'Access-Control-Allow-Origin': open ? '*' : origin,
    ...(!open && { Vary: 'Origin' }),
    ...(rule.exposeHeaders?.length && { 'Access-Control-Expose-Headers': rule.exposeHeaders.join(',') }),
  };
}

/** Headers of the answer to a preflight. @throws CosError AccessForbidden when no rule allows it */
export function preflightHeaders(
  rules: readonly CorsRule[],
  asked: { origin: string; method: string; headers: string },
): Record<string, string> {
  const names = asked.headers.split(',').flatMap((name) => name.trim() || []);
  const rule = matchingRule(rules, asked.origin, asked.method, names);
  if (!rule) throw new CosError('AccessForbidden');
  return {
    ...corsHeaders(rule, asked.origin),
    'Access-Control-Allow-Methods': rule.allowedMethods.join(','),
    ...(names.length > 0 && { 'Access-Control-Allow-Headers': names.join(',') }),
    ...(rule.maxAgeSeconds !== undefined && { 'Access-Control-Max-Age': String(rule.maxAgeSeconds) }),
  };
}

/** @throws CosError MalformedXML */
export function parseCors(xml: string): CorsRule[] {
  const root = parseXml(xml);
  const rules = childrenOf(root, 'CORSRule').map((node) => {
    const id = textOf(node, 'ID');
    const maxAge = textOf(node, 'MaxAgeSeconds');
    return {
      ...(id && { id }),
      allowedOrigins: textsOf(node, 'AllowedOrigin'),
      allowedMethods: textsOf(node, 'AllowedMethod'),
      allowedHeaders: textsOf(node, 'AllowedHeader'),
      exposeHeaders: textsOf(node, 'ExposeHeader'),
      ...(maxAge && { maxAgeSeconds: Number(maxAge) }),
    };
  });
  const fine = rules.every(
    ({ allowedOrigins, allowedMethods, maxAgeSeconds }) =>
      allowedOrigins.length > 0 &&
      allowedMethods.length > 0 &&
      allowedMethods.every((method) => METHODS.has(method)) &&
      (maxAgeSeconds === undefined || Number.isInteger(maxAgeSeconds)),
  );
  if (root?.name !== 'CORSConfiguration' || rules.length === 0 || !fine) throw new CosError('MalformedXML');
  return rules;
}

export const renderCors = (rules: readonly CorsRule[]): string =>
  renderXml('CORSConfiguration', {
    CORSRule: rules.map((rule) => ({
      ID: rule.id,
      AllowedOrigin: rule.allowedOrigins,
      AllowedMethod: rule.allowedMethods,
      AllowedHeader: rule.allowedHeaders,
      ExposeHeader: rule.exposeHeaders,
      MaxAgeSeconds: rule.maxAgeSeconds,
    })),
  });
