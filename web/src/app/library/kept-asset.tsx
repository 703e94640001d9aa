import type { ReactNode } from 'react';
import { formatDay } from '../../core/format.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { useTask } from '../use-api.ts';
import { useText } from '../use-text.ts';
import { assetName } from './asset-name.ts';

interface Kept {
  readonly url: string;
  readonly name: string;
  readonly expiresAtMs: number;
}

/** A picture of the library, by its id: which task it is of stands in it. */
export function KeptAsset({ assetId, children }: { readonly assetId: string; readonly children?: ReactNode }) {
  const { say, language } = useText();
  const task = useTask(assetId.split('/')[0] ?? '');
  if (task.isPending) return <Loading />;
  if (task.isError) return <Failure error={task.error} onRetry={() => void task.refetch()} />;
  const kept = find(task.data, assetId, say);
  if (!kept) {
    return (
      <Empty icon="library" title={say('assetGone')}>
        <p className="muted">{say('assetGoneText')}</p>
        <a className="button button-small" href="#/library">
          {say('toLibrary')}
        </a>
      </Empty>
    );
  }
  return (
    <div className="source">
      <img src={kept.url} alt={kept.name} />
      <div className="source-text">
        <p className="asset-name">{kept.name}</p>
        <p className="hint">
          {say('fromLibrary')} · {say('keptUntil', { day: formatDay(kept.expiresAtMs, language) })}
        </p>
        {children}
      </div>
    </div>
  );
}

type Read = NonNullable<ReturnType<typeof useTask>['data']>;

function find(task: Read, assetId: string, say: Parameters<typeof assetName>[1]): Kept | undefined {
  const output = task.outputs.find((one) => one.assetId === assetId);
  if (output) return { ...output, name: assetName({ kind: 'picture', name: output.name }, say) };
  const input = task.inputs.find(({ n }) => `${task.taskId}/${n}` === assetId);
  if (input?.url === undefined) return undefined;
  return {
    url: input.url,
    expiresAtMs: input.expiresAtMs,
    name: assetName({ kind: 'photo', name: String(input.n) }, say),
  };
}
