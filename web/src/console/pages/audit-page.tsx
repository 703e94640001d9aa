import { useInfiniteQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type * as z from 'zod/mini';
import { listAudit } from '../../../../shared/contract/ops-access.ts';
import { formatTime } from '../../core/format.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Field } from '../../ui/field.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useHash } from '../../ui/use-hash.ts';
import { AUDIT_ACTIONS, type AuditAction } from '../audit-actions.ts';
import { useConsole } from '../console-context.ts';
import { hashQuery, hashWith } from '../hash-query.ts';
import { MoreButton } from '../more-button.tsx';
import { shortId, TargetLink } from '../target-link.tsx';
import { type Say, useText } from '../use-text.ts';

type Entry = z.output<typeof listAudit.output>['items'][number];
const FILTERS = ['actor', 'action', 'target'] as const;

/** What operators did and looked at, newest first. */
export function AuditPage() {
  const { say, language } = useText();
  const { client } = useConsole();
  const query = hashQuery(useHash());
  const filter = Object.fromEntries(FILTERS.flatMap((name) => (query.get(name) ? [[name, query.get(name)]] : [])));
  const entries = useInfiniteQuery({
    queryKey: ['audit', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.call(listAudit, { ...filter, limit: '50', ...(pageParam && { cursor: pageParam }) }, { signal }),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // What was just done elsewhere in the console is to be seen.
    staleTime: 0,
  });
  const rows = entries.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="page page-wide">
      <div className="page-head">
        <div>
          <h1 tabIndex={-1}>{say('audit')}</h1>
          <p className="muted">{say('auditLead')}</p>
        </div>
      </div>
      <AuditFilter filter={filter} />
      {entries.isPending && <Loading />}
      {entries.isError && <Failure error={entries.error} onRetry={() => void entries.refetch()} />}
      {entries.isSuccess && rows.length === 0 && <Empty icon="list" title={say('auditEmpty')} />}
      {rows.length > 0 && (
        <DataTable
          label={say('audit')}
          columns={columns(say, (atMs) => formatTime(atMs, language))}
          rows={rows}
          keyOf={({ auditId }) => auditId}
        />
      )}
      <MoreButton list={entries} />
    </div>
  );
}

const columns = (say: Say, time: (atMs: number) => string): readonly Column<Entry>[] => [
  { head: say('time'), cell: ({ createdAtMs }) => time(createdAtMs) },
  { head: say('action'), cell: ({ action }) => <ActionName action={action} /> },
  {
    head: say('actor'),
    cell: ({ actor }) =>
      actor === 'command-line' ? (
        say('commandLine')
      ) : (
        <a className="mono" href={hashWith('audit', { actor })} title={actor}>
          {shortId(actor)}
        </a>
      ),
  },
  { head: say('target'), cell: ({ target }) => (target === '' ? '–' : <TargetLink id={target} />) },
  { head: say('reason'), cell: ({ reason }) => reason || '–', isText: true },
  { head: say('details'), cell: (entry) => <Details entry={entry} />, isText: true },
];

function ActionName({ action }: { readonly action: string }) {
  const { language } = useText();
  const words = AUDIT_ACTIONS[action as AuditAction] as readonly [string, string] | undefined;
  return <>{words?.[language === 'en' ? 1 : 0] ?? action}</>;
}

function Details({ entry: { actor, target, details, requestId } }: { readonly entry: Entry }) {
  const { say } = useText();
  return (
    <details className="audit-details">
      <summary>{say('show')}</summary>
      <pre>{indented(details)}</pre>
      <p className="hint mono">
        {say('actor')} {actor}
      </p>
      {target !== '' && (
        <p className="hint mono">
          {say('target')} {target}
        </p>
      )}
      <p className="hint mono">{say('requestId', { id: requestId })}</p>
    </details>
  );
}

function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

function AuditFilter({ filter }: { readonly filter: Readonly<Record<string, string | undefined>> }) {
  const { say, language } = useText();
  const { operator } = useConsole();
  const [actor, setActor] = useState(filter['actor'] ?? '');
  const [action, setAction] = useState(filter['action'] ?? '');
  const [target, setTarget] = useState(filter['target'] ?? '');
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    location.hash = hashWith('audit', { actor: actor.trim(), action, target: target.trim() });
  };
  return (
    <form className="filter-bar" onSubmit={apply}>
      <Field id="audit-action" label={say('action')}>
        <select id="audit-action" value={action} onChange={(event) => setAction(event.target.value)}>
          <option value="">{say('all')}</option>
          {Object.entries(AUDIT_ACTIONS).map(([name, words]) => (
            <option key={name} value={name}>
              {words[language === 'en' ? 1 : 0]}
            </option>
          ))}
        </select>
      </Field>
      <TextField
        id="audit-target"
        label={say('target')}
        placeholder={say('targetHint')}
        value={target}
        onChange={setTarget}
      />
      <TextField id="audit-actor" label={say('actor')} value={actor} onChange={setActor} />
      <div className="buttons">
        <button type="submit" className="button button-primary">
          {say('search')}
        </button>
        <a className="button" href={hashWith('audit', { actor: operator.operatorId })}>
          {say('onlyMine')}
        </a>
        <a className="button button-quiet" href="#/audit">
          {say('clear')}
        </a>
      </div>
    </form>
  );
}
