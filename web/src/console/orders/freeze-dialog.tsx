import { useQueryClient } from '@tanstack/react-query';
import { setOrderFreeze } from '../../../../shared/contract/ops.ts';
import { toast } from '../../ui/toasts.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import type { FoundOrder } from './order-text.ts';

interface FreezeDialogProps {
  readonly found: FoundOrder;
  readonly onClose: () => void;
}

/** Puts an order's credits out of reach while somebody looks, or gives them back. */
export function FreezeDialog({ found: { order, frozen }, onClose }: FreezeDialogProps) {
  const { say } = useText();
  const queries = useQueryClient();
  const setting = useAction(setOrderFreeze, ['reason'], () => {
    for (const key of ['search-orders', 'get-merchant']) void queries.invalidateQueries({ queryKey: [key] });
    toast(say(frozen ? 'releasedToast' : 'frozenToast'));
    onClose();
  });
  return (
    <ReasonDialog
      title={say(frozen ? 'release' : 'freeze')}
      submit={say(frozen ? 'release' : 'freeze')}
      isDanger={!frozen}
      action={setting}
      onSubmit={(reason) => void setting.run({ orderId: order.orderId, frozen: !frozen, reason })}
      onClose={onClose}
    >
      <p className="mono">{order.orderId}</p>
      <p>{say(frozen ? 'releaseText' : 'freezeText')}</p>
    </ReasonDialog>
  );
}
