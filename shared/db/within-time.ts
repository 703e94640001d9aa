/** Rejects when there is no answer in time. Not mysql2's own `timeout`: that one does not watch over preparing, or a session's set-up. */
export async function withinTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error(`no answer in ${timeoutMs} ms`), { code: 'PROTOCOL_SEQUENCE_TIMEOUT' });
    timer = setTimeout(() => reject(error), timeoutMs);
  });
  // Its connection is destroyed after the time limit, and that refusal is nobody's any more.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
