import type { Condition, FormField } from '../contract/form.ts';
import type { FieldProblem } from '../http/api-error.ts';
import { isPhotos } from './sample-values.ts';

const OPERATORS = ['equals', 'notEquals', 'in', 'notIn', 'greaterThan', 'lessThan'] as const;

/** What must hold between the fields of a form, and between the parts of one. */
export function checkForm(form: readonly FormField[]): FieldProblem[] {
  return form.flatMap((field, n) => {
    const path = `form.${n}`;
    const problems: FieldProblem[] = [];
    const say = (at: string, rule: string, zh: string, en: string) =>
      void problems.push({ path: `${path}.${at}`, rule, zh, en });
    const earlier = form.slice(0, n);
    if (earlier.some(({ name }) => name === field.name))
      say('name', 'duplicate', '字段名称重复', 'another field has this name');
    if ('min' in field && field.min !== undefined && field.max !== undefined && field.min > field.max) {
      say('min', 'max:max', '最小值大于最大值', 'the least is more than the most');
    }
    if ('maxLength' in field && (field.minLength ?? 0) > field.maxLength)
      say('minLength', 'max:maxLength', '最短长度大于最长长度', 'the least is more than the most');
    if ('options' in field && new Set(field.options.map(({ value }) => value)).size < field.options.length) {
      say('options', 'duplicate', '选项重复', 'two options have the same value');
    }
    if (field.type === 'checkbox' && (field.min ?? 0) > field.options.length)
      say('min', `max:${field.options.length}`, '超过选项数', 'is more than there are options');
    if ('default' in field && field.default !== undefined && !fits(field, field.default))
      say('default', 'range', '默认值不在允许范围内', 'the default is not allowed');
    if (field.type === 'marks' && !earlier.some(({ name, type }) => name === field.photo && type === 'image'))
      say('photo', 'mapping', '标记只能画在排在前面的单张图片上', 'names an earlier field of one photo');
    if (field.when) checkCondition(field.when, earlier, say);
    return problems;
  });
}

/** The default, as the field itself would judge it. */
function fits(field: FormField, value: string | number | readonly string[]): boolean {
  switch (field.type) {
    case 'number':
    case 'slider':
      return typeof value === 'number' && value >= field.min && value <= field.max;
    case 'select':
    case 'radio':
      return field.options.some((one) => one.value === value);
    case 'checkbox':
      return (
        Array.isArray(value) &&
        value.every((each) => field.options.some((one) => one.value === each)) &&
        value.length <= (field.max ?? 50)
      );
    case 'text':
    case 'textarea':
      return typeof value === 'string' && [...value].length <= field.maxLength;
    default:
      return true;
  }
}

function checkCondition(
  when: Condition,
  earlier: readonly FormField[],
  say: (at: string, rule: string, zh: string, en: string) => void,
): void {
  const field = earlier.find(({ name }) => name === when.field);
  if (!field || isPhotos(field))
    say('when.field', 'mapping', '条件只能引用排在前面的非图片字段', 'names an earlier field that is not a photo');
  if (OPERATORS.filter((operator) => when[operator] !== undefined).length !== 1)
    say('when', 'one', '条件必须且只能有一种比较', 'has exactly one comparison');
}
