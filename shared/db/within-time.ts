/**
 * Rejects when there is no answer in time. Not mysql2's own `timeout`: that one does not watch over preparing, or a
 * session's set-up. One promise, not a race of two: this is on the way of every statement.
 */
export function withinTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(Object.assign(new Error(`no answer in ${timeoutMs} ms`), { code: 'PROTOCOL_SEQUENCE_TIMEOUT' }));
    }, timeoutMs);
    // After the time limit the connection is destroyed, and the refusal that follows is nobody's any more.
    work.then(
      (answer) => {
        clearTimeout(timer);
        resolve(answer);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
