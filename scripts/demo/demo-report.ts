import type * as z from 'zod/mini';
import type { entry } from '../../shared/contract/quota.ts';

export type DemoEntry = z.output<typeof entry>;

export interface DemoOutput {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly contentType: string;
  readonly bytes: number;
}

export interface DemoTask {
  readonly taskId: string;
  readonly featureId: string;
  readonly state: string;
  readonly credits: number;
  /** From creating the task to its end, upload included. */
  readonly ms: number;
  readonly outputs: readonly DemoOutput[];
  readonly error?: { readonly code: string; readonly message: string };
}

export interface DemoOrder {
  readonly orderId: string;
  readonly planId: string;
  readonly channel: string;
  readonly state: string;
  readonly amountFen: number;
  readonly credits: number;
}

export interface DemoRefund {
  readonly refundId: string;
  readonly state: string;
  readonly amountFen: number;
  readonly credits: number;
}

export interface DemoArchive {
  readonly archiveId: string;
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly files: number;
  /** What of it is not as it should be; empty when all is well. */
  readonly problems: readonly string[];
}

/** What `--json` prints. */
export interface DemoReport {
  readonly orders: readonly DemoOrder[];
  readonly tasks: readonly DemoTask[];
  /** With `--batch`: the ZIP of all results, downloaded and checked. */
  readonly archive?: DemoArchive;
  /** With `--refund`: money that an operator gave back for the credits that were left. */
  readonly refund?: DemoRefund;
  /** Credits after the purchase, and at the end. */
  readonly balance: { readonly before: number; readonly after: number };
  /** The ledger, oldest first. */
  readonly entries: readonly DemoEntry[];
}

const yuan = (fen: number): string => `¥${(fen / 100).toFixed(2)}`;
const KINDS: Readonly<Record<DemoEntry['kind'], string>> = {
  grant: '购买 grant',
  deduct: '扣减 deduct',
  refund: '返还 refund',
  expire: '过期 expire',
  revoke: '收回 revoke',
};

/** The short account at the end, for people. */
export function describeReport(report: DemoReport): string {
  const lines = [''];
  for (const order of report.orders) {
    lines.push(`订单 ${order.orderId}  ${order.planId}  ${yuan(order.amountFen)}  ${order.channel}  ${order.state}`);
  }
  for (const task of report.tasks) {
    const end = task.error ? `${task.state}: ${task.error.code} ${task.error.message}` : task.state;
    lines.push('', `任务 ${task.taskId}  ${task.featureId}  ${end}  ${(task.ms / 1000).toFixed(1)} s`);
    for (const { path, width, height, bytes } of task.outputs) {
      const size = width > 0 ? `${width}×${height}  ` : '';
      lines.push(`  ${path}  ${size}${Math.ceil(bytes / 1024)} KB`);
    }
  }
  if (report.archive) {
    const { archiveId, path, files, bytes, problems } = report.archive;
    lines.push('', `打包 ${archiveId}  ${files} files  ${Math.round(bytes / 1024)} KB  ${path}`);
    for (const problem of problems) lines.push(`  ${problem}`);
  }
  if (report.refund) {
    const { refundId, state, amountFen, credits } = report.refund;
    lines.push('', `退款 ${refundId}  ${yuan(amountFen)}  ${credits} 次 credits  ${state}`);
  }
  lines.push('', '额度明细 ledger');
  for (const { entryId, kind, amount, taskId, orderId } of report.entries) {
    lines.push(`  #${entryId}  ${KINDS[kind]}  ${amount > 0 ? '+' : ''}${amount}  ${taskId ?? orderId ?? ''}`);
  }
  lines.push('', `余额 balance  ${report.balance.before} → ${report.balance.after}`);
  return lines.join('\n');
}
