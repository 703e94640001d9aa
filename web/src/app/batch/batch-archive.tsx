import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type * as z from 'zod/mini';
import { createArchive, getArchive } from '../../../../shared/contract/archives.ts';
import { formatBytes, formatDay } from '../../core/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { readError } from '../../ui/read-error.ts';
import { toast } from '../../ui/toasts.tsx';
import { useCallKey } from '../../ui/use-call-key.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import { keepArchive, keptArchive } from './kept-archive.ts';

type Archive = z.output<typeof getArchive.output>;

/** A link is asked for again before it runs out. */
const RENEW_BEFORE_MS = 60_000;

interface BatchArchiveProps {
  readonly batchId: string;
  /** What there is to pack: an archive of fewer photos is not the one that is wanted now. */
  readonly succeeded: number;
}

/** All results of a batch as one ZIP that the service makes: ordered here, watched, and taken home. */
export function BatchArchive({ batchId, succeeded }: BatchArchiveProps) {
  const { say } = useText();
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const { keyOf, forget } = useCallKey();
  const [archiveId, setArchiveId] = useState(() => keptArchive(batchId));
  const [isBusy, setBusy] = useState(false);
  const archive = useArchive(archiveId);
  const order = async (): Promise<void> => {
    setBusy(true);
    try {
      const ordered = await client.call(
        createArchive,
        { batchId },
        { idempotencyKey: keyOf(`${batchId} ${succeeded}`) },
      );
      forget();
      queries.setQueryData(['archive', ordered.archiveId], ordered);
      keepArchive(batchId, ordered.archiveId);
      setArchiveId(ordered.archiveId);
    } catch (error) {
      toast(readError(error, say).message, 'bad');
    } finally {
      setBusy(false);
    }
  };
  const state = archive.data?.state;
  const isMaking = state === 'waiting' || state === 'building';
  return (
    <div className="batch-archive">
      {archive.data && <ArchiveState archive={archive.data} />}
      {!isMaking && (
        <button
          type="button"
          className={`button button-small ${state === 'ready' ? 'button-quiet' : 'button-primary'}`}
          disabled={isBusy || (archiveId !== null && archive.isPending)}
          onClick={() => void order()}
        >
          {state !== 'ready' && <Icon name="download" size={16} />}
          {say(archive.data ? 'archiveAgain' : 'archiveOrder')}
        </button>
      )}
    </div>
  );
}

/** Asked for again as often as the service says, and for a new link when the old one runs out; null: none was ordered. */
function useArchive(archiveId: string | null) {
  const { client } = useWorkspace();
  return useQuery({
    queryKey: ['archive', archiveId],
    queryFn: ({ signal }) => client.call(getArchive, { archiveId: archiveId ?? '' }, { signal }),
    enabled: archiveId !== null,
    refetchInterval: ({ state: { data } }) => {
      if (data?.pollAfterMs !== undefined) return data.pollAfterMs;
      if (data?.urlExpiresAtMs === undefined) return false;
      return Math.max(RENEW_BEFORE_MS, data.urlExpiresAtMs - Date.now() - RENEW_BEFORE_MS);
    },
  });
}

function ArchiveState({ archive }: { readonly archive: Archive }) {
  const { say, language } = useText();
  const { state, url, fileName, files = 0, sizeBytes = 0, expiresAtMs = 0, error } = archive;
  if (state === 'ready' && url !== undefined) {
    return (
      <>
        <a className="button button-small button-primary" href={url} download={fileName}>
          <Icon name="download" size={16} /> {say('archiveDownload', { size: formatBytes(sizeBytes) })}
        </a>
        <span className="hint" role="status">
          {say('archiveReady', { n: files, day: formatDay(expiresAtMs, language) })}
        </span>
      </>
    );
  }
  if (state === 'failed') return <p className="bad-text">{error?.message}</p>;
  if (state === 'expired') return <p className="hint">{say('archiveOver')}</p>;
  return (
    <p className="archive-making" role="status">
      <progress aria-label={say('archiveMaking')} />
      {say('archiveMaking')}
    </p>
  );
}
