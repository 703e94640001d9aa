import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type * as z from 'zod/mini';
import { type listCases, resolveCase, searchOrders } from '../../../../shared/contract/ops-work.ts';
import { Failure, Loading } from '../../ui/messages.tsx';
import { Tag } from '../../ui/state-tag.tsx';
import { toast } from '../../ui/toasts.tsx';
import { hashWith } from '../hash-query.ts';
import { FreezeDialog } from '../orders/freeze-dialog.tsx';
import { canFreeze, type FoundOrder, ORDER_STATES } from '../orders/order-text.ts';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useList } from '../use-list.ts';
import { useText } from '../use-text.ts';
import { CASE_CLASSES } from './case-text.ts';

interface CaseDialogProps {
  readonly found: z.output<typeof listCases.output>['items'][number];
  readonly onClose: () => void;
}

/** Says what to do about a case, does it to the credits of its order, and ends it with a note of how it was worked off. */
export function CaseDialog({ found, onClose }: CaseDialogProps) {
  const { say } = useText();
  const queries = useQueryClient();
  const [freezing, setFreezing] = useState<FoundOrder | null>(null);
  const [what, how] = CASE_CLASSES[found.class];
  const ending = useAction(resolveCase, ['note'], () => {
    void queries.invalidateQueries({ queryKey: ['list-cases'] });
    toast(say('caseEnded'));
    onClose();
  });
  if (freezing) return <FreezeDialog found={freezing} onClose={() => setFreezing(null)} />;
  return (
    <ReasonDialog
      title={say(what)}
      submit={say('workOff')}
      field="note"
      action={ending}
      onSubmit={(note) => void ending.run({ caseId: found.caseId, note })}
      onClose={onClose}
    >
      <p>{say(how)}</p>
      <p className="hint mono">{found.subject}</p>
      {found.orderId !== undefined && <CaseOrder orderId={found.orderId} onFreeze={setFreezing} />}
    </ReasonDialog>
  );
}

interface CaseOrderProps {
  readonly orderId: string;
  readonly onFreeze: (found: FoundOrder) => void;
}

/** How the order of a case stands: a look at it, which is kept. */
function CaseOrder({ orderId, onFreeze }: CaseOrderProps) {
  const { say } = useText();
  const list = useList(searchOrders, { orderId });
  const [found] = list.rows;
  return (
    <div className="buttons">
      {list.isPending && <Loading />}
      {list.error !== null && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {found && (
        <>
          <span>
            <Tag tone={ORDER_STATES[found.order.state][1]}>{say(ORDER_STATES[found.order.state][0])}</Tag>{' '}
            {found.frozen && <Tag tone="bad">{say('orderFrozen')}</Tag>}
          </span>
          {canFreeze(found) && (
            <button type="button" className="button button-small" onClick={() => onFreeze(found)}>
              {say(found.frozen ? 'release' : 'freeze')}
            </button>
          )}
          <a href={hashWith('orders', { orderId })}>{say('caseOrder')}</a>
        </>
      )}
    </div>
  );
}
