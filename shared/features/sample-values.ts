import type { FormField } from '../contract/form.ts';

export const isPhotos = (field: FormField): field is Extract<FormField, { type: 'image' | 'images' }> =>
  field.type === 'image' || field.type === 'images';

/** Values at the edges of what a field lets through; `undefined` where it may stay empty. What takes these takes them all. */
export function sampleValues(field: FormField): readonly unknown[] {
  const empty = field.required || ('default' in field && field.default !== undefined && !field.when) ? [] : [undefined];
  switch (field.type) {
    case 'text':
    case 'textarea':
      return ['字'.repeat(Math.max(1, field.minLength ?? 1)), '字'.repeat(field.maxLength), ...empty];
    case 'number':
    case 'slider':
      return [field.min, field.max, ...empty];
    case 'select':
    case 'radio':
      return [...field.options.map(({ value }) => value), ...empty];
    case 'checkbox': {
      const values = field.options.map(({ value }) => value);
      return [values.slice(0, field.max ?? values.length), values.slice(0, Math.max(1, field.min ?? 1)), ...empty];
    }
    case 'marks':
      return ['box 0,0,1000,1000', 'keep 4 0,0;drop 200 1000,1000 0,0', ...empty];
    case 'colour':
      return ['#000000', '#ffffff', ...empty];
    default:
      return [];
  }
}
