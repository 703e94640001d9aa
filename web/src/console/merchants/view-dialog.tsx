import { useState } from 'react';
import { viewAs } from '../../../../shared/contract/ops-views.ts';
import { type OperatorView, openView } from '../../core/operator-view.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { toast } from '../../ui/toasts.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import type { MerchantDetail } from './use-merchant.ts';

interface ViewDialogProps {
  readonly merchant: MerchantDetail;
  readonly onClose: () => void;
}

/** Why somebody wants to see what the merchant sees; then the press that opens it, without which a browser opens no tab. */
export function ViewDialog({ merchant: { merchantId, phoneMasked }, onClose }: ViewDialogProps) {
  const { say } = useText();
  const [view, setView] = useState<OperatorView | null>(null);
  const asking = useAction(viewAs, ['reason'], setView);
  const open = (ready: OperatorView): void => {
    if (openView(ready)) onClose();
    else toast(say('viewBlocked'), 'bad');
  };
  if (view) {
    return (
      <Dialog title={say('viewOfTitle', { phone: phoneMasked })} onClose={onClose}>
        <p>{say('viewReady')}</p>
        <div className="buttons">
          <button type="button" className="button button-primary" onClick={() => open(view)}>
            {say('viewOpen')}
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <ReasonDialog
      title={say('viewOfTitle', { phone: phoneMasked })}
      submit={say('viewSubmit')}
      action={asking}
      onSubmit={(reason) => void asking.run({ merchantId, reason })}
      onClose={onClose}
    >
      <p>{say('viewText')}</p>
    </ReasonDialog>
  );
}
