import { useEffect, useRef } from 'react';
import { useText } from './use-text.ts';

interface LoadMoreProps {
  readonly isBusy: boolean;
  readonly onMore: () => void;
}

/** The end of a list that goes on: more is fetched before it comes into view, or when its button is pressed. */
export function LoadMore({ isBusy, onMore }: LoadMoreProps) {
  const { say } = useText();
  const place = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element || isBusy) return;
    // Observed anew after each page: what is still in view then is told again.
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) onMore();
      },
      { rootMargin: '800px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [isBusy, onMore]);
  return (
    <button ref={place} type="button" className="button" disabled={isBusy} onClick={onMore}>
      {say(isBusy ? 'loading' : 'more')}
    </button>
  );
}
