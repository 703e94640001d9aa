import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as archives from '../../shared/contract/archives.ts';
import * as auth from '../../shared/contract/auth.ts';
import * as batches from '../../shared/contract/batches.ts';
import { type Client, createClient } from '../../shared/contract/client.ts';
import * as membership from '../../shared/contract/membership.ts';
import * as ops from '../../shared/contract/ops.ts';
import * as opsAccess from '../../shared/contract/ops-access.ts';
import * as quota from '../../shared/contract/quota.ts';
import * as tasks from '../../shared/contract/tasks.ts';
import { totpCode } from '../../shared/ops/totp.ts';
import { demoForm } from './demo-form.ts';
import type { DemoEntry, DemoOrder, DemoRefund } from './demo-report.ts';

export interface DemoPhoto {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly contentType: 'image/jpeg' | 'image/png' | 'image/webp';
}

const PAY_TIMEOUT_MS = 60_000;
const REFUND_AFTER_MS = 2 * 60_000;

/** A merchant at the API, over HTTP and nothing else. `localUrl` is the local cloud's own prefix: inbox and cashier. */
export class DemoMerchant {
  readonly #client: Client;
  readonly #localUrl: string;
  #accessToken: string | undefined;
  #phone = '';

  constructor(apiUrl: string, localUrl: string, send: typeof fetch = fetch) {
    this.#localUrl = localUrl;
    this.#client = createClient({ baseUrl: apiUrl, fetch: send, accessToken: () => this.#accessToken });
  }

  /** What a request of this merchant bears once signed in. */
  get authorization(): string {
    return `Bearer ${this.#accessToken}`;
  }

