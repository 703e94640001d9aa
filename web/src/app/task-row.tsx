import { memo, useEffect, useRef, useState } from 'react';
import type * as z from 'zod/mini';
import type { taskSummary } from '../../../shared/contract/tasks.ts';
import { formatTime } from '../core/format.ts';
import { Icon } from '../ui/icon.tsx';
import { TaskStateTag } from '../ui/state-tag.tsx';
import { useFeatures, useTask } from './use-api.ts';
import { useText } from './use-text.ts';

type TaskSummary = z.output<typeof taskSummary>;

/** One task of a list, drawn again only when it has changed: a list may hold thousands. Its picture is asked for when it comes into view. */
export const TaskRow = memo(function TaskRow({ task }: { readonly task: TaskSummary }) {
  const { say, language } = useText();
  return (
    <li>
      <a className="task-row" href={`#/tasks/${task.taskId}`}>
        <Thumbnail task={task} />
        <span className="task-row-text">
          <span className="task-row-name">
            <CardName featureId={task.featureId} />
          </span>
          <span className="hint">{formatTime(task.createdAtMs, language)}</span>
          {task.error && <span className="hint bad-text">{task.error.message}</span>}
        </span>
        <span className="task-row-end">
          <TaskStateTag state={task.state} />
          <span className="hint">
            {task.refunded ? say('taskRefunded', { n: task.credits }) : say('creditsLeft', { n: task.credits })}
          </span>
        </span>
      </a>
    </li>
  );
});

/** The card's name in the user's language; its id when the card is closed meanwhile. */
export function CardName({ featureId }: { readonly featureId: string }) {
  const { language } = useText();
  const card = useFeatures().data?.features.find((one) => one.featureId === featureId);
  if (!card) return featureId;
  return language === 'en' ? card.nameEn : card.nameZh;
}

function Thumbnail({ task }: { readonly task: TaskSummary }) {
  const place = useRef<HTMLSpanElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const hasPicture = isSeen && task.state === 'succeeded';
  return (
    <span ref={place} className="thumbnail checkered">
      {hasPicture ? <TaskPicture taskId={task.taskId} /> : <Icon name="image" size={24} />}
    </span>
  );
}

function TaskPicture({ taskId }: { readonly taskId: string }) {
  const { data } = useTask(taskId);
  const picture = data?.outputs.find(({ contentType }) => contentType === 'image/jpeg') ?? data?.outputs[0];
  if (!picture) return <Icon name="image" size={24} />;
  return <img src={picture.url} alt="" loading="lazy" decoding="async" />;
}
