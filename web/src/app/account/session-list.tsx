import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { listSessions, revokeSession } from '../../../../shared/contract/auth.ts';
import { formatTime } from '../../core/format.ts';
import { Failure, Loading } from '../../ui/messages.tsx';
import { readError } from '../../ui/read-error.ts';
import { Tag } from '../../ui/state-tag.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import { browserName } from './browser-name.ts';

/** Where the merchant is signed in, and the way to end what is not theirs. */
export function SessionList() {
  const { say, language } = useText();
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const [ending, setEnding] = useState<string | null>(null);
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => client.call(listSessions, {}, { signal }),
  });
  const end = async (sessionId: string): Promise<void> => {
    setEnding(sessionId);
    try {
      await client.call(revokeSession, { sessionId });
      toast(say('sessionEnded'));
    } catch (error) {
      toast(readError(error, say).message, 'bad');
    }
    await queries.invalidateQueries({ queryKey: ['sessions'] });
    setEnding(null);
  };
  const items = sessions.data?.items ?? [];
  return (
    <section className="panel">
      <h2>{say('sessions')}</h2>
      <p className="hint">{say('sessionsLead')}</p>
      {sessions.isPending && <Loading />}
      {sessions.isError && <Failure error={sessions.error} onRetry={() => void sessions.refetch()} />}
      <ul className="sessions">
        {items.map(({ sessionId, current, address, userAgent, createdAtMs, lastUsedAtMs }) => {
          const name = browserName(userAgent) ?? say('sessionUnknown');
          return (
            <li key={sessionId}>
              <div>
                <p className="session-name" title={userAgent}>
                  {name} {current && <Tag tone="good">{say('sessionHere')}</Tag>}
                </p>
                <p className="hint">
                  {address} · {say('sessionUsed', { time: formatTime(lastUsedAtMs, language) })} ·{' '}
                  {say('sessionOpened', { time: formatTime(createdAtMs, language) })}
                </p>
              </div>
              {!current && (
                <button
                  type="button"
                  className="button button-small"
                  aria-label={say('sessionEndNamed', { name: `${name} ${address}` })}
                  disabled={ending !== null}
                  onClick={() => void end(sessionId)}
                >
                  {say('sessionEnd')}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {items.length > 1 && (
        <button type="button" className="button" disabled={ending !== null} onClick={() => void end('others')}>
          {say('sessionEndOthers')}
        </button>
      )}
    </section>
  );
}
