import type { ChannelId } from '../../../shared/payments/channel.ts';
import { type MemoryChannel, memoryChannel } from '../memory-channel.ts';
import type { CreditsModel } from './credits-model.ts';
import { type GrowthModel, newGrowthModel } from './growth-model.ts';
import type { ModelFeature, ModelTask } from './model-task.ts';
import type { ModelMembership, ModelOrder, ModelPayment, ModelPlan, ModelRefund } from './orders-model.ts';
import type { Pace } from './tasks-model.ts';

export interface StoredObject {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly contentType: string;
}

/** Of the operation that wrote an object: whether a fault befell it, and whether it came to its own end. */
export interface Writer {
  readonly faulted: () => boolean;
  readonly isOver: () => boolean;
}

/** What an event says: that an object is there. */
export interface WorldEvent {
  readonly key: string;
}

/** Everything outside the product in one sequence: its clock, its COS, what the model believes, and what was seen. */
export interface World {
  nowMs: number;
  readonly merchants: readonly string[];
  readonly model: {
    readonly tasks: Map<string, ModelTask>;
    readonly credits: CreditsModel;
    readonly orders: Map<string, ModelOrder>;
    readonly payments: ModelPayment[];
    readonly refunds: ModelRefund[];
    readonly memberships: Map<string, ModelMembership>;
    readonly paces: Map<string, Pace>;
    readonly growth: GrowthModel;
  };
  /** What the payment providers remember. */
  readonly vendors: Readonly<Record<ChannelId, MemoryChannel>>;
  /** Numbers of which their channel has said that they are closed, or that it knows none such. */
  readonly gone: Set<string>;
  /** Codes that somebody was answered with. */
  readonly codes: { readonly batchId: string; readonly code: string }[];
  /** Of growth, so far: sequences without any ask nothing of its tables. */
  deeds: number;
  /** How often somebody has begun or ended looking into an order. */
  looks: number;
  readonly objects: Map<string, StoredObject>;
  /** ETags of photos that are what they were declared to be. */
  readonly goodPhotos: Set<string>;
  etags: number;
  /** Keys of results that the product has recorded, and who wrote what lies under `outputs/`. */
  readonly recorded: Set<string>;
  readonly writers: Map<string, Writer>;
  readonly events: WorldEvent[];
  /** Photos that were put up, bad ones included: key → ETags. */
  readonly versions: Map<string, string[]>;
  readonly note: (line: string) => void;
  readonly violate: (what: string) => void;
  readonly violations: string[];
  readonly trace: string[];
  /** How often each outcome was seen. */
  readonly seen: Map<string, number>;
}

export const FEATURES: readonly ModelFeature[] = [
  {
    ...{ id: 'basic_clean', credits: 1, access: 'basic', open: true, maxPhotos: 1 },
    steps: [{ units: 1, limitSeconds: 240, attempts: 3 }],
  },
  {
    ...{ id: 'sim_set', credits: 3, access: 'basic', open: true, maxPhotos: 2 },
    steps: [
      { units: 1, limitSeconds: 60, attempts: 2 },
      { units: 2, limitSeconds: 120, attempts: 2 },
    ],
  },
  {
    ...{ id: 'sim_member', credits: 2, access: 'member', open: true, maxPhotos: 2 },
    steps: [{ units: 2, limitSeconds: 30, attempts: 1 }],
  },
  {
    ...{ id: 'sim_shares', credits: 3, access: 'basic', open: true, maxPhotos: 2 },
    steps: [
      { units: 1, limitSeconds: 60, attempts: 2 },
      { units: 3, limitSeconds: 60, attempts: 2, share: 1 },
      { units: 1, limitSeconds: 30, attempts: 1 },
    ],
  },
  {
    id: 'sim_closed',
    credits: 1,
    access: 'basic',
    open: false,
    maxPhotos: 1,
    steps: [{ units: 1, limitSeconds: 30, attempts: 1 }],
  },
];

export const PLANS: readonly ModelPlan[] = [
  { id: 'sim_week', amountFen: 1990, credits: 5, days: 7, access: 'member', onSale: true },
  { id: 'sim_day', amountFen: 300, credits: 2, days: 1, access: 'basic', onSale: true },
  { id: 'monthly_99', amountFen: 9900, credits: 100, days: 30, access: 'member', onSale: true },
  { id: 'sim_gone', amountFen: 100, credits: 1, days: 1, access: 'member', onSale: false },
];

/** 2026-03-01 12:00 in Shanghai. */
const FIRST_START_MS = Date.UTC(2026, 2, 1, 4);
const YEARS = 400;

/**
 * Sequences share tables, and timers look at whatever is due, whose ever it is: each seed has a time of its own, a year from the next,
 * so that nothing of one is due in another.
 */
export const startOf = (seed: number): number => FIRST_START_MS + (seed % YEARS) * 400 * 86_400_000;

const IDS = /\b(tsk|ord|lse|mch|lot|pay|rfd|rdb|cms|wdr)_(?:[0-9A-HJKMNP-TV-Z]{26}|refund\d+)\b/g;

/** Ids in a trace are named in the order in which they were met: the same sequence reads the same. */
export function idNames(): (text: string) => string {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  return (text) =>
    text.replace(IDS, (id, kind: string) => {
      const known = names.get(id);
      if (known !== undefined) return known;
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      const name = `${kind}#${count}`;
      names.set(id, name);
      return name;
    });
}

/** One channel takes its time with a refund, the other pays it back at once. */
function makeVendors(): World['vendors'] {
  const wechat = memoryChannel('wechat');
  wechat.refundsBegin = 'processing';
  return { wechat, alipay: memoryChannel('alipay') };
}

export function makeWorld(merchants: readonly string[], nowMs: number): World {
  const rename = idNames();
  const trace: string[] = [];
  const violations: string[] = [];
  const note = (line: string) => void trace.push(rename(line));
  return {
    nowMs,
    merchants,
    model: {
      tasks: new Map(),
      credits: { lots: [], entries: [] },
      orders: new Map(),
      payments: [],
      refunds: [],
      growth: newGrowthModel(),
      paces: new Map(merchants.map((id) => [id, { fullAtMs: 0 }])),
      memberships: new Map(merchants.map((id) => [id, { plan: null, fromAtMs: null, endsAtMs: null }])),
    },
    ...{ codes: [], deeds: 0, looks: 0 },
    vendors: makeVendors(),
    gone: new Set(),
    objects: new Map(),
    goodPhotos: new Set(),
    etags: 0,
    recorded: new Set(),
    writers: new Map(),
    events: [],
    versions: new Map(),
    trace,
    violations,
    note,
    violate: (what) => {
      note(`VIOLATED: ${what}`);
      violations.push(rename(what));
    },
    seen: new Map(),
  };
}
