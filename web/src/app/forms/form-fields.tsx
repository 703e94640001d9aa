import { useText } from '../use-text.ts';
import { MAX_AT_ONCE } from './card-form.ts';
import type { ChosenPhotos } from './chosen-photos.ts';
import { type AskedField, type FieldValue, type FieldValues, isAskedFor, isPhotoField } from './field-spec.ts';
import { PhotoField } from './photo-field.tsx';
import { ValueField } from './value-field.tsx';

interface FormFieldsProps {
  readonly fields: readonly AskedField[];
  readonly chosen: ChosenPhotos;
  readonly values: FieldValues;
  /** By the field's name. */
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (name: string, value: FieldValue) => void;
}

/** A card's form, field after field. */
export function FormFields({ fields, chosen, values, errors, onChange }: FormFieldsProps) {
  const { language } = useText();
  return fields
    .filter((field) => isAskedFor(field, values))
    .map((field) =>
      isPhotoField(field) ? (
        <PhotoField
          key={field.name}
          label={language === 'en' ? field.labelEn : field.labelZh}
          max={MAX_AT_ONCE}
          chosen={chosen}
          error={errors[field.name]}
        />
      ) : (
        <ValueField
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          error={errors[field.name]}
          onChange={(value) => onChange(field.name, value)}
        />
      ),
    );
}
