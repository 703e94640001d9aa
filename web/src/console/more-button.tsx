import { useText } from './use-text.ts';

interface MoreButtonProps {
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
}

/** The next page of a list, when somebody wants it: looks that are kept in the audit log are not made ahead. */
export function MoreButton({ list: { hasNextPage, isFetchingNextPage, fetchNextPage } }: MoreButtonProps) {
  const { say } = useText();
  if (!hasNextPage) return null;
  return (
    <button type="button" className="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
      {say(isFetchingNextPage ? 'loading' : 'more')}
    </button>
  );
}
