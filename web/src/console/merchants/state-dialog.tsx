import { useQueryClient } from '@tanstack/react-query';
import { setMerchantState } from '../../../../shared/contract/ops-merchants.ts';
import { toast } from '../../ui/toasts.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import type { MerchantDetail } from './use-merchant.ts';

interface StateDialogProps {
  readonly merchant: MerchantDetail;
  readonly onClose: () => void;
}

/** Suspends a merchant, or lets one back in. */
export function StateDialog({ merchant: { merchantId, phoneMasked, state }, onClose }: StateDialogProps) {
  const { say } = useText();
  const queries = useQueryClient();
  const isActive = state === 'active';
  const setting = useAction(setMerchantState, ['reason'], () => {
    for (const key of ['get-merchant', 'search-merchants']) void queries.invalidateQueries({ queryKey: [key] });
    toast(say(isActive ? 'suspendedToast' : 'letBackToast'));
    onClose();
  });
  return (
    <ReasonDialog
      title={say(isActive ? 'suspendTitle' : 'letBackTitle', { phone: phoneMasked })}
      submit={say(isActive ? 'suspend' : 'letBack')}
      isDanger={isActive}
      action={setting}
      onSubmit={(reason) => void setting.run({ merchantId, state: isActive ? 'suspended' : 'active', reason })}
      onClose={onClose}
    >
      <p>{say(isActive ? 'suspendText' : 'letBackText')}</p>
    </ReasonDialog>
  );
}
