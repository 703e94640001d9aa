import type * as z from 'zod/mini';
import { listAudit } from '../../../../shared/contract/ops-access.ts';
import { formatStamp } from '../../core/format.ts';
import type { Column } from '../../ui/data-table.tsx';
import { ActionName } from '../action-name.tsx';
import { AUDIT_ACTIONS } from '../audit-actions.ts';
import { useConsole } from '../console-context.ts';
import { FilterBar } from '../filter-bar.tsx';
import { hashWith, type Query } from '../hash-query.ts';
import { ListTable } from '../list-table.tsx';
import { PageHead } from '../page-head.tsx';
import { shortId, TargetLink } from '../target-link.tsx';
import { useList } from '../use-list.ts';
import { type Say, useText } from '../use-text.ts';

type Entry = z.output<typeof listAudit.output>['items'][number];

/** What operators did and looked at, newest first. */
export function AuditPage({ query }: { readonly query: Query }) {
  const { say, language } = useText();
  const { operator } = useConsole();
  const list = useList(listAudit, Object.fromEntries(query));
  const at = language === 'en' ? 1 : 0;
  const filters = [
    {
      name: 'action',
      label: say('action'),
      options: Object.entries(AUDIT_ACTIONS).map(([name, words]) => [name, words[at]] as const),
    },
    { name: 'target', label: say('target'), placeholder: say('targetHint') },
    { name: 'actor', label: say('actor') },
  ];
  return (
    <div className="page page-wide">
      <PageHead title={say('audit')} lead={say('auditLead')} />
      <FilterBar page="audit" filters={filters} values={query}>
        <a className="button" href={hashWith('audit', { actor: operator.operatorId })}>
          {say('onlyMine')}
        </a>
      </FilterBar>
      <ListTable
        label={say('audit')}
        list={list}
        columns={columns(say, (atMs) => formatStamp(atMs, language))}
        keyOf={({ auditId }) => auditId}
        empty={say('auditEmpty')}
        icon="list"
      />
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
