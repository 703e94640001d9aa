/**
 * One photo in, its pictures out:
 *   YIYING_API=https://api.example.com YIYING_API_KEY=yk_… npx tsx make-pictures.mts shirt.jpg basic_clean pictures
 * Node 20 or newer; nothing to install but tsx, which runs TypeScript. The key needs the scopes read and create.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const { YIYING_API: api, YIYING_API_KEY: key } = process.env;
const [photo = '', featureId = 'basic_clean', folder = 'pictures'] = process.argv.slice(2);
const TYPES: Record<string, string> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};
const ATTEMPTS = 4;
/** Told to wait longer (the day of a key is spent, say), one is better told so. */
const MOST_WAIT_SECONDS = 60;

interface Upload {
  url: string;
  headers: Record<string, string>;
}

interface Task {
  taskId: string;
  state: string;
  error?: { code: string; message: string };
  outputs: { name: string; url: string }[];
  /** How long to wait before asking again; absent when the task has ended. */
  pollAfterMs?: number;
}

/** A network that failed, too many calls (429) and a service that is away (503) are tried again: a GET, or a POST under one Idempotency-Key. */
async function send(url: string, init: RequestInit): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt === ATTEMPTS;
    const reply = await fetch(url, { ...init, signal: AbortSignal.timeout(60_000) }).catch((error: unknown) =>
      isLast ? Promise.reject(error) : undefined,
    );
    const waitSeconds = Number(reply?.headers.get('retry-after') ?? attempt);
    if (reply && (isLast || ![429, 503].includes(reply.status) || waitSeconds > MOST_WAIT_SECONDS)) return reply;
    await sleep(waitSeconds * 1000);
  }
}

const headers = { Authorization: `Bearer ${key}`, 'Accept-Language': 'en' };

async function dataOf<Data>(reply: Response): Promise<Data> {
  const { success, data, error, requestId } = (await reply.json()) as {
    success: boolean;
    data: Data;
    error?: { code: string; message: string; fields?: { path: string; rule: string; message: string }[] };
    requestId: string;
  };
  if (success) return data;
  const fields = (error?.fields ?? []).map(({ path, message }) => `${path} ${message}`).join('; ');
  throw new Error(`${error?.code}: ${error?.message} ${fields} (request ${requestId})`);
}

/** Asks as often as the service says; the ETag spares the answer while nothing has changed. */
async function waitForEnd(taskId: string): Promise<Task> {
  let task: Task | undefined;
  let etag = '';
  for (;;) {
    const conditional = etag === '' ? headers : { ...headers, 'If-None-Match': etag };
    const reply = await send(`${api}/v1/get-task?taskId=${taskId}`, { headers: conditional });
    if (reply.status !== 304 || !task) task = await dataOf<Task>(reply);
    etag = reply.headers.get('etag') ?? '';
    if (task.pollAfterMs === undefined) return task;
    await sleep(task.pollAfterMs);
  }
}

const bytes = await readFile(photo);
const contentType = TYPES[extname(photo).toLowerCase()] ?? 'image/jpeg';
const created = await send(`${api}/v1/create-task`, {
  method: 'POST',
  // One key an order: sent again after a lost answer it orders nothing more.
  headers: { ...headers, 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
  body: JSON.stringify({ featureId, inputs: [{ contentType, sizeBytes: bytes.byteLength }] }),
});
const { taskId, uploads } = await dataOf<{ taskId: string; uploads: Upload[] }>(created);
for (const upload of uploads) {
  const put = await send(upload.url, { method: 'PUT', headers: upload.headers, body: bytes });
  if (!put.ok) throw new Error(`the photo was refused: ${put.status} ${await put.text()}`);
}

const task = await waitForEnd(taskId);
if (task.state !== 'succeeded') throw new Error(`${task.state}: ${task.error?.message ?? ''}`);
await mkdir(folder, { recursive: true });
for (const { name, url } of task.outputs) {
  const reply = await send(url, {});
  if (!reply.ok) throw new Error(`${name} could not be downloaded: ${reply.status}`);
  await writeFile(join(folder, name), new Uint8Array(await reply.arrayBuffer()));
  console.log(join(folder, name));
}
