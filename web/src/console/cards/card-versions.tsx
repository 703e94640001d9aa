import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type * as z from 'zod/mini';
import { compareCards, type getCard } from '../../../../shared/contract/ops-cards.ts';
import { formatStamp } from '../../core/format.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Failure, Loading } from '../../ui/messages.tsx';
import { useConsole } from '../console-context.ts';
import { TargetLink } from '../target-link.tsx';
import { useText } from '../use-text.ts';

type CardAnswer = z.output<typeof getCard.output>;

/** Who saved which version when, and what differs from the one in use. */
export function CardVersions({ card: { featureId, currentVersion, versions } }: { readonly card: CardAnswer }) {
  const { say, language } = useText();
  const [compared, setCompared] = useState<number | null>(null);
  return (
    <section>
      <h2>{say('cardVersions')}</h2>
      <DataTable
        label={say('cardVersions')}
        columns={[
          { head: say('cardVersion'), cell: ({ version }) => `v${version}` },
          { head: say('savedAt'), cell: ({ savedAtMs }) => formatStamp(savedAtMs, language) },
          {
            head: say('savedBy'),
            cell: ({ savedBy }) => (savedBy === 'migration' ? say('byMigration') : <TargetLink id={savedBy} />),
          },
          {
            head: say('actions'),
            cell: ({ version }) =>
              version === currentVersion ? (
                say('versionInUse')
              ) : (
                <button type="button" className="button button-small" onClick={() => setCompared(version)}>
                  {say('compare')}
                </button>
              ),
          },
        ]}
        rows={versions}
        keyOf={({ version }) => String(version)}
      />
      {compared !== null && <Changes key={compared} featureId={featureId} from={compared} to={currentVersion} />}
    </section>
  );
}

interface ChangesProps {
  readonly featureId: string;
  readonly from: number;
  readonly to: number;
}

function Changes({ featureId, from, to }: ChangesProps) {
  const { say } = useText();
  const { client } = useConsole();
  const input = { featureId, from: String(from), to: String(to) };
  const changes = useQuery({
    queryKey: ['compare-cards', input],
    queryFn: ({ signal }) => client.call(compareCards, input, { signal }),
  });
  if (changes.isPending) return <Loading />;
  if (changes.isError) return <Failure error={changes.error} onRetry={() => void changes.refetch()} />;
  const value = (json: string | undefined) => <span className="mono">{json ?? '–'}</span>;
  return (
    <div className="part">
      <h3>{say('changesTitle', { from, to })}</h3>
      {changes.data.changes.length === 0 && <p className="muted">{say('changesNone')}</p>}
      {changes.data.changes.length > 0 && (
        <DataTable
          label={say('changesTitle', { from, to })}
          columns={[
            { head: say('changedPath'), cell: ({ path }) => value(path), isText: true },
            { head: say('changedBefore'), cell: ({ before }) => value(before), isText: true },
            { head: say('changedAfter'), cell: ({ after }) => value(after), isText: true },
          ]}
          rows={changes.data.changes}
          keyOf={({ path }) => path}
        />
      )}
    </div>
  );
}
