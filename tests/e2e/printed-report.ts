import { join } from 'node:path';
import { expect } from 'vitest';
import { demoAt } from '../../scripts/demo/demo-at.ts';
import { readPhotos } from '../../scripts/demo/demo-photos.ts';
import type { DemoReport } from '../../scripts/demo/demo-report.ts';
import { parseDemoArgs } from '../../scripts/demo/parse-demo-args.ts';
import type { CloudStage } from '../../scripts/soak/cloud-stage.ts';

/** What `npm run demo -- --json …`, typed in the stage's folder, prints at its cloud: read as the one document that it is to be. */
export async function printedReport(stage: CloudStage, outputs: string, ...args: string[]): Promise<DemoReport> {
  const asked = parseDemoArgs(['--json', ...args], stage.folder);
  const { text, isAsExpected } = await demoAt(stage.cloud, asked, {
    ...{ photos: await readPhotos(asked.photos), outputFolder: join(stage.folder, outputs) },
    ...{ say: () => undefined, now: () => performance.now() },
  });
  expect(isAsExpected, text).toBe(true);
  return JSON.parse(text) as DemoReport; // REPORT_FIELDS says that it is one
}

/** Every field by its way from the top, sorted; of a list, those that any of its members has, and of an empty one itself. */
export function fieldsOf(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inner = Array.isArray(value)
    ? value.flatMap((one) => fieldsOf(one, at))
    : Object.entries(value).flatMap(([name, one]) => fieldsOf(one, at === '' ? name : `${at}.${name}`));
  return inner.length > 0 ? [...new Set(inner)].sort() : [at];
}

const fieldsAt = (at: string, ...names: string[]): string[] => names.map((name) => `${at}.${name}`);

/** Of the document, by whatever channel the plan was paid. */
export const REPORT_FIELDS: readonly string[] = [
  ...fieldsAt('balance', 'after', 'before'),
  ...fieldsAt('entries', 'amount', 'balance', 'createdAtMs', 'entryId', 'kind', 'lotId', 'orderId'),
  ...fieldsAt('entries', 'reversesEntryId', 'taskId'),
  ...fieldsAt('orders', 'amountFen', 'channel', 'credits', 'orderId', 'planId', 'state'),
  ...fieldsAt('tasks', 'credits', 'error.code', 'error.message', 'featureId', 'ms'),
  ...fieldsAt('tasks.outputs', 'bytes', 'contentType', 'height', 'name', 'path', 'width'),
  ...fieldsAt('tasks', 'outputs', 'state', 'taskId'),
].sort();

/** What `--batch` adds. */
export const ARCHIVE_FIELDS: readonly string[] = fieldsAt('archive', 'archiveId', 'bytes', 'files', 'path', 'problems');
/** What `--refund` adds. */
export const REFUND_FIELDS: readonly string[] = fieldsAt('refund', 'amountFen', 'credits', 'refundId', 'state');
