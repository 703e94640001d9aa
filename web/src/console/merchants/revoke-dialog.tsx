import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { revokeCredits } from '../../../../shared/contract/ops-merchants.ts';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import type { Lot } from './use-merchant.ts';

interface RevokeDialogProps {
  readonly merchantId: string;
  readonly lot: Lot;
  readonly onClose: () => void;
}

/** Takes credits out of a live lot. */
export function RevokeDialog({ merchantId, lot: { lotId, remaining }, onClose }: RevokeDialogProps) {
  const { say } = useText();
  const queries = useQueryClient();
  const [credits, setCredits] = useState(String(remaining));
  const revoking = useAction(revokeCredits, ['credits', 'reason'], () => {
    void queries.invalidateQueries({ queryKey: ['get-merchant'] });
    toast(say('revoked', { n: credits }));
    onClose();
  });
  return (
    <ReasonDialog
      title={say('revokeTitle')}
      submit={say('revokeSubmit')}
      isDanger
      action={revoking}
      onSubmit={(reason) => void revoking.run({ merchantId, lotId, credits: Number(credits), reason })}
      onClose={onClose}
    >
      <TextField
        id="revoke-credits"
        label={say('credits')}
        hint={say('revokeHint', { n: remaining })}
        error={revoking.errorOf('credits')}
        value={credits}
        onChange={setCredits}
        inputMode="numeric"
      />
    </ReasonDialog>
  );
}
