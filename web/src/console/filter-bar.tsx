import { type FormEvent, type ReactNode, useState } from 'react';
import { describedBy, Field } from '../ui/field.tsx';
import { TextField } from '../ui/text-field.tsx';
import { hashWith } from './hash-query.ts';
import { useText } from './use-text.ts';

export interface Filter {
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly type?: 'date';
  /** Of a choice: value and text. */
  readonly options?: readonly (readonly [value: string, text: string])[];
  /** What is wrong with a value that the service would refuse. */
  readonly problem?: (value: string) => string | undefined;
}

interface FilterBarProps {
  /** The page's address without `#/`. */
  readonly page: string;
  readonly filters: readonly Filter[];
  readonly values: ReadonlyMap<string, string>;
  readonly children?: ReactNode;
}

/** What a list is filtered by; it stands in the page's address. */
export function FilterBar({ page, filters, values, children }: FilterBarProps) {
  const { say } = useText();
  const [entered, setEntered] = useState(() => new Map(values));
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map());
  const enteredOf = (name: string): string => entered.get(name) ?? '';
  const set = (name: string, value: string): void => setEntered((all) => new Map(all).set(name, value));
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    const asked = filters.map(({ name, problem }) => [name, enteredOf(name).trim(), problem] as const);
    const wrong = asked.flatMap(([name, value, problem]) => {
      const found = value === '' ? undefined : problem?.(value);
      return found === undefined ? [] : [[name, found] as const];
    });
    setProblems(new Map(wrong));
    if (wrong.length === 0) location.hash = hashWith(page, Object.fromEntries(asked));
  };
  return (
    <form className="filter-bar" noValidate onSubmit={apply}>
      {filters.map(({ name, label, placeholder, type, options }) => {
        const frame = { id: `filter-${name}`, label, error: problems.get(name) };
        if (!options) {
          const onChange = (value: string): void => set(name, value);
          return <TextField key={name} {...frame} {...{ placeholder, type, onChange, value: enteredOf(name) }} />;
        }
        return (
          <Field key={name} {...frame}>
            <select {...describedBy(frame)} value={enteredOf(name)} onChange={({ target }) => set(name, target.value)}>
              <option value="">{say('all')}</option>
              {options.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          </Field>
        );
      })}
      <div className="buttons">
        <button type="submit" className="button button-primary">
          {say('search')}
        </button>
        {children}
        <a className="button button-quiet" href={`#/${page}`}>
          {say('clear')}
        </a>
      </div>
    </form>
  );
}
