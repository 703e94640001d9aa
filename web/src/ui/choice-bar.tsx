import type { ReactNode } from 'react';

interface ChoiceBarProps<V> {
  /** What is chosen here, for whoever cannot see it. */
  readonly legend: string;
  /** Of the radio buttons: one of a page. */
  readonly name: string;
  readonly choices: readonly (readonly [value: V, text: string])[];
  /** Null: none of them, where that is no value itself. */
  readonly chosen: V | null;
  readonly onChoose: (value: V) => void;
  /** What stands in the same row. */
  readonly children?: ReactNode;
}

/** One of a few, side by side. */
export function ChoiceBar<V>({ legend, name, choices, chosen, onChoose, children }: ChoiceBarProps<V>) {
  return (
    <fieldset className="filters">
      <legend className="visually-hidden">{legend}</legend>
      {choices.map(([value, text]) => (
        <label key={text} className="filter">
          <input type="radio" name={name} checked={chosen === value} onChange={() => onChoose(value)} />
          <span>{text}</span>
        </label>
      ))}
      {children}
    </fieldset>
  );
}
