/** `npm run scale [-- --calibrate] [--merchants N] [--seed N] [--json] [--write]`: the days of docs/scale.md. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { calibrate } from './calibrate/calibrate.ts';
import { costsOf, recordedDays } from './day/recorded-days.ts';
import { simulateDay } from './day/simulate-day.ts';
import { writeDocument } from './document.ts';
import { parseScaleArgs, type ScaleRequest } from './parse-scale-args.ts';
import { readRecord, type ScaleRecord, writeRecord } from './record.ts';
import { TABLES } from './tables.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const request = readRequest();
const record = simulateDays(await basis());
if (request.json) process.stdout.write(`${JSON.stringify(record)}\n`);
else for (const table of Object.values(TABLES)) process.stdout.write(`${table(record).join('\n')}\n\n`);

/** Everything but the days: measured now, or as recorded. */
async function basis(): Promise<ScaleRecord> {
  const { seed } = request;
  if (!request.calibrate) return { ...readRecord(), seed };
  const measuredOn = new Date().toISOString().slice(0, 10);
  const calibration = await calibrate(say);
  const cpu = cpus()[0]?.model.trim() ?? 'unknown';
  const loadAverage = loadavg()[0] ?? 0;
  const machine = { cpu, cores: availableParallelism(), loadAverage, node: process.versions.node };
  return { measuredOn, machine, calibration, seed, days: [] };
}

/** What is done is kept at once: the last days take minutes. */
function simulateDays(from: ScaleRecord): ScaleRecord {
  const wanted = recordedDays(costsOf(from.calibration), request.seed).filter(
    ({ plan }) => request.merchants === undefined || plan.merchants === request.merchants,
  );
  let record: ScaleRecord = { ...from, days: [] };
  keep(record);
  for (const { name, plan } of wanted) {
    say(`${name}, ${plan.deployment.name}`);
    record = { ...record, days: [...record.days, { name, ...simulateDay(plan) }] };
    keep(record);
  }
  return record;
}

function keep(record: ScaleRecord): void {
  if (!request.write) return;
  writeRecord(record);
  writeDocument(readRecord());
}

function readRequest(): ScaleRequest {
  try {
    return parseScaleArgs(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}
