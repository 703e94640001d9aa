/** Draws now and again every second until it is stopped; what cannot be asked for is asked for again. */
export function everySecond(draw: () => Promise<void>): () => void {
  let stopped = false;
  const run = async (): Promise<void> => {
    await draw().catch(() => undefined);
    if (!stopped) setTimeout(() => void run(), 1000);
  };
  void run();
  return () => {
    stopped = true;
  };
}
