import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiCallError } from '../../../shared/contract/api-call-error.ts';
import type { Client } from '../../../shared/contract/client.ts';
import { ERRORS, type ErrorCode } from '../../../shared/contract/errors.ts';
import { openUploadQueue } from '../../../web/src/app/uploads/upload-queue.ts';
import type { StoredUpload, UploadStore } from '../../../web/src/app/uploads/upload-store.ts';

const MERCHANT = 'mch_1';
const HOUR_MS = 3_600_000;

/** The database of one browser: what its pages have written, one transaction after the other. */
function device() {
  const records = new Map<string, StoredUpload>();
  const writes: { removed: number; put: number }[] = [];
  /** What is still written before the page is gone, or its disk full. */
  const state = { writesLeft: Number.POSITIVE_INFINITY, isFull: false };
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Answer>(work: () => Answer): Promise<Answer> => {
    const done = last.then(() => new Promise((resolve) => setTimeout(resolve, 5))).then(work);
    last = done.catch(() => undefined);
    return done;
  };
  const store: UploadStore = {
    all: () => inTurn(() => [...records.values()]),
    get: (id) => inTurn(() => records.get(id)),
    replace: (removedIds, put) =>
      inTurn(() => {
        if (state.isFull && put.length > 0) throw new DOMException('full', 'QuotaExceededError');
        if (state.writesLeft-- <= 0) return;
        writes.push({ removed: removedIds.length, put: put.length });
        for (const id of removedIds) records.delete(id);
        for (const one of put) records.set(one.id, one);
      }),
    clear: () => inTurn(() => records.clear()),
  };
  /** Nothing is read or written any more. */
  const idle = async (): Promise<void> => {
    for (let seen: unknown; seen !== last; ) {
      seen = last;
      await seen;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { records, writes, state, store, idle };
}

type Asked = { photos: { name: string }[] };

/** The service: each batch that it was asked for, by its key, and what it answers. */
function service() {
  const asked: { key: string; names: string[] }[] = [];
  const ended: string[] = [];
  const state: { answer: 'created' | ErrorCode | 'NETWORK'; running?: string } = { answer: 'created' };
  let held: Promise<void> | undefined;
  const call = async (operation: { name: string }, input: unknown, options?: { idempotencyKey?: string }) => {
    if (operation.name === 'cancel-task') {
      const { taskId } = input as { taskId: string };
      if (taskId === state.running) throw new ApiCallError({ status: 409, code: 'TASK_RUNNING', message: '' });
      return void ended.push(taskId);
    }
    const key = options?.idempotencyKey ?? '';
    const { photos } = input as Asked;
    asked.push({ key, names: photos.map(({ name }) => name) });
    await held;
    const { answer } = state;
    if (answer === 'NETWORK') throw new ApiCallError({ status: 0, code: answer, message: '' });
    if (answer !== 'created') throw new ApiCallError({ status: ERRORS[answer][0], code: answer, message: '' });
    return {
      batchId: `bat_${key}`,
      items: photos.map(({ name }) => ({ taskId: `tsk_${name}` })),
      uploads: photos.map((_, n) => ({ n, url: 'https://cos/', headers: {}, expiresAtMs: Date.now() + HOUR_MS })),
    };
  };
  const hold = (): (() => void) => {
    let release = (): void => undefined;
    held = new Promise((resolve) => (release = resolve));
    return release;
  };
  return { asked, ended, state, hold, client: { call } as unknown as Client };
}

function pageOf({ store }: ReturnType<typeof device>, { client }: ReturnType<typeof service>) {
  const nothing = (): void => undefined;
  const queue = openUploadQueue({
    ...{ client, store, merchantId: MERCHANT, onChange: nothing, nowMs: Date.now },
  });
  const add = (names: readonly string[]): Promise<string[]> =>
    queue.add(
      names.map((name) => ({
        ...{ featureId: 'basic_clean', name, contentType: 'image/jpeg' as const, previewUrl: '' },
        file: new Blob(['x']),
      })),
    );
  const states = (): string[] => queue.list().map(({ state }) => state);
  return { queue, add, states };
}

beforeEach(() => {
  vi.stubGlobal('window', { addEventListener: () => undefined });
  vi.stubGlobal('navigator', {});
  // Photos stay on their way.
  vi.stubGlobal(
    'XMLHttpRequest',
    class {
      upload = {};
      open(): void {}
      setRequestHeader(): void {}
      send(): void {}
      abort(): void {}
    },
  );
});

const NAMES = ['a.jpg', 'b.jpg', 'c.jpg'];

/** A page with three photos of a batch that was refused. */
async function refusedPage() {
  const disk = device();
  const cloud = service();
  cloud.state.answer = 'CREDITS_SHORT';
  const page = pageOf(disk, cloud);
  const ids = await page.add(NAMES);
  await expect.poll(page.states).toEqual(['failed', 'failed', 'failed']);
  cloud.asked.length = 0;
  cloud.state.answer = 'created';
  return { ...page, disk, cloud, ids };
}

describe('one photo of a batch that was refused is canceled', () => {
  it.each([0, 1])('and the page is closed after %i writes: the next page orders one batch', async (writesLeft) => {
    const { queue, disk, cloud, ids } = await refusedPage();
    disk.state.writesLeft = writesLeft;
    void queue.cancel([ids[0] ?? '']);
    await disk.idle();
    disk.state.writesLeft = Number.POSITIVE_INFINITY;
    await pageOf(disk, cloud).queue.resume();
    await disk.idle();
    expect(new Set(cloud.asked.map(({ key }) => key)).size).toBe(1);
    expect(cloud.asked[0]?.names).toEqual(writesLeft === 0 ? NAMES : ['b.jpg', 'c.jpg']);
  });

  it('and the others are tried again at the same moment: one batch, without it', async () => {
    const { queue, disk, cloud, ids } = await refusedPage();
    const canceled = queue.cancel([ids[0] ?? '']);
    queue.retryFailed();
    await canceled;
    await disk.idle();
    expect(cloud.asked.map(({ names }) => names)).toEqual([['b.jpg', 'c.jpg']]);
  });

  it('and the disk is full: nothing stays there under the old key', async () => {
    const { queue, disk, cloud, ids } = await refusedPage();
    disk.state.isFull = true;
    await queue.cancel([ids[0] ?? '']);
    expect([...disk.records]).toEqual([]);
    queue.retryFailed();
    await disk.idle();
    expect(cloud.asked.map(({ names }) => names)).toEqual([['b.jpg', 'c.jpg']]);
  });
});

it('many photos are canceled by one write', async () => {
  const { queue, disk, ids } = await refusedPage();
  disk.writes.length = 0;
  await queue.cancel(ids.slice(1));
  expect(disk.writes).toEqual([{ removed: 2, put: 1 }]);
});

it('of many that are on their way, one that can be canceled no more is told, and keeps none of the others', async () => {
  const disk = device();
  const cloud = service();
  const { queue, add, states } = pageOf(disk, cloud);
  const ids = await add(NAMES);
  await expect.poll(states).toEqual(['sending', 'sending', 'sending']);
  cloud.state.running = 'tsk_a.jpg';
  await expect(queue.cancel(ids)).rejects.toMatchObject({ code: 'TASK_RUNNING' });
  expect(cloud.ended).toEqual(['tsk_b.jpg', 'tsk_c.jpg']);
});

describe('a photo is canceled while its batch', () => {
  it.each([
    ['', []],
    [' and it was asked for too often since', ['RATE_LIMITED'] as const],
    [' and the session has ended since', ['TOKEN_EXPIRED'] as const],
  ])('may have been created, its answer lost%s: the batch stays the same, and its task ends', async (_, later) => {
    const disk = device();
    const cloud = service();
    cloud.state.answer = 'NETWORK';
    const { queue, add, states } = pageOf(disk, cloud);
    const ids = await add(NAMES);
    await expect.poll(states).toEqual(['offline', 'offline', 'offline']);
    for (const answer of later) {
      cloud.state.answer = answer;
      queue.retryFailed();
      await expect.poll(states).toEqual(['failed', 'failed', 'failed']);
    }
    await queue.cancel([ids[0] ?? '']);
    cloud.state.answer = 'created';
    queue.retryFailed();
    await disk.idle();
    expect(new Set(cloud.asked.map(({ key }) => key)).size).toBe(1);
    expect(cloud.ended).toEqual(['tsk_a.jpg']);
  });

  it('is being asked for, and so is the next: the batch stays the same', async () => {
    const disk = device();
    const cloud = service();
    const release = cloud.hold();
    const { queue, add } = pageOf(disk, cloud);
    const [a = '', b = '', , d = ''] = await add([...NAMES, 'd.jpg']);
    await disk.idle();
    await queue.cancel([a]);
    await queue.cancel([d]);
    await queue.cancel([b]);
    release();
    await disk.idle();
    expect(new Set(cloud.asked.map(({ key }) => key)).size).toBe(1);
    expect(cloud.ended.sort()).toEqual(['tsk_a.jpg', 'tsk_b.jpg', 'tsk_d.jpg']);
  });

  it('is being asked for, which is refused: asked for again, it is without the photo', async () => {
    const disk = device();
    const cloud = service();
    cloud.state.answer = 'CREDITS_SHORT';
    const release = cloud.hold();
    const { queue, add, states } = pageOf(disk, cloud);
    const [a = ''] = await add(NAMES);
    await disk.idle();
    await queue.cancel([a]);
    release();
    await expect.poll(states).toEqual(['failed', 'failed']);
    cloud.state.answer = 'created';
    queue.retryFailed();
    await disk.idle();
    expect(cloud.asked.at(-1)?.names).toEqual(['b.jpg', 'c.jpg']);
    expect(cloud.ended).toEqual([]);
  });
});

it('links that are refused are asked for again under the same key, though by this device’s clock they are fresh', async () => {
  let status = 403;
  vi.stubGlobal(
    'XMLHttpRequest',
    class {
      upload = {};
      status = status;
      onload = (): void => undefined;
      open(): void {}
      setRequestHeader(): void {}
      send(): void {
        setTimeout(() => this.onload(), 1);
      }
    },
  );
  const disk = device();
  const cloud = service();
  const { queue, add, states } = pageOf(disk, cloud);
  await add(NAMES);
  await expect.poll(states).toEqual(['failed', 'failed', 'failed']);
  const before = cloud.asked.length;
  status = 200;
  queue.retryFailed();
  await expect.poll(states).toEqual(['sent', 'sent', 'sent']);
  expect(cloud.asked.length).toBe(before + 1);
  expect(new Set(cloud.asked.map(({ key }) => key)).size).toBe(1);
});

describe('what another tab did meanwhile', () => {
  it('counts: a photo that it has sent or canceled is asked for no more, and a batch has the key that it gave', async () => {
    const { queue, disk, cloud, ids } = await refusedPage();
    const other = pageOf(disk, cloud);
    cloud.state.answer = 'CREDITS_SHORT';
    await other.queue.resume();
    await expect.poll(other.states).toEqual(['failed', 'failed', 'failed']);
    await other.queue.cancel([ids[0] ?? '']);
    cloud.state.answer = 'created';
    cloud.asked.length = 0;
    queue.retryFailed();
    other.queue.retryFailed();
    await disk.idle();
    expect(queue.list().map(({ name }) => name)).toEqual(['b.jpg', 'c.jpg']);
    expect(new Set(cloud.asked.map(({ key }) => key)).size).toBe(1);
    expect(cloud.asked[0]?.names).toEqual(['b.jpg', 'c.jpg']);
  });
});
