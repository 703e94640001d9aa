import { useCallback } from 'react';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { BatchList } from '../batch-list.tsx';
import { useBatches } from '../use-api.ts';
import { useText } from '../use-text.ts';

export function BatchesPage() {
  const { say } = useText();
  const batches = useBatches();
  const { fetchNextPage } = batches;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const items = batches.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1 tabIndex={-1}>{say('batches')}</h1>
          <p className="muted">{say('batchesLead')}</p>
        </div>
      </div>
      {batches.isPending && <Loading />}
      {batches.isError && <Failure error={batches.error} onRetry={() => void batches.refetch()} />}
      {batches.isSuccess && items.length === 0 && (
        <Empty icon="folder" title={say('batchesEmpty')}>
          <p className="muted">{say('batchesEmptyText')}</p>
        </Empty>
      )}
      {items.length > 0 && <BatchList batches={items} />}
      {batches.hasNextPage && <LoadMore isBusy={batches.isFetchingNextPage} onMore={more} />}
    </div>
  );
}
