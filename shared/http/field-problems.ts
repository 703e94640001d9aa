import type * as z from 'zod/mini';
import type { FieldProblem } from './api-error.ts';

type Issue = z.core.$ZodIssue;
type Described = Pick<FieldProblem, 'rule' | 'zh' | 'en'>;

const MAX_PROBLEMS = 20;
const GENERIC = 'Invalid input';

const TYPES: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  string: ['文本', 'a string'],
  number: ['数字', 'a number'],
  int: ['整数', 'an integer'],
  boolean: ['true 或 false', 'true or false'],
  array: ['数组', 'an array'],
  object: ['对象', 'an object'],
};

/** zod's issues as the caller's fields: where, which rule, and a sentence in both languages. Never the value. */
export function fieldProblems(issues: readonly Issue[]): FieldProblem[] {
  return issues.flatMap(problemsOf).slice(0, MAX_PROBLEMS);
}

export function duplicateField(path: string): FieldProblem {
  return { path, rule: 'duplicate', zh: '字段重复', en: 'is given more than once' };
}

function problemsOf(issue: Issue): FieldProblem[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      rule: 'unknown',
      zh: '未知字段',
      en: 'is not a known field',
    }));
  }
  return [{ path, ...describe(issue) }];
}

function describe(issue: Issue): Described {
  if (issue.code === 'custom') return describeCustom(issue);
  // `reportInput` is on: an issue without an input is about a field that is not there.
  if (issue.input === undefined) return { rule: 'required', zh: '不能为空', en: 'is required' };
  switch (issue.code) {
    case 'invalid_type': {
      const [zh, en] = TYPES[issue.expected] ?? [issue.expected, issue.expected];
      return { rule: `type:${issue.expected}`, zh: `必须是${zh}`, en: `must be ${en}` };
    }
    case 'too_small':
      return bound('min', issue.minimum, issue.origin, issue.inclusive !== false);
    case 'too_big':
      return bound('max', issue.maximum, issue.origin, issue.inclusive !== false);
    case 'invalid_value': {
      const list = issue.values.map(String).join(', ');
      return { rule: `one_of:${list}`, zh: `只能是 ${list} 之一`, en: `must be one of ${list}` };
    }
    case 'not_multiple_of':
      return {
        rule: `multiple_of:${issue.divisor}`,
        zh: `必须是 ${issue.divisor} 的倍数`,
        en: `must be a multiple of ${issue.divisor}`,
      };
    case 'invalid_format':
      return { rule: `format:${issue.format}`, ...told(issue, ['格式不正确', 'is not in the right format']) };
    default:
      return { rule: issue.code, ...told(issue, ['不正确', 'is not valid']) };
  }
}

/** A contract's own rule: `z.refine(check, { error: '中文说明', params: { rule: 'name', en: 'sentence' } })`. */
function describeCustom(issue: Extract<Issue, { code: 'custom' }>): Described {
  const { rule, en } = (issue.params ?? {}) as { rule?: unknown; en?: unknown };
  const described = told(issue, ['不正确', 'is not valid']);
  return {
    rule: typeof rule === 'string' ? rule : 'custom',
    zh: described.zh,
    en: typeof en === 'string' ? en : described.en,
  };
}

const told = (issue: Issue, [zh, en]: readonly [string, string]) => ({
  zh: issue.message === GENERIC ? zh : issue.message,
  en,
});

function bound(side: 'min' | 'max', limit: number | bigint, origin: string, inclusive: boolean): Described {
  const rule = `${side}${inclusive ? '' : '_exclusive'}:${limit}`;
  const [least, most] = side === 'min' ? ['至少', 'at least'] : ['至多', 'at most'];
  if (origin === 'string')
    return { rule, zh: `长度${least} ${limit} 个字符`, en: `must have ${most} ${limit} characters` };
  if (origin === 'array' || origin === 'set')
    return { rule, zh: `${least} ${limit} 项`, en: `must have ${most} ${limit} items` };
  if (inclusive) return { rule, zh: `${least}为 ${limit}`, en: `must be ${most} ${limit}` };
  return side === 'min'
    ? { rule, zh: `必须大于 ${limit}`, en: `must be greater than ${limit}` }
    : { rule, zh: `必须小于 ${limit}`, en: `must be less than ${limit}` };
}
