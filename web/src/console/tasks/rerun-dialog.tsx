import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { rerunTask } from '../../../../shared/contract/ops-tasks.ts';
import { FieldGroup } from '../../ui/field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import type { TaskTrace } from './task-trace.ts';

const CHARGES = [
  ['merchant', 'rerunMerchant'],
  ['goodwill', 'rerunGoodwill'],
] as const;

/** Repeats a merchant's task, charged or free of charge; the page goes on to the new one. */
export function RerunDialog({ task, onClose }: { readonly task: TaskTrace; readonly onClose: () => void }) {
  const { say } = useText();
  const queries = useQueryClient();
  const [charge, setCharge] = useState<(typeof CHARGES)[number][0]>('merchant');
  const running = useAction(rerunTask, ['reason'], ({ taskId, credits }) => {
    for (const key of ['trace-task', 'search-tasks', 'get-merchant'])
      void queries.invalidateQueries({ queryKey: [key] });
    toast(say('rerunDone', { n: credits }));
    onClose();
    location.hash = `#/tasks/${taskId}`;
  });
  return (
    <ReasonDialog
      title={say('rerun')}
      submit={say('rerun')}
      action={running}
      onSubmit={(reason) => void running.run({ taskId: task.taskId, charge, reason })}
      onClose={onClose}
    >
      <p>{say('rerunText')}</p>
      <FieldGroup id="charge" label={say('rerunCharge')}>
        <div className="choices">
          {CHARGES.map(([one, text]) => (
            <label key={one} className="choice">
              <input type="radio" name="charge" checked={charge === one} onChange={() => setCharge(one)} />
              {say(text)}
            </label>
          ))}
        </div>
      </FieldGroup>
    </ReasonDialog>
  );
}
