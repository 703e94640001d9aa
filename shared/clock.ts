/** Milliseconds since 1970-01-01 UTC. */
export type Clock = () => number;

/** The only place that reads the machine's clock; everything else is handed a `Clock` or a `nowMs`. */
export const systemClock: Clock = () => Date.now();
