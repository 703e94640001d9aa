import { type Costs, NORMAL_DAY, PLATFORM, peakRate } from './day/day-plan.ts';
import { PRICES, SMS_PER_MERCHANT_MONTH, TASK_BYTES } from './prices.ts';

/** Above this share of its cores a database's waits grow faster than its work. */
const USABLE = 0.6;
const DAYS = 30;
const IMAGE_GB = PLATFORM.imageMb / 1024;
const API_GB = 0.25;
const START_GB = 0.5;
/** Polls of a single photo until its pictures are there, and everything else that a task brings along. */
const READS = NORMAL_DAY.readsPerTask + 2;
const OBJECT_REQUESTS = 12;

/** Of the database's cores for one task, with its reads. */
export function databaseMsPerTask(costs: Costs): number {
  return costs.createMs + costs.acceptMs + costs.claimMs + costs.finishMs + READS * costs.readMs;
}

export function tasksPerSecond(cores: number, costs: Costs): number {
  return (cores * USABLE * 1000) / databaseMsPerTask(costs);
}

export function imageInstances(merchants: number, costs: Costs): number {
  const holdMs = costs.imageMs + PLATFORM.imageTransferMs;
  return Math.ceil((peakRate({ merchants, behaviour: NORMAL_DAY }) * holdMs) / 1000);
}

/** How many merchants' busiest hour fits in so many instances of the image step. */
export function merchantsOf(instances: number, costs: Costs): number {
  const perSecond = (instances * 1000) / (costs.imageMs + PLATFORM.imageTransferMs);
  return perSecond / peakRate({ merchants: 1, behaviour: NORMAL_DAY });
}

export interface MonthlyCost {
  readonly merchants: number;
  readonly tasks: number;
  readonly databaseCores: number;
  readonly functions: number;
  readonly objects: number;
  readonly downloads: number;
  readonly database: number;
  readonly sms: number;
  readonly total: number;
}

export function monthlyCost(merchants: number, databaseCores: number, costs: Costs): MonthlyCost {
  const tasks = merchants * NORMAL_DAY.tasksPerMerchant * DAYS;
  const seconds = (ms: number): number => ms / 1000;
  const gbSeconds =
    IMAGE_GB * seconds(costs.imageMs + PLATFORM.imageTransferMs) +
    START_GB * seconds(2 * PLATFORM.cosMs) +
    API_GB * (READS + 1) * seconds(PLATFORM.handlerMs + 2 * PLATFORM.roundTripMs);
  const functions = tasks * (gbSeconds * PRICES.scfPerGbSecond + ((READS + 3) * PRICES.scfPer10kCalls) / 1e4);
  const keptGbMonths =
    (TASK_BYTES.photoMb * TASK_BYTES.keptPhotoDays + TASK_BYTES.picturesMb * TASK_BYTES.keptPicturesDays) / 30 / 1024;
  const objects = tasks * (keptGbMonths * PRICES.cosPerGbMonth + (OBJECT_REQUESTS * PRICES.cosPer10kRequests) / 1e4);
  const downloads = (tasks * TASK_BYTES.picturesMb * PRICES.downloadPerGb) / 1024;
  const database = databaseCores * PRICES.databasePerCoreMonth;
  const sms = merchants * SMS_PER_MERCHANT_MONTH * PRICES.smsEach;
  const total = functions + objects + downloads + database + sms;
  return { merchants, tasks, databaseCores, functions, objects, downloads, database, sms, total };
}
