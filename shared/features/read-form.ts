import type { Condition, FormField, FormValues } from '../contract/form.ts';
import { marksAnything, readMarks } from '../contract/marks.ts';
import type { FieldProblem } from '../http/api-error.ts';
import { isPhotos } from './sample-values.ts';

/** What a task keeps of its form: values with the defaults filled in, and the numbers of the photos of each field. */
export interface FilledForm {
  readonly values: FormValues;
  readonly photos: Readonly<Record<string, readonly number[]>>;
  /** Which of the values the merchant wrote in words of their own; absent: none. */
  readonly texts?: readonly string[];
}

type Value = string | number | readonly string[];

/**
 * What was filled in, judged by the card's own form. `photoFields`: for each photo, in order, the field that it is for
 * (undefined: the first field of photos that is asked for).
 */
export function readForm(
  form: readonly FormField[],
  given: FormValues,
  photoFields: readonly (string | undefined)[],
): { filled: FilledForm } | { problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const say = (path: string, rule: string, zh: string, en: string) => void problems.push({ path, rule, zh, en });
  const values: Record<string, Value> = {};
  const texts: string[] = [];
  const asked = new Set<string>();
  for (const field of form) {
    if (field.when && !holds(field.when, values)) continue;
    asked.add(field.name);
    if (isPhotos(field)) continue;
    const value = Object.hasOwn(given, field.name) ? given[field.name] : defaultOf(field);
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) {
      if (field.required)
        say(`form.${field.name}`, 'required', `请填写${field.labelZh}`, `${field.labelEn} is required`);
      continue;
    }
    const wrong = judge(field, value);
    if (wrong) say(`form.${field.name}`, ...wrong);
    else values[field.name] = value;
    if (field.type === 'text' || field.type === 'textarea') texts.push(field.name);
  }
  for (const name of Object.keys(given)) {
    const field = form.find((one) => one.name === name);
    if (!field || isPhotos(field)) say(`form.${name}`, 'unknown', '表单里没有这个字段', 'is not a field of this form');
    else if (!asked.has(name))
      say(`form.${name}`, 'not_asked', '当前选择下不需要填写', 'is not asked for with these choices');
  }
  const photos = sortPhotos(
    form.filter((field) => isPhotos(field) && asked.has(field.name)),
    photoFields,
    say,
  );
  if (problems.length > 0) return { problems };
  return { filled: { values, photos, ...(texts.length > 0 && { texts }) } };
}

const defaultOf = (field: FormField): Value | undefined => ('default' in field ? field.default : undefined);

type Say = (path: string, rule: string, zh: string, en: string) => void;

function sortPhotos(
  fields: readonly FormField[],
  photoFields: readonly (string | undefined)[],
  say: Say,
): Record<string, number[]> {
  const photos: Record<string, number[]> = {};
  photoFields.forEach((wanted, n) => {
    const field = wanted === undefined ? fields[0] : fields.find(({ name }) => name === wanted);
    if (!field)
      say(
        wanted === undefined ? `inputs.${n}` : `inputs.${n}.field`,
        'unknown',
        '表单里没有这个图片字段',
        'is not for a field of photos of this form',
      );
    else photos[field.name] = [...(photos[field.name] ?? []), n];
  });
  for (const field of fields) {
    const count = photos[field.name]?.length ?? 0;
    const [min, max] = field.type === 'images' ? [field.min, field.max] : [1, 1];
    if (count > max)
      say(
        'inputs',
        `max:${max}`,
        `${field.labelZh}最多 ${max} 张照片`,
        `${field.labelEn}: at most ${max} photo${max === 1 ? '' : 's'}`,
      );
    else if (count < min && (field.required || count > 0))
      say(
        'inputs',
        `min:${min}`,
        `${field.labelZh}至少 ${min} 张照片`,
        `${field.labelEn}: at least ${min} photo${min === 1 ? '' : 's'}`,
      );
  }
  return photos;
}

function holds(when: Condition, values: Readonly<Record<string, Value>>): boolean {
  const value = values[when.field];
  const is = (wanted: unknown): boolean => (Array.isArray(value) ? value.includes(wanted) : value === wanted);
  if (when.equals !== undefined) return is(when.equals);
  if (when.notEquals !== undefined) return !is(when.notEquals);
  if (when.in) return when.in.some(is);
  if (when.notIn) return !when.notIn.some(is);
  if (when.greaterThan !== undefined) return typeof value === 'number' && value > when.greaterThan;
  return typeof value === 'number' && when.lessThan !== undefined && value < when.lessThan;
}

