import { useState } from 'react';
import { useText } from '../use-text.ts';
import type { Card } from './card-form.ts';
import {
  type AskedField,
  type FieldValue,
  type FieldValues,
  fieldProblem,
  initialValue,
  isAskedField,
  isAskedFor,
  isPhotoField,
} from './field-spec.ts';

export interface CardForm {
  readonly fields: readonly AskedField[];
  readonly values: FieldValues;
  /** By the field's name. */
  readonly errors: Readonly<Record<string, string>>;
  readonly change: (name: string, value: FieldValue) => void;
  /** Looks at every field and shows what is wrong. @returns whether all is well */
  readonly check: (hasPhoto: boolean) => boolean;
  /** What is sent: the fields that are asked for but the photo; undefined where a card has none. */
  readonly filled: () => FieldValues | undefined;
}

/** A card's form as it is filled in. */
export function useCardForm(card: Pick<Card, 'form'>): CardForm {
  const { say } = useText();
  const fields = card.form.filter(isAskedField);
  const [values, setValues] = useState<FieldValues>(() =>
    Object.fromEntries(fields.flatMap((field) => (isPhotoField(field) ? [] : [[field.name, initialValue(field)]]))),
  );
  const [errors, setErrors] = useState<Record<string, string>>({});
  const problemOf = (field: AskedField, hasPhoto: boolean): string | undefined => {
    if (isPhotoField(field)) return hasPhoto ? undefined : say('photoNeeded');
    const problem = fieldProblem(field, values[field.name] ?? '');
    return problem ? say(...problem) : undefined;
  };
  return {
    fields,
    values,
    errors,
    change: (name, value) => setValues((all) => ({ ...all, [name]: value })),
    check: (hasPhoto) => {
      const found: Record<string, string> = {};
      for (const field of fields.filter((one) => isAskedFor(one, values))) {
        const problem = problemOf(field, hasPhoto);
        if (problem !== undefined) found[field.name] = problem;
      }
      setErrors(found);
      return Object.keys(found).length === 0;
    },
    filled: () => {
      const asked = fields.filter((field) => !isPhotoField(field) && isAskedFor(field, values));
      if (asked.length === 0) return undefined;
      const given = asked.map((field) => [field.name, values[field.name] ?? ''] as const);
      return Object.fromEntries(given.filter(([, value]) => !Number.isNaN(value)));
    },
  };
}
