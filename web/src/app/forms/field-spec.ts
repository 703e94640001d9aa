import type { AppMessage } from '../app-messages.ts';

export interface Option {
  readonly value: string;
  readonly labelZh: string;
  readonly labelEn: string;
}

export type FieldValue = string | number | boolean;

/** One field of a card's form, as an operator writes it: which of the limits count depends on its type. */
export interface FieldSpec {
  readonly name: string;
  readonly type:
    | 'image'
    | 'images'
    | 'text'
    | 'textarea'
    | 'number'
    | 'slider'
    | 'select'
    | 'radio'
    | 'checkbox'
    | 'colour';
  readonly labelZh: string;
  readonly labelEn: string;
  readonly required?: boolean | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly step?: number | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly options?: readonly Option[] | undefined;
  readonly default?: FieldValue | undefined;
}

export type FieldProblem = readonly [message: AppMessage, places: Readonly<Record<string, number>>];

export function isPhotoField({ type }: FieldSpec): boolean {
  return type === 'image' || type === 'images';
}

export function initialValue(field: FieldSpec): FieldValue {
  if (field.default !== undefined) return field.default;
  switch (field.type) {
    case 'number':
    case 'slider':
      return field.min ?? 0;
    case 'select':
    case 'radio':
      return field.options?.[0]?.value ?? '';
    case 'checkbox':
      return false;
    case 'colour':
      return '#ffffff';
    default:
      return '';
  }
}

/** The rule that a value breaks, or null. The server's own check still decides. */
export function fieldProblem(field: FieldSpec, value: FieldValue): FieldProblem | null {
  switch (field.type) {
    case 'text':
    case 'textarea':
      return textProblem(field, String(value));
    case 'number':
    case 'slider':
      return numberProblem(field, value);
    case 'select':
    case 'radio':
      return field.options?.some((option) => option.value === value) ? null : ['required', {}];
    case 'checkbox':
      return field.required && value !== true ? ['required', {}] : null;
    case 'colour':
      return /^#[0-9a-f]{6}$/i.test(String(value)) ? null : ['required', {}];
    default:
      return null;
  }
}

function textProblem({ required, minLength = 0, maxLength }: FieldSpec, text: string): FieldProblem | null {
  const length = [...text].length;
  if (text.trim() === '') return required ? ['required', {}] : null;
  if (length < minLength) return ['tooShort', { n: minLength }];
  return maxLength !== undefined && length > maxLength ? ['tooLong', { n: maxLength }] : null;
}

function numberProblem({ required, min, max }: FieldSpec, value: FieldValue): FieldProblem | null {
  if (typeof value !== 'number' || Number.isNaN(value)) return required ? ['required', {}] : null;
  if (min !== undefined && value < min) return ['tooLow', { n: min }];
  return max !== undefined && value > max ? ['tooHigh', { n: max }] : null;
}