type Wrong = [rule: string, zh: string, en: string];

/** Line breaks are for a textarea; other control characters for nobody. */
const CONTROLS = /\p{Cc}/u;

function judge(field: FormField, value: Value): Wrong | undefined {
  switch (field.type) {
    case 'text':
    case 'textarea':
      return judgeText(field, value);
    case 'number':
    case 'slider':
      return judgeNumber(field, value);
    case 'select':
    case 'radio':
      return field.options.some((one) => one.value === value) ? undefined : notAnOption(field.options);
    case 'checkbox':
      return judgeChoices(field, value);
    case 'colour':
      return typeof value === 'string' && /^#[0-9a-f]{6}$/.test(value)
        ? undefined
        : ['format:colour', '颜色格式应为 #rrggbb', 'must be a colour as #rrggbb'];
    case 'marks':
      return judgeMarks(field, value);
    default:
      return ['unknown', '不能填写', 'takes no value'];
  }
}

function judgeMarks({ use }: Extract<FormField, { type: 'marks' }>, value: Value): Wrong | undefined {
  if (typeof value !== 'string') return ['type:string', '必须是文本', 'must be a string'];
  const read = readMarks(value);
  if ('fault' in read) return [read.fault.rule, read.fault.zh, read.fault.en];
  if (use !== 'removal' || marksAnything(read.marks)) return undefined;
  return ['min:1', '没有标出要去掉的地方', 'marks nothing that is to be removed'];
}

function notAnOption(options: readonly { value: string }[]): Wrong {
  const list = options.map(({ value }) => value).join(', ');
  return [`one_of:${list}`, `只能是 ${list} 之一`, `must be one of ${list}`];
}

function judgeText(field: Extract<FormField, { type: 'text' | 'textarea' }>, value: Value): Wrong | undefined {
  if (typeof value !== 'string') return ['type:string', '必须是文本', 'must be a string'];
  const text = field.type === 'textarea' ? value.replaceAll(/\r?\n/g, ' ') : value;
  if (CONTROLS.test(text)) return ['characters', '包含不支持的字符', 'has characters that are not allowed'];
  const { length } = [...value];
  const min = field.minLength ?? 0;
  if (length < min) return [`min:${min}`, `至少 ${min} 个字`, `must have at least ${min} characters`];
  if (length > field.maxLength)
    return [
      `max:${field.maxLength}`,
      `至多 ${field.maxLength} 个字`,
      `must have at most ${field.maxLength} characters`,
    ];
  return undefined;
}

function judgeNumber(
  { min, max, step }: Extract<FormField, { type: 'number' | 'slider' }>,
  value: Value,
): Wrong | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return ['type:number', '必须是数字', 'must be a number'];
  if (value < min) return [`min:${min}`, `至少为 ${min}`, `must be at least ${min}`];
  if (value > max) return [`max:${max}`, `至多为 ${max}`, `must be at most ${max}`];
  // In steps from the least value; tenths are not exact in binary.
  const steps = step === undefined ? 0 : (value - min) / step;
  if (Math.abs(steps - Math.round(steps)) > 1e-6)
    return [`step:${step}`, `必须以 ${step} 为间隔`, `must be in steps of ${step}`];
  return undefined;
}

function judgeChoices(field: Extract<FormField, { type: 'checkbox' }>, value: Value): Wrong | undefined {
  if (!Array.isArray(value)) return ['type:array', '必须是数组', 'must be an array'];
  const chosen: readonly string[] = value;
  if (chosen.some((each) => !field.options.some((one) => one.value === each))) return notAnOption(field.options);
  if (new Set(chosen).size < chosen.length) return ['duplicate', '选项重复', 'has an option twice'];
  if (chosen.length < (field.min ?? 0))
    return [`min:${field.min}`, `至少选 ${field.min} 项`, `must have at least ${field.min} choices`];
  if (chosen.length > (field.max ?? 50))
    return [`max:${field.max}`, `至多选 ${field.max} 项`, `must have at most ${field.max} choices`];
  return undefined;
}
