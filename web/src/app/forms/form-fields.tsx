import { Fragment, type ReactNode } from 'react';
import { isAskedFor, isPhotoField } from './field-spec.ts';
import type { CardForm } from './use-card-form.ts';
import { ValueField } from './value-field.tsx';

/** A card's form, field after field; `photos` stands where its photo does. */
export function FormFields({ form, photos }: { readonly form: CardForm; readonly photos: ReactNode }) {
  const { fields, values, errors, change } = form;
  return fields
    .filter((field) => isAskedFor(field, values))
    .map((field) =>
      isPhotoField(field) ? (
        <Fragment key={field.name}>{photos}</Fragment>
      ) : (
        <ValueField
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          error={errors[field.name]}
          onChange={(value) => change(field.name, value)}
        />
      ),
    );
}
