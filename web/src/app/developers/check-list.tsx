import { FieldGroup } from '../../ui/field.tsx';

interface CheckListProps<V extends string> {
  readonly id: string;
  readonly label: string;
  readonly error: string | undefined;
  readonly choices: readonly (readonly [value: V, text: string])[];
  readonly chosen: readonly V[];
  readonly onChoose: (chosen: V[]) => void;
}

/** Several of a few. */
export function CheckList<V extends string>({ id, label, error, choices, chosen, onChoose }: CheckListProps<V>) {
  const turn = (value: V): V[] => (chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  return (
    <FieldGroup id={id} label={label} error={error}>
      {choices.map(([value, text]) => (
        <label key={value} className="check">
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => onChoose(turn(value))} />
          <span>{text}</span>
        </label>
      ))}
    </FieldGroup>
  );
}
