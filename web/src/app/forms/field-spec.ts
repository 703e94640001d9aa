import type { FormField } from '../../../../shared/contract/form.ts';
import type { AppMessage } from '../app-messages.ts';

export type FieldValue = string | number | string[];
export type FieldValues = Readonly<Record<string, FieldValue>>;
/** What a page asks for in the form itself; marks are drawn on a photo: beside the form what is to be removed, afterwards where a garment is. */
export type AskedField = Exclude<FormField, { readonly type: 'marks' }>;
export type ValueField = Exclude<AskedField, { readonly type: 'image' | 'images' }>;
export type Option = Extract<FormField, { readonly type: 'select' }>['options'][number];
export type FieldProblem = readonly [message: AppMessage, places: Readonly<Record<string, number>>];

export const isAskedField = (field: FormField): field is AskedField => field.type !== 'marks';

export function isPhotoField(field: AskedField): field is Exclude<AskedField, ValueField> {
  return field.type === 'image' || field.type === 'images';
}

export function initialValue(field: ValueField): FieldValue {
  switch (field.type) {
    case 'text':
    case 'textarea':
      return field.default ?? '';
    case 'number':
      // What may be left out is left empty: a price that nobody named must not stand on a poster.
      return field.default ?? (field.required ? field.min : Number.NaN);
    case 'slider':
      return field.default ?? field.min;
    case 'select':
    case 'radio':
      return field.default ?? field.options[0]?.value ?? '';
    case 'checkbox':
      return field.default ?? [];
    case 'colour':
      return field.default ?? '#ffffff';
  }
}

/** Whether the field is asked for, given what was filled in before it. */
export function isAskedFor({ when }: FormField, values: FieldValues): boolean {
  if (!when) return true;
  const value = values[when.field];
  const isOne = (wanted: string | number | boolean): boolean =>
    Array.isArray(value) ? value.includes(String(wanted)) : value === wanted;
  if (when.equals !== undefined) return isOne(when.equals);
  if (when.notEquals !== undefined) return !isOne(when.notEquals);
  if (when.in) return when.in.some(isOne);
  if (when.notIn) return !when.notIn.some(isOne);
  if (when.greaterThan !== undefined) return typeof value === 'number' && value > when.greaterThan;
  return when.lessThan === undefined || (typeof value === 'number' && value < when.lessThan);
}

/** The rule that a value breaks, or null. The server's own check still decides. */
export function fieldProblem(field: ValueField, value: FieldValue): FieldProblem | null {
  switch (field.type) {
    case 'text':
    case 'textarea':
      return textProblem(field, String(value));
    case 'number':
    case 'slider':
      return numberProblem(field, value);
    case 'select':
    case 'radio':
      return field.options.some((option) => option.value === value) ? null : ['required', {}];
    case 'checkbox':
      return choicesProblem(field, Array.isArray(value) ? value.length : 0);
    case 'colour':
      return /^#[0-9a-f]{6}$/.test(String(value)) ? null : ['required', {}];
  }
}

type Of<Type extends FormField['type']> = Extract<FormField, { readonly type: Type }>;

function textProblem(
  { required, minLength = 0, maxLength }: Of<'text' | 'textarea'>,
  text: string,
): FieldProblem | null {
  const length = [...text].length;
  if (text.trim() === '') return required ? ['required', {}] : null;
  if (length < minLength) return ['tooShort', { n: minLength }];
  return length > maxLength ? ['tooLong', { n: maxLength }] : null;
}

function numberProblem({ required, min, max }: Of<'number' | 'slider'>, value: FieldValue): FieldProblem | null {
  if (typeof value !== 'number' || Number.isNaN(value)) return required ? ['required', {}] : null;
  if (value < min) return ['tooLow', { n: min }];
  return value > max ? ['tooHigh', { n: max }] : null;
}

function choicesProblem({ required, min = 0, max }: Of<'checkbox'>, chosen: number): FieldProblem | null {
  if (chosen === 0) return required || min > 0 ? ['required', {}] : null;
  if (chosen < min) return ['tooFew', { n: min }];
  return max !== undefined && chosen > max ? ['tooManyChosen', { n: max }] : null;
}
