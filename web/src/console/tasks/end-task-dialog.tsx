import { useQueryClient } from '@tanstack/react-query';
import { endTask } from '../../../../shared/contract/ops-tasks.ts';
import { toast } from '../../ui/toasts.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import type { TaskTrace } from './task-trace.ts';

/** Ends a task that hangs: it fails, and its credits return. */
export function EndTaskDialog({ task, onClose }: { readonly task: TaskTrace; readonly onClose: () => void }) {
  const { say } = useText();
  const queries = useQueryClient();
  const ending = useAction(endTask, ['reason'], ({ refundedCredits }) => {
    for (const key of ['trace-task', 'search-tasks']) void queries.invalidateQueries({ queryKey: [key] });
    toast(say('endTaskDone', { n: refundedCredits }));
    onClose();
  });
  return (
    <ReasonDialog
      title={say('endTask')}
      submit={say('endTask')}
      isDanger
      action={ending}
      onSubmit={(reason) => void ending.run({ taskId: task.taskId, reason })}
      onClose={onClose}
    >
      <p>{say('endTaskText', { n: task.credits - task.refundedCredits })}</p>
    </ReasonDialog>
  );
}
