import { AUTH } from './explained-auth.ts';
import { ALIPAY, WECHAT } from './explained-channels.ts';
import { BILLS, ORDERS, SMALL_PARTS } from './explained-payments.ts';
import { TASKS } from './explained-tasks.ts';
import { TASKS_PROVIDER } from './explained-tasks-provider.ts';
import { TASKS_LOOKED_AT, TASKS_WORK } from './explained-tasks-work.ts';

/** A folder whose every line is to be watched by a test, and the tests that are asked. */
interface MutatedFolder {
  /** Of the repository; what of it is mutated: `**\/*.ts`, or these of its own files. */
  readonly folder: string;
  readonly files: '**/*.ts' | readonly string[];
  readonly tests: readonly string[];
  /** What stands at a module's top is mutated, too: such a fault is shown to all the tests, which must be quick. */
  readonly withTops?: true;
  /** Survivors, in groups with one reason each: why nobody can see them, or why nobody has to. */
  readonly explained: readonly { readonly why: string; readonly mutants: readonly string[] }[];
}

const of = (kind: string, ...names: readonly string[]): readonly string[] =>
  names.map((name) => `tests/${kind}/${name}.test.ts`);

/** Tests are the folder's own and those of the channels: what starts processes or sleeps would take all day. */
export const FOLDERS = {
  quota: {
    ...{ folder: 'shared/quota', files: '**/*.ts' },
    tests: of('integration/credits', '*'),
    explained: [
      {
        why: 'pages are read more often than they need be: what was written off holds nothing, and is passed over',
        mutants: [
          'shared/quota/expire-credits.ts: if (remaining === 0) continue; · remaining === 0 → false',
          'shared/quota/expire-credits.ts: const last = lots.at(-1); · -1 → +1',
          'shared/quota/expire-credits.ts: if (!last || lots.length < PAGE) return { expiredLots }; · !last || lots.length < PAGE → !last && lots.length < PAGE',
          'shared/quota/expire-credits.ts: if (!last || lots.length < PAGE) return { expiredLots }; · lots.length < PAGE → false',
        ],
      },
      {
        why: 'every id of a lot sorts after both',
        mutants: [
          "shared/quota/expire-credits.ts: let after = { atMs: nowMs - LOOK_BACK_MS, id: '' }; · '' → \"Stryker was here!\"",
        ],
      },
    ],
  },
  payments: {
    ...{
      folder: 'shared/payments',
      files: [
        'attempt-number.ts',
        'channel.ts',
        'china-time.ts',
        'fetch-bytes.ts',
        'first-path.ts',
        'is-allowed-base.ts',
        'merchant-number.ts',
        'open-*-channel.ts',
        'open-channels.ts',
        'open-with-secret.ts',
        'payer-*.ts',
        'query-schedule.ts',
        'read-columns.ts',
        'read-json.ts',
        'require-rsa.ts',
        'yuan.ts',
      ],
    },
    tests: [...of('unit/payments', '*'), ...of('integration', 'wechat/*', 'alipay/*', 'payments/purchase-membership')],
    withTops: true,
    explained: SMALL_PARTS,
  },
  'payments-orders': {
    ...{
      folder: 'shared/payments',
      files: [
        'buy-membership.ts',
        'purchase-membership.ts',
        'order.ts',
        'open-order.ts',
        'list-orders.ts',
        'settle-*.ts',
        'handle-*.ts',
        'reconcile-attempt.ts',
        'reconcile-orders.ts',
        'get-receipt.ts',
        'request-invoice.ts',
        'refund-order.ts',
        'send-refund.ts',
      ],
    },
    // Without a stage: it would make each trial longer, and load modules within a test, whose tops would count then.
    tests: [
      ...of('unit/payments', '*'),
      ...of('integration/payments', 'buy-membership', 'purchase-membership', 'notices-as-handled', 'what-was-paid'),
      ...of(
        'integration/payments',
        'send-refund',
        'reconcile-o*',
        'settle-order',
        'refund-order',
        'torn-books',
        'while-*',
      ),
    ],
    explained: ORDERS,
  },
  'payments-bills': {
    ...{
      folder: 'shared/payments',
      files: ['bill-*.ts', 'reconcile-bill.ts', 'reconcile-bills.ts', 'reconcile-books.ts', '*-case.ts', '*-cases.ts'],
    },
    tests: [
      ...of('unit/payments', '*'),
      ...of(
        'integration/payments',
        'reconcile-d*',
        'reconcile-one-order',
        'reconcile-bills',
        'torn-books',
        'edges-of-money',
      ),
    ],
    explained: BILLS,
  },
  'payments-wechat': {
    ...{ folder: 'shared/payments/wechat', files: '**/*.ts' },
    tests: [
      ...of('integration/wechat', '*'),
      ...of(
        'integration/cashier',
        'channel-against-cashier',
        'wechat-channel-refunds-and-bills',
        'wechat-request-faults',
      ),
    ],
    explained: WECHAT,
  },
  'payments-alipay': {
    ...{ folder: 'shared/payments/alipay', files: '**/*.ts' },
    tests: [
      ...of('integration/alipay', '*'),
      ...of('integration/cashier', 'alipay-channel-against-cashier', 'alipay-request-faults'),
    ],
    explained: ALIPAY,
  },
  auth: {
    ...{ folder: 'shared/auth', files: '**/*.ts' },
    tests: [...of('unit/auth', '*'), ...of('integration/auth', '*')],
    explained: AUTH,
  },
  tasks: {
    folder: 'shared/tasks',
    // Made, read, ended and repeated by whoever owns them.
    files: [
      ...['create-*.ts', 'upload-slots.ts', 'fit-batch.ts', 'feature-paces.ts', 'preset-editions.ts', 'task*.ts'],
      ...['read-*.ts', 'get-*.ts', 'list-*.ts', 'asset-id.ts', 'cancel-task.ts', 'retry-task.ts', 'retry-batch.ts'],
    ],
    tests: [
      ...of('integration/tasks', 'transitions', 'read-tasks', 'batches', 'task-flow', 'card-limits', 'traces'),
      ...of('integration', 'credits/*', 'tasks/pipelines', 'tasks/*-edges', 'ops/presets', 'ops/rerun-task'),
      ...of('unit/tasks', '*'),
    ],
    explained: TASKS,
  },
  'tasks-work': {
    folder: 'shared/tasks',
    files: [
      ...['run-unit.ts', 'unit-procedures.ts', 'sweep-tasks.ts', 'start-units-at.ts', 'image-processors.ts'],
      ...['processor-catalogue.ts', 'resolve-work.ts', 'work-objects.ts', 'store-files.ts'],
      ...['key-stands.ts', 'retry-delay.ts', 'look-again-after.ts'],
    ],
    tests: [
      ...of('integration/tasks', 'task-flow', 'transitions', 'traces', 'pipelines', 'batches'),
      ...of('integration', 'credits/*', 'tasks/*-edges'),
      ...of('unit/tasks', '*'),
    ],
    explained: TASKS_WORK,
  },
  'tasks-looked-at': {
    ...{ folder: 'shared/tasks', files: ['accept-input.ts', 'moderate-*.ts'] },
    tests: [...of('integration/tasks', 'task-flow', 'moderation', '*-edges'), ...of('unit/tasks', '*')],
    explained: TASKS_LOOKED_AT,
  },
  'tasks-provider': {
    ...{ folder: 'shared/tasks', files: ['provider/*.ts', 'image-engines.ts'] },
    tests: [
      ...of('unit', 'engines/error-codes', 'tasks/*'),
      ...of('integration/tasks', 'engines', 'engines-at-once', '*-edges'),
    ],
    explained: TASKS_PROVIDER,
  },
} as const satisfies Readonly<Record<string, MutatedFolder>>;
export type FolderName = keyof typeof FOLDERS;
export const FOLDER_NAMES = Object.keys(FOLDERS) as readonly FolderName[]; // its keys are literals

/** Per cent of the mutants that tests must notice. */
export const BREAK_AT = 85;
