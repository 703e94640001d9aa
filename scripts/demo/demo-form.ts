import type { FormField } from '../../shared/contract/form.ts';

const TEXT = '新品上市';

/** What a merchant in a hurry fills in: what is required and has no default. */
export function demoForm(form: readonly FormField[]): Record<string, string | number | string[]> {
  const values: Record<string, string | number | string[]> = {};
  for (const field of form) {
    if (!field.required || field.when || ('default' in field && field.default !== undefined)) continue;
    if (field.type === 'text' || field.type === 'textarea') values[field.name] = TEXT.slice(0, field.maxLength);
    if (field.type === 'number' || field.type === 'slider') values[field.name] = field.min;
    if (field.type === 'select' || field.type === 'radio') values[field.name] = field.options[0]?.value ?? '';
    if (field.type === 'checkbox')
      values[field.name] = field.options.slice(0, field.min ?? 1).map(({ value }) => value);
    if (field.type === 'colour') values[field.name] = '#c8102e';
    if (field.type === 'marks') values[field.name] = 'drop 60 420,300 580,340';
  }
  return values;
}
