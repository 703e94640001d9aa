import { useState } from 'react';
import { listOperators } from '../../../../shared/contract/ops-operators.ts';
import { formatDay } from '../../core/format.ts';
import type { Column } from '../../ui/data-table.tsx';
import { Tag } from '../../ui/state-tag.tsx';
import { useConsole } from '../console-context.ts';
import { ListTable } from '../list-table.tsx';
import { TargetLink } from '../target-link.tsx';
import { useList } from '../use-list.ts';
import { useText } from '../use-text.ts';
import { OperatorDialog } from './operator-dialog.tsx';
import type { OperatorRow } from './operator-row.ts';

const STATES = {
  active: ['operatorActive', 'good'],
  suspended: ['merchantSuspended', 'bad'],
  ended: ['operatorEnded', 'plain'],
} as const;

/** Who has or had a role, for operators: one's own is changed by another. */
export function OperatorsSection() {
  const { say, language } = useText();
  const { operator } = useConsole();
  const list = useList(listOperators, {});
  const [editing, setEditing] = useState<OperatorRow | 'new' | null>(null);
  const columns: readonly Column<OperatorRow>[] = [
    { head: say('name'), cell: ({ name }) => name, isText: true },
    { head: say('operatorId'), cell: ({ operatorId }) => <TargetLink id={operatorId} /> },
    { head: say('role'), cell: ({ role }) => say(role === 'operator' ? 'roleOperator' : 'roleSupport') },
    {
      head: say('state'),
      cell: ({ state }) => {
        const [text, tone] = STATES[state];
        return <Tag tone={tone}>{say(text)}</Tag>;
      },
    },
    { head: say('operatorFactor'), cell: ({ enrolled }) => say(enrolled ? 'factorEnrolled' : 'factorMissing') },
    { head: say('operatorSince'), cell: ({ createdAtMs }) => formatDay(createdAtMs, language) },
    {
      head: say('action'),
      cell: (row) =>
        row.operatorId === operator.operatorId ? (
          say('operatorSelf')
        ) : (
          <button type="button" className="button button-small" onClick={() => setEditing(row)}>
            {say('operatorChange')}
          </button>
        ),
    },
  ];
  return (
    <section>
      <div className="section-head">
        <h2>{say('operators')}</h2>
        <button type="button" className="button" onClick={() => setEditing('new')}>
          {say('operatorAdd')}
        </button>
      </div>
      <p className="muted">{say('operatorsLead')}</p>
      <ListTable
        label={say('operators')}
        list={list}
        columns={columns}
        keyOf={({ operatorId }) => operatorId}
        empty={say('operatorsEmpty')}
        icon="people"
      />
      {editing !== null && (
        <OperatorDialog {...(editing !== 'new' && { operator: editing })} onClose={() => setEditing(null)} />
      )}
    </section>
  );
}
