import { type Column, DataTable } from '../ui/data-table.tsx';
import type { IconName } from '../ui/icon.tsx';
import { Empty, Failure, Loading } from '../ui/messages.tsx';
import type { List } from './use-list.ts';
import { useText } from './use-text.ts';

interface ListTableProps<Row> {
  readonly label: string;
  readonly list: List<Row>;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly empty: string;
  readonly icon: IconName;
}

/**
 * A list with what it says while it loads, when it fails and when there is nothing. Its next page comes when somebody wants it: looks that
 * are kept in the audit log are not made ahead.
 */
export function ListTable<Row>({ label, list, columns, keyOf, empty, icon }: ListTableProps<Row>) {
  const { say } = useText();
  return (
    <>
      {list.isPending && <Loading />}
      {list.error !== null && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && list.rows.length === 0 && <Empty icon={icon} title={empty} />}
      {list.rows.length > 0 && <DataTable label={label} columns={columns} rows={list.rows} keyOf={keyOf} />}
      {list.hasNextPage && (
        <button
          type="button"
          className="button more"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {say(list.isFetchingNextPage ? 'loading' : 'more')}
        </button>
      )}
    </>
  );
}