  /** By default a phone that nobody has used here; its code is read from the SMS inbox. @returns the phone, masked */
  async signIn(phone = `139${String(randomInt(0, 100_000_000)).padStart(8, '0')}`): Promise<string> {
    this.#phone = phone;
    await this.#client.call(auth.sendCode, { phone });
    const inbox = await this.#local<{ phone: string; code: string }[]>('GET', '/sms');
    const sms = inbox.find((one) => one.phone.endsWith(phone));
    if (!sms) throw new Error('no SMS came to the inbox');
    const signedIn = await this.#client.call(auth.login, {
      phone,
      code: sms.code,
      consentVersion: '2026-11',
      tokenIn: 'body',
    });
    this.#accessToken = signedIn.accessToken;
    return signedIn.account.phoneMasked;
  }

  /** Orders the plan, pays at the cashier, and waits until the notify has been settled. */
  async buyPlan(planId: string, channel: 'wechat' | 'alipay' = 'wechat', fault?: 'twin' | 'twice'): Promise<DemoOrder> {
    const order = await this.#client.call(
      membership.purchaseMembership,
      { planId, channel },
      { idempotencyKey: randomUUID() },
    );
    await this.#pay(order, channel, fault);
    for (let waitedMs = 0; waitedMs < PAY_TIMEOUT_MS; waitedMs += 100) {
      const found = await this.#client.call(membership.getOrder, { orderId: order.orderId });
      const { orderId, planId: plan, channel: paidBy, state, amountFen, credits } = found;
      if (state === 'paid') return { orderId, planId: plan, channel: paidBy, state, amountFen, credits };
      await sleep(100);
    }
    throw new Error('the payment was not settled');
  }

  async #pay(order: { orderId: string; codeUrl?: string | undefined }, channel: string, fault?: string): Promise<void> {
    if (channel === 'wechat') {
      await this.#local('POST', `/pay/cashier/${order.orderId}/pay${fault ? `?fault=${fault}` : ''}`);
      return;
    }
    // What scanning Alipay's code opens, and the button on it.
    const page = await fetch(`${this.#localUrl}/pay/cashier?qr_code=${encodeURIComponent(order.codeUrl ?? '')}`);
    const { origin, pathname, search } = new URL(page.url);
    const paid = await fetch(`${origin}${pathname}/pay${search}`, { method: 'POST' });
    if (!paid.ok) throw new Error(`the cashier refused: ${paid.status}`);
  }

  /** By the function that only a role of the cloud account may call; without a second factor yet. */
  async takeRole(role: 'operator' | 'support', name: string): Promise<void> {
    await this.#local('POST', '/invoke/create-operator', { phone: this.#phone, name, role });
  }

  /** Signed in, with the role and an authenticator. */
  async becomeOperator(): Promise<void> {
    await this.signIn();
    await this.takeRole('operator', '演示运营');
    // What an authenticator on a phone would hold; it goes by the cloud's time, which may have been moved.
    const { nowMs } = await this.#local<{ nowMs: number }>('GET', '/clock');
    const { secret } = await this.#client.call(opsAccess.enrolTotp, {}, { idempotencyKey: randomUUID() });
    const code = totpCode(readBase32(secret), Math.floor(nowMs / 30_000));
    await this.#client.call(opsAccess.confirmTotp, { code }, { idempotencyKey: randomUUID() });
  }

  /** As an operator: gives the money for an order's unused credits back. The channels want a minute since its payment. */
  async refundUnused(orderId: string): Promise<void> {
    await this.#local('POST', '/clock', { shiftMs: REFUND_AFTER_MS });
    const asked = { orderId, mode: 'unused', reason: '演示退款' } as const;
    await this.#client.call(ops.refundOrder, asked, { idempotencyKey: randomUUID() });
  }

  /** Until the channel has paid it back, and its notify or our query has told. */
  async waitForRefund(orderId: string): Promise<DemoRefund> {
    for (let waitedMs = 0; waitedMs < PAY_TIMEOUT_MS; waitedMs += 200) {
      const { refunds } = await this.#client.call(membership.getReceipt, { orderId });
      const [refund] = refunds;
      if (refund?.state === 'succeeded') {
        const { refundId, state, amountFen, credits } = refund;
        return { refundId, state, amountFen, credits };
      }
      await sleep(200);
    }
    throw new Error('the refund did not succeed');
  }

  async balance(): Promise<number> {
    return (await this.#client.call(quota.queryQuota, {})).available;
  }

  /** The whole ledger, oldest first. */
  async entries(): Promise<DemoEntry[]> {
    const all: DemoEntry[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await this.#client.call(quota.listQuotaEntries, { limit: '100', ...(cursor && { cursor }) });
      all.push(...page.items);
      cursor = page.nextCursor;
      if (cursor === undefined) return all.reverse();
    }
  }

  /** Whether the card makes something of photos; some make it of words alone. */
  async takesPhotos(featureId: string): Promise<boolean> {
    return (await this.#cardOf(featureId)).form.some(({ type }) => type === 'image' || type === 'images');
  }

  /** Creates a task and PUTs the photo, if there is one, to its presigned URL; COS's event does the rest. @returns the task's id */
  async submit(featureId: string, photo?: DemoPhoto): Promise<string> {
    const inputs = photo ? [{ contentType: photo.contentType, sizeBytes: photo.bytes.byteLength }] : [];
    const { form } = await this.#cardOf(featureId);
    const task = await this.#client.call(
      tasks.createTask,
      { featureId, inputs, form: demoForm(form) },
      { idempotencyKey: randomUUID() },
    );
    if (photo) await putPhoto(task.uploads[0], photo);
    return task.taskId;
  }

  /** The same for many photos, as one batch. `taskIds` in the photos' order. */
  async submitBatch(featureId: string, photos: readonly DemoPhoto[]): Promise<{ batchId: string; taskIds: string[] }> {
    const declared = photos.map(({ name, contentType, bytes }) => ({ name, contentType, sizeBytes: bytes.byteLength }));
    const { form } = await this.#cardOf(featureId);
    const batch = await this.#client.call(
      batches.createBatch,
      { featureId, photos: declared, form: demoForm(form) },
      { idempotencyKey: randomUUID() },
    );
    for (const upload of batch.uploads) await putPhoto(upload, photos[upload.n]);
    return { batchId: batch.batchId, taskIds: batch.items.map(({ taskId }) => taskId) };
  }

  /** Orders a batch's ZIP, waits until it is there, and downloads it. */
  async archiveOf(batchId: string): Promise<{ archiveId: string; fileName: string; bytes: Uint8Array<ArrayBuffer> }> {
    const idempotencyKey = randomUUID();
    let archive = await this.#client.call(archives.createArchive, { batchId }, { idempotencyKey });
    const { archiveId } = archive;
    while (archive.pollAfterMs !== undefined) {
      await sleep(Math.min(archive.pollAfterMs, 500));
      archive = await this.#client.call(archives.getArchive, { archiveId });
    }
    if (archive.url === undefined) throw new Error(`the archive is ${archive.state}: ${archive.error?.message ?? ''}`);
    const response = await fetch(archive.url);
    if (!response.ok) throw new Error(`the archive could not be downloaded: ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { archiveId, fileName: archive.fileName ?? `${archiveId}.zip`, bytes };
  }

  async #cardOf(featureId: string) {
    const { features } = await this.#client.call(tasks.listFeatures, {});
    const card = features.find((one) => one.featureId === featureId);
    if (!card) throw new Error(`there is no card ${featureId}: ${features.map((one) => one.featureId).join(', ')}`);
    if (card.closed) throw new Error(`${featureId}: ${card.closed.zh} ${card.closed.en}`);
    return card;
  }

  /** Takes a card's credits for a photo that is never sent. */
  async reserve(featureId: string): Promise<void> {
    const input = { contentType: 'image/jpeg' as const, sizeBytes: 1000 };
    await this.#client.call(tasks.createTask, { featureId, inputs: [input] }, { idempotencyKey: randomUUID() });
  }

  /** Polls as often as the server says until the task has ended. */
  async waitForEnd(taskId: string) {
    for (;;) {
      const task = await this.#client.call(tasks.getTask, { taskId });
      if (task.pollAfterMs === undefined) return task;
      await sleep(Math.min(task.pollAfterMs, 500));
    }
  }

  async #local<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.#localUrl}${path}`, { method, ...sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`local cloud ${method} ${path}: ${response.status} ${text.slice(0, 200)}`);
    return (
      text === '' || !response.headers.get('content-type')?.includes('json') ? undefined : JSON.parse(text)
    ) as Answer;
  }
}

async function putPhoto(
  upload: { url: string; headers: Record<string, string> } | undefined,
  photo: DemoPhoto | undefined,
): Promise<void> {
  if (!upload || !photo) throw new Error('the task asked for no upload');
  const put = await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: new Uint8Array(photo.bytes) });
  if (!put.ok) throw new Error(`the upload was refused: ${put.status} ${await put.text()}`);
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function readBase32(text: string): Buffer {
  const bits = [...text].map((char) => BASE32.indexOf(char).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
