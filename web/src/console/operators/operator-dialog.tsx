import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { setOperator } from '../../../../shared/contract/ops-operators.ts';
import { FieldGroup } from '../../ui/field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import type { OperatorRow } from './operator-row.ts';

const ROLES = [
  ['operator', 'roleOperator'],
  ['support', 'roleSupport'],
  ['none', 'roleNone'],
] as const;
type Role = (typeof ROLES)[number][0];

interface OperatorDialogProps {
  /** Absent: a merchant who has had none yet. */
  readonly operator?: OperatorRow;
  readonly onClose: () => void;
}

/** Gives somebody a role, another one, or ends it. */
export function OperatorDialog({ operator, onClose }: OperatorDialogProps) {
  const { say } = useText();
  const queries = useQueryClient();
  const [merchantId, setMerchantId] = useState(operator?.operatorId ?? '');
  const [name, setName] = useState(operator?.name ?? '');
  const [role, setRole] = useState<Role>(operator?.role ?? 'support');
  const saving = useAction(setOperator, ['merchantId', 'name', 'reason'], () => {
    void queries.invalidateQueries({ queryKey: ['list-operators'] });
    toast(say('operatorSaved'));
    onClose();
  });
  const choices = ROLES.filter(
    ([one]) => one !== 'none' || operator?.state === 'active' || operator?.state === 'suspended',
  );
  return (
    <ReasonDialog
      title={say(operator ? 'operatorChange' : 'operatorAdd')}
      submit={say('operatorSave')}
      isDanger={role === 'none'}
      action={saving}
      onSubmit={(reason) => void saving.run({ merchantId: merchantId.trim(), name: name.trim(), role, reason })}
      onClose={onClose}
    >
      {operator ? (
        <p className="mono">{operator.operatorId}</p>
      ) : (
        <TextField
          id="operator-merchant"
          label={say('merchantId')}
          hint={say('operatorMerchantHint')}
          placeholder="mch_…"
          error={saving.errorOf('merchantId')}
          value={merchantId}
          onChange={setMerchantId}
        />
      )}
      <TextField
        id="operator-name"
        label={say('name')}
        error={saving.errorOf('name')}
        value={name}
        onChange={setName}
      />
      <FieldGroup id="operator-role" label={say('role')}>
        <div className="choices">
          {choices.map(([one, text]) => (
            <label key={one} className="choice">
              <input type="radio" name="role" checked={role === one} onChange={() => setRole(one)} />
              {say(text)}
            </label>
          ))}
        </div>
      </FieldGroup>
      <p className="hint">{say(role === 'none' ? 'roleNoneText' : 'roleText')}</p>
    </ReasonDialog>
  );
}
