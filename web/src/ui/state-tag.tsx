import type { TaskState } from '../../../shared/contract/tasks.ts';
import type { UiMessage } from './ui-messages.ts';
import { useText } from './use-text.ts';

type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'plain';

export const TASK_STATE_TEXT: Readonly<Record<TaskState, readonly [UiMessage, Tone]>> = {
  awaiting_upload: ['stateAwaiting', 'warn'],
  queued: ['stateQueued', 'busy'],
  processing: ['stateProcessing', 'busy'],
  succeeded: ['stateSucceeded', 'good'],
  failed: ['stateFailed', 'bad'],
  canceled: ['stateCanceled', 'plain'],
  expired: ['stateExpired', 'plain'],
};

export function Tag({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return <span className={`tag tag-${tone}`}>{children}</span>;
}

export function TaskStateTag({ state }: { readonly state: TaskState }) {
  const { say } = useText();
  const [message, tone] = TASK_STATE_TEXT[state];
  return <Tag tone={tone}>{say(message)}</Tag>;
}
