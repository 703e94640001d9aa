import { useEffect, useState } from 'react';

/** Seconds that are left, told each second. */
export function useCountdown(): { readonly seconds: number; readonly begin: (seconds: number) => void } {
  const [endsAtMs, setEndsAtMs] = useState(0);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const look = (): void => setSeconds(Math.max(0, Math.ceil((endsAtMs - performance.now()) / 1000)));
    look();
    const timer = setInterval(look, 500);
    return () => clearInterval(timer);
  }, [endsAtMs]);
  return { seconds, begin: (wait) => setEndsAtMs(performance.now() + wait * 1000) };
}
