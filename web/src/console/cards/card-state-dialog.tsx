import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type * as z from 'zod/mini';
import { type listCards, setCardState } from '../../../../shared/contract/ops-cards.ts';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';

export type ListedCard = z.output<typeof listCards.output>['items'][number];

interface CardStateDialogProps {
  readonly card: ListedCard;
  readonly onClose: () => void;
}

/** Opens a card, or closes it and says to merchants why. */
export function CardStateDialog({
  card: { featureId, version, nameZh, nameEn, enabled },
  onClose,
}: CardStateDialogProps) {
  const { say, language } = useText();
  const queries = useQueryClient();
  const [closedZh, setZh] = useState('功能维护中，请稍后再试');
  const [closedEn, setEn] = useState('Under maintenance; try again later');
  const setting = useAction(setCardState, ['closedZh', 'closedEn', 'reason'], () => {
    for (const key of ['list-cards', 'get-card']) void queries.invalidateQueries({ queryKey: [key] });
    toast(say(enabled ? 'cardClosedToast' : 'cardOpenedToast'));
    onClose();
  });
  const name = language === 'en' ? nameEn : nameZh;
  return (
    <ReasonDialog
      title={say(enabled ? 'cardCloseTitle' : 'cardOpenTitle', { name })}
      submit={say(enabled ? 'cardClose' : 'cardOpen')}
      isDanger={enabled}
      action={setting}
      onSubmit={(reason) =>
        void setting.run({
          ...{ featureId, version, enabled: !enabled, reason },
          ...(enabled && { closedZh: closedZh.trim(), closedEn: closedEn.trim() }),
        })
      }
      onClose={onClose}
    >
      {enabled && (
        <>
          <TextField
            id="closed-zh"
            label={say('closedZh')}
            error={setting.errorOf('closedZh')}
            value={closedZh}
            onChange={setZh}
          />
          <TextField
            id="closed-en"
            label={say('closedEn')}
            error={setting.errorOf('closedEn')}
            value={closedEn}
            onChange={setEn}
          />
        </>
      )}
    </ReasonDialog>
  );
}
