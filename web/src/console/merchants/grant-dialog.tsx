import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { grantCredits } from '../../../../shared/contract/ops-merchants.ts';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { AccessField } from '../access-field.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';

/** Gives a merchant credits, as a lot of their own. */
export function GrantDialog({ merchantId, onClose }: { readonly merchantId: string; readonly onClose: () => void }) {
  const { say } = useText();
  const queries = useQueryClient();
  const [credits, setCredits] = useState('');
  const [days, setDays] = useState('30');
  const [access, setAccess] = useState<'basic' | 'member'>('member');
  const granting = useAction(grantCredits, ['credits', 'days', 'reason'], (lot) => {
    void queries.invalidateQueries({ queryKey: ['get-merchant'] });
    toast(say('granted', { n: lot.credits }));
    onClose();
  });
  return (
    <ReasonDialog
      title={say('grant')}
      submit={say('grantSubmit')}
      action={granting}
      onSubmit={(reason) =>
        void granting.run({ merchantId, credits: Number(credits), days: Number(days), access, reason })
      }
      onClose={onClose}
    >
      <TextField
        id="grant-credits"
        label={say('credits')}
        error={granting.errorOf('credits')}
        value={credits}
        onChange={setCredits}
        inputMode="numeric"
      />
      <TextField
        id="grant-days"
        label={say('batchDays')}
        error={granting.errorOf('days')}
        value={days}
        onChange={setDays}
        inputMode="numeric"
      />
      <AccessField value={access} onChange={setAccess} />
    </ReasonDialog>
  );
}
