import { DemoMerchant } from './demo-merchant.ts';
import { describeReport } from './demo-report.ts';
import type { DemoArguments } from './parse-demo-args.ts';
import { asExpected, type DemoPlan, runDemo } from './run-demo.ts';

export interface DemoEnd {
  /** What the command prints on standard output, whole: one JSON document with `--json`, the account for people without. */
  readonly text: string;
  readonly isAsExpected: boolean;
}

/** The command at a cloud that runs already. */
export async function demoAt(
  { apiUrl, localUrl }: { readonly apiUrl: string; readonly localUrl: string },
  { json, featureId, batch, channel, refund }: DemoArguments,
  surroundings: Pick<DemoPlan, 'photos' | 'outputFolder' | 'say' | 'now'>,
): Promise<DemoEnd> {
  const merchant = new DemoMerchant(apiUrl, localUrl);
  const people = { merchant, ...(refund && { operator: new DemoMerchant(apiUrl, localUrl) }) };
  const report = await runDemo({ ...people, ...surroundings, featureId, batch, channel });
  const text = json ? JSON.stringify(report, null, 2) : describeReport(report);
  return { text: `${text}\n`, isAsExpected: asExpected(report) };
}
