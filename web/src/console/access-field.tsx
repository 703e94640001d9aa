import { FieldGroup } from '../ui/field.tsx';
import { useText } from './use-text.ts';

type Access = 'basic' | 'member';
const CHOICES = [
  ['member', 'accessMember'],
  ['basic', 'accessBasic'],
] as const;

interface AccessFieldProps {
  readonly value: Access;
  readonly onChange: (access: Access) => void;
}

/** Which cards credits may be spent on. */
export function AccessField({ value, onChange }: AccessFieldProps) {
  const { say } = useText();
  return (
    <FieldGroup id="access" label={say('access')}>
      <div className="choices">
        {CHOICES.map(([one, text]) => (
          <label key={one} className="choice">
            <input type="radio" name="access" checked={value === one} onChange={() => onChange(one)} />
            {say(text)}
          </label>
        ))}
      </div>
    </FieldGroup>
  );
}
