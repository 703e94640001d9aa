/**
 * A program of one message: the parent writes the request; nothing is said back but the files and this process's end. It
 * ends with its parent.
 */
export function runOnce<Request>(work: (request: Request) => Promise<void>): void {
  process.once('disconnect', () => process.exit(1));
  process.once('message', (request: Request) => {
    work(request).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(String(error));
        process.exit(1);
      },
    );
  });
}
