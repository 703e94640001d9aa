import { useId } from 'react';
import { describedBy, Field, FieldGroup } from '../../ui/field.tsx';
import { useText } from '../use-text.ts';
import type { FieldValue, Option, ValueField as ValueSpec } from './field-spec.ts';

interface ValueFieldProps {
  readonly field: ValueSpec;
  readonly value: FieldValue;
  readonly error?: string | undefined;
  readonly onChange: (value: FieldValue) => void;
}

/** One field of a card's form that is no photo, drawn by its kind with the browser's own controls. */
export function ValueField({ field, value, error, onChange }: ValueFieldProps) {
  const { language } = useText();
  const id = useId();
  const isEnglish = language === 'en';
  const label = isEnglish ? field.labelEn : field.labelZh;
  const hint = isEnglish ? field.hintEn : field.hintZh;
  const frame = { id, label, hint, error };
  const control = { ...describedBy(frame), name: field.name, required: field.required ?? false };
  const nameOf = (choice: Option): string => (isEnglish ? choice.labelEn : choice.labelZh);
  switch (field.type) {
    case 'text':
      return (
        <Field {...frame}>
          <input {...control} type="text" value={String(value)} onChange={(event) => onChange(event.target.value)} />
        </Field>
      );
    case 'textarea':
      return (
        <Field {...frame}>
          <textarea {...control} rows={4} value={String(value)} onChange={(event) => onChange(event.target.value)} />
        </Field>
      );
    case 'number':
      return (
        <Field {...frame}>
          <input
            {...control}
            type="number"
            min={field.min}
            max={field.max}
            step={field.step ?? 1}
            value={Number.isNaN(value) ? '' : String(value)}
            onChange={(event) => onChange(event.target.valueAsNumber)}
          />
        </Field>
      );
    case 'slider':
      return (
        <Field {...frame}>
          <div className="slider">
            <input
              {...control}
              type="range"
              min={field.min}
              max={field.max}
              step={field.step ?? 1}
              value={Number(value)}
              onChange={(event) => onChange(event.target.valueAsNumber)}
            />
            <output htmlFor={id}>{String(value)}</output>
          </div>
        </Field>
      );
    case 'select':
      return (
        <Field {...frame}>
          <select {...control} value={String(value)} onChange={(event) => onChange(event.target.value)}>
            {field.options.map((choice) => (
              <option key={choice.value} value={choice.value}>
                {nameOf(choice)}
              </option>
            ))}
          </select>
        </Field>
      );
    case 'radio':
      return (
        <FieldGroup {...frame}>
          <div className="choices">
            {field.options.map((choice) => (
              <label key={choice.value} className="choice">
                <input
                  type="radio"
                  name={id}
                  checked={value === choice.value}
                  onChange={() => onChange(choice.value)}
                />
                {nameOf(choice)}
              </label>
            ))}
          </div>
        </FieldGroup>
      );
    case 'checkbox': {
      const chosen = Array.isArray(value) ? value : [];
      const toggle = (one: string): void =>
        onChange(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]);
      return (
        <FieldGroup {...frame}>
          <div className="choices">
            {field.options.map((choice) => (
              <label key={choice.value} className="choice">
                <input type="checkbox" checked={chosen.includes(choice.value)} onChange={() => toggle(choice.value)} />
                {nameOf(choice)}
              </label>
            ))}
          </div>
        </FieldGroup>
      );
    }
    case 'colour':
      return (
        <Field {...frame}>
          <div className="colour">
            <input {...control} type="color" value={String(value)} onChange={(event) => onChange(event.target.value)} />
            <output htmlFor={id}>{String(value)}</output>
          </div>
        </Field>
      );
  }
}
