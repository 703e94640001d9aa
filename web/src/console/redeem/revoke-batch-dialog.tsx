import { useQueryClient } from '@tanstack/react-query';
import { revokeRedeemBatch } from '../../../../shared/contract/redeem.ts';
import { toast } from '../../ui/toasts.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import type { RedeemBatch } from './use-batches.ts';

interface RevokeBatchDialogProps {
  readonly batch: RedeemBatch;
  readonly onClose: () => void;
}

export function RevokeBatchDialog({
  batch: { batchId, name, codes, uses, redeemed },
  onClose,
}: RevokeBatchDialogProps) {
  const { say } = useText();
  const queries = useQueryClient();
  const revoking = useAction(revokeRedeemBatch, ['reason'], () => {
    void queries.invalidateQueries({ queryKey: ['list-redeem-batches'] });
    toast(say('batchRevokedToast'));
    onClose();
  });
  return (
    <ReasonDialog
      title={say('batchRevokeTitle', { name })}
      submit={say('batchRevoke')}
      isDanger
      action={revoking}
      onSubmit={(reason) => void revoking.run({ batchId, reason })}
      onClose={onClose}
    >
      <p>{say('batchRevokeText', { left: codes * uses - redeemed, n: redeemed })}</p>
    </ReasonDialog>
  );
}
