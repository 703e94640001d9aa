import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { getOrder, purchaseMembership } from '../../../shared/contract/membership.ts';
import { queryQuota } from '../../../shared/contract/quota.ts';
import { cancelTask, createTask } from '../../../shared/contract/tasks.ts';
import { NotPayable } from '../../local/cashier/pay-order.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import type { LoadMerchant } from './load-merchant.ts';
import type { Intent, LoadRecord } from './load-record.ts';

export interface LoadRequest {
  readonly merchants: readonly LoadMerchant[];
  readonly clientsEach: number;
  readonly seed: number;
  readonly record: LoadRecord;
  /** A fault planted in the clients: they forget that they asked before. */
  readonly newKeyEachTry?: boolean;
}

const NO_PICTURE = Buffer.from('this is no picture at all');
/** Of a card whose work takes a tenth of a second; each merchant's first client orders it once a round, for that is what there is time for. */
export const CHEAP_CARD_ID = 'load_enhance';
const SIDE = 120;
const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
const PICTURE = sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#808080', noise } })
  .jpeg()
  .toBuffer();
const PURCHASES_EACH = 2;
const PAUSE_MS = 80;

/** @returns ends the load, and resolves when every client has its last answer */
export function startLoad(request: LoadRequest): () => Promise<void> {
  let stopping = false;
  const clients = request.merchants.flatMap((merchant, m) =>
    Array.from({ length: request.clientsEach }, async (_, c) => {
      const client = newClient(merchant, request, m * request.clientsEach + c, c === 0 ? PURCHASES_EACH : 0);
      while (!stopping) {
        await client.act();
        await sleep(client.random.below(PAUSE_MS));
      }
    }),
  );
  return async () => {
    stopping = true;
    await Promise.all(clients);
  };
}

/** What the intent asks for, again: the same keys, the same input, so the same answer. */
export async function askAgain(
  { kind, merchant, input, keys }: Intent,
  record: LoadRecord,
): Promise<string | undefined> {
  const asking = { record, key: () => keys[0] ?? '' };
  if (kind === 'task') return (await merchant.ask(createTask, input, asking))?.taskId;
  return (await merchant.ask(purchaseMembership, input, asking))?.orderId;
}

function newClient(
  merchant: LoadMerchant,
  { seed, record, newKeyEachTry }: LoadRequest,
  number: number,
  mayBuy: number,
) {
  const random: SeededRandom = seededRandom(seed * 64 + number);
  let purchases = mayBuy;
  let pictures = mayBuy > 0 ? 1 : 0;
  let asked = 0;

  const intend = (kind: Intent['kind'], input: unknown) => {
    const base = `${seed}.${number}.${asked++}`;
    const intent: Intent = { kind, merchant, input, keys: newKeyEachTry ? [] : [base] };
    record.intents.push(intent);
    const key = (): string => {
      if (newKeyEachTry) intent.keys.push(`${base}.${intent.keys.length}`);
      return intent.keys.at(-1) ?? base;
    };
    return { intent, key };
  };

  const photoOf = (body: Buffer) => ({ contentType: 'image/jpeg', sizeBytes: body.byteLength }) as const;

  const create = async (): Promise<void> => {
    const isReal = pictures > 0;
    if (isReal) pictures -= 1;
    const body = isReal ? await PICTURE : NO_PICTURE;
    const input = { featureId: isReal ? CHEAP_CARD_ID : 'basic_clean', inputs: [photoOf(body)] };
    const { intent, key } = intend('task', input);
    const task = await merchant.ask(createTask, input, { record, key });
    if (!task) return;
    intent.id = task.taskId;
    record.told.push({ kind: 'task', id: task.taskId });
    const then = isReal ? 0 : random.below(5);
    if (then < 2) await upload(task, body);
    else if (then < 4) await cancel(task.taskId);
    // Otherwise it is left to its deadline.
  };
  const upload = async (
    { uploads }: { uploads: readonly { url: string; headers: Record<string, string> }[] },
    body: Buffer,
  ) => {
    const [slot] = uploads;
    if (slot) await fetch(slot.url, { method: 'PUT', headers: slot.headers, body }).then((put) => put.text());
  };
  const cancel = async (taskId: string): Promise<void> => {
    const canceled = await merchant.ask(cancelTask, { taskId }, { record });
    if (canceled) record.told.push({ kind: 'task', id: taskId, state: 'canceled' });
  };
  const buy = async (): Promise<void> => {
    purchases -= 1;
    const input = { planId: 'monthly_99', channel: 'wechat' };
    const { intent, key } = intend('order', input);
    const order = await merchant.ask(purchaseMembership, input, { record, key });
    if (!order) return;
    intent.id = order.orderId;
    record.told.push({ kind: 'order', id: order.orderId });
    try {
      merchant.cloud.cashier.pay(order.orderId, random.oneIn(3) ? { fault: 'twin' } : {});
    } catch (error) {
      if (!(error instanceof NotPayable)) throw error; // paid before, or too late after a jump of the clock
    }
    await merchant.ask(getOrder, { orderId: order.orderId }, { record });
  };

  return {
    random,
    act: async (): Promise<void> => {
      if (purchases > 0 && random.oneIn(5)) await buy();
      else if (random.below(3) < 2) await create();
      else await merchant.ask(queryQuota, {}, { record });
    },
  };
}
