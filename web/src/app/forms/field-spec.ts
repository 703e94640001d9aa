import type { AppMessage } from '../app-messages.ts';

interface Named {
  readonly name: string;
  readonly labelZh: string;
  readonly labelEn: string;
  readonly hintZh?: string;
  readonly hintEn?: string;
  readonly required?: boolean;
}

export interface Choice {
  readonly value: string;
  readonly labelZh: string;
  readonly labelEn: string;
}

/** What a card asks for, besides nothing: one field each. */
export type FieldSpec =
  | (Named & { readonly kind: 'image' })
  | (Named & { readonly kind: 'images'; readonly max: number })
  | (Named & { readonly kind: 'text' | 'textarea'; readonly maxLength?: number; readonly initial?: string })
  | (Named & {
      readonly kind: 'number' | 'slider';
      readonly min: number;
      readonly max: number;
      readonly step?: number;
      readonly initial?: number;
    })
  | (Named & { readonly kind: 'select' | 'radio'; readonly choices: readonly Choice[]; readonly initial?: string })
  | (Named & { readonly kind: 'checkbox'; readonly initial?: boolean })
  | (Named & { readonly kind: 'colour'; readonly initial?: string });

export type ValueSpec = Exclude<FieldSpec, { readonly kind: 'image' | 'images' }>;
export type FieldValue = string | number | boolean;
export type FieldProblem = readonly [message: AppMessage, places: Readonly<Record<string, number>>];

export function isPhotoField(field: FieldSpec): field is Exclude<FieldSpec, ValueSpec> {
  return field.kind === 'image' || field.kind === 'images';
}

export function initialValue(field: ValueSpec): FieldValue {
  switch (field.kind) {
    case 'text':
    case 'textarea':
      return field.initial ?? '';
    case 'number':
    case 'slider':
      return field.initial ?? field.min;
    case 'select':
    case 'radio':
      return field.initial ?? field.choices[0]?.value ?? '';
    case 'checkbox':
      return field.initial ?? false;
    case 'colour':
      return field.initial ?? '#ffffff';
  }
}

/** The rule that a value breaks, or null. The server's own check still decides. */
export function fieldProblem(field: ValueSpec, value: FieldValue): FieldProblem | null {
  switch (field.kind) {
    case 'text':
    case 'textarea': {
      const text = String(value);
      if (field.required && text.trim() === '') return ['required', {}];
      const max = field.maxLength ?? Number.POSITIVE_INFINITY;
      return [...text].length > max ? ['tooLong', { n: max }] : null;
    }
    case 'number':
    case 'slider': {
      const isInside = typeof value === 'number' && value >= field.min && value <= field.max;
      return isInside ? null : ['outOfRange', { min: field.min, max: field.max }];
    }
    case 'select':
    case 'radio':
      return field.choices.some((choice) => choice.value === value) ? null : ['required', {}];
    case 'checkbox':
      return field.required && value !== true ? ['required', {}] : null;
    case 'colour':
      return /^#[0-9a-f]{6}$/i.test(String(value)) ? null : ['required', {}];
  }
}
