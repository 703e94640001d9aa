/** What one operation costs, as it was measured; milliseconds of one core unless it says otherwise. */
export interface Costs {
  readonly createMs: number;
  /** Both reads and the procedure. */
  readonly acceptMs: number;
  readonly claimMs: number;
  readonly finishMs: number;
  /** A read by primary key, as get-task and query-quota make. */
  readonly readMs: number;
  /** One photo's basic clean-up, of all its processes. */
  readonly imageMs: number;
  /** The fastest that the disk takes a small write for good. */
  readonly flushMs: number;
}

/** Concurrency and sizes. The functions' are those of serverless.yml; a test compares. */
export interface Deployment {
  readonly name: string;
  readonly createTask: number;
  readonly getTask: number;
  readonly startTask: number;
  readonly imageStep: number;
  readonly sweepers: number;
  readonly databaseCores: number;
}

export const AS_DEPLOYED: Deployment = {
  name: 'as deployed',
  ...{ createTask: 60, getTask: 60, startTask: 10, imageStep: 21, sweepers: 2, databaseCores: 4 },
};

/** How the merchants behave. Assumptions, all of them: nobody has been measured yet. */
export interface Behaviour {
  /** A plan has 100 credits for 30 days: 3.3 a day would spend them all. */
  readonly tasksPerMerchant: number;
  /** Of all tasks, those that come as a batch of a hundred photos, four at a time. */
  readonly batchShare: number;
  /** Tasks whose photo never comes. */
  readonly abandonedShare: number;
  readonly lostEventShare: number;
  readonly uploadMs: number;
  readonly eventMs: number;
  readonly pollMs: number;
  /** Further reads for each task: sign-in, lists, balance. */
  readonly readsPerTask: number;
  /** Of the day's work, by the hour in Shanghai. */
  readonly hours: readonly number[];
}

const WORKDAY = [1, 0.5, 0.3, 0.2, 0.2, 0.3, 0.6, 1.2, 3, 6, 8, 7, 5, 6, 8, 8.5, 8, 7, 6, 7, 8.5, 8, 5, 2.5];

export const NORMAL_DAY: Behaviour = {
  tasksPerMerchant: 1,
  batchShare: 0.5,
  abandonedShare: 0.02,
  lostEventShare: 0.0001,
  uploadMs: 3000,
  eventMs: 500,
  pollMs: 5000,
  readsPerTask: 10,
  hours: WORKDAY,
};

/** The sale of 18 June: three times the work, and an evening that is half as busy again as the busiest hour. */
export const SALE_DAY: Behaviour = {
  ...NORMAL_DAY,
  tasksPerMerchant: 3,
  hours: WORKDAY.map((share, hour) => (hour === 0 || hour >= 20 ? share * 1.5 : share)),
};

/** Of the platform; milliseconds. `cold` and the stays are assumptions, the rest is documented (docs/scale.md). */
export const PLATFORM = {
  coldMs: 400,
  keptMs: 10 * 60_000,
  /** A handler's own work at 256 MB, without the database. */
  handlerMs: 10,
  /** What start-task and a step spend with COS. */
  cosMs: 100,
  imageTransferMs: 400,
  imageMb: 1152,
  /** Of a core here, for CPU comes with memory (583/9207); that the largest, 3,072 MB, has two is an assumption. */
  imageCores: 0.75,
  /** An event that found all instances busy comes again. */
  retryMs: 60_000,
  retriesHeld: 100_000,
  roundTripMs: 1,
  /** One row of a sweep: a question to COS or a work object, and the write. */
  sweptRowMs: 40,
} as const;

export interface DayPlan {
  readonly merchants: number;
  readonly seed: number;
  readonly behaviour: Behaviour;
  readonly deployment: Deployment;
  readonly costs: Costs;
}

/** Tasks a second in the busiest hour, on average. */
export function peakRate({ merchants, behaviour }: Pick<DayPlan, 'merchants' | 'behaviour'>): number {
  const all = behaviour.hours.reduce((sum, share) => sum + share, 0);
  return (merchants * behaviour.tasksPerMerchant * (Math.max(...behaviour.hours) / all)) / 3600;
}
