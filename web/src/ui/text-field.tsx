import type { InputHTMLAttributes } from 'react';
import { describedBy, Field, type FieldFrame } from './field.tsx';

interface TextFieldProps
  extends FieldFrame,
    Pick<InputHTMLAttributes<HTMLInputElement>, 'type' | 'inputMode' | 'autoComplete' | 'maxLength' | 'placeholder'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** One line of text with its label, hint and error. */
export function TextField({ id, label, hint, error, value, onChange, ...attributes }: TextFieldProps) {
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <input
        autoComplete="off"
        {...attributes}
        {...describedBy({ id, hint, error })}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
