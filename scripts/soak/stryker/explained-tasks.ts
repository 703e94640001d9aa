/** Faults in making, reading and repeating tasks that no test notices, in groups with one reason each: why nobody can see them, or why nobody has to. */
export const TASKS = [
  {
    why: 'a text that is split has a first part, and where there is no third there is no fourth either',
    mutants: [
      "shared/tasks/asset-id.ts: const [taskId = '', step, unit, name] = assetId.split('/'); · '' → \"Stryker was here!\"",
      'shared/tasks/asset-id.ts: if (unit === undefined || name === undefined) return undefined; · unit === undefined → false',
      "shared/tasks/asset-id.ts: const [taskId = '', n, ...more] = assetId.split('/'); · '' → \"Stryker was here!\"",
    ],
  },
  {
    why: 'the procedure has just found the task, as this merchant’s: none ever goes, nor to another',
    mutants: [
      "shared/tasks/cancel-task.ts: if (!task) throw new ApiError('NOT_FOUND'); · !task → false",
      "shared/tasks/cancel-task.ts: if (!task) throw new ApiError('NOT_FOUND'); · 'NOT_FOUND' → \"\"",
    ],
  },
  {
    why: 'the card is taken as one that is switched on: the words for one that is not are not read',
    mutants: [
      "shared/tasks/create-task.ts: if (!card || closedReason({ ...card, enabled: true, closedZh: '', closedEn: '' }, catalogue)) { · '' → \"Stryker was here!\"",
      "shared/tasks/create-task.ts: if (!card || closedReason({ ...card, enabled: true, closedZh: '', closedEn: '' }, catalogue)) { · '' → \"Stryker was here!\" (2)",
    ],
  },
  {
    why: 'no plan is without a step',
    mutants: [
      "shared/tasks/create-task.ts: return { ...created, state: 'queued', unitsToStart: order.plan[0]?.units ?? 0 }; · order.plan[0]?.units → order.plan[0].units",
    ],
  },
  {
    why: 'the greatest of nothing is a row, too',
    mutants: [
      'shared/tasks/feature-paces.ts: if (last?.atMs && nowMs - last.atMs < MEASURE_EVERY_MS) return; · last?.atMs → last.atMs',
    ],
  },
  {
    why: 'nothing is more than 0 where nobody knows how much it is',
    mutants: [
      'shared/tasks/get-task.ts: if (remainingMs !== undefined && remainingMs > 0) · remainingMs !== undefined → true',
    ],
  },
  {
    why: 'a text in the place of a row has none of its columns: it counts as no unit that has ended, and as no file that is there',
    mutants: [
      'shared/tasks/get-task.ts: const units = task.state === \'awaiting_upload\' ? [] : await readUnits(db, taskId); · [] → ["Stryker was here"]',
      'shared/tasks/get-task.ts: const made = task.state === \'succeeded\' ? await readOutputs(db, taskId) : []; · [] → ["Stryker was here"]',
    ],
  },
  {
    why: 'what is passed on as undefined is as little there as what is not passed on',
    mutants: [
      'shared/tasks/read-link.ts: ...(bucket.endpoint !== undefined && { endpoint: bucket.endpoint }), · bucket.endpoint !== undefined → true',
      'shared/tasks/retry-batch.ts: const asked = { merchantId, requestHash, nowMs, ...(trace !== undefined && { trace }) }; · trace !== undefined → true',
    ],
  },
  {
    why: 'of null JSON makes null again, which is as little a form as undefined',
    mutants: [
      'shared/tasks/retry-task.ts: const filled = old.formJson === null ? undefined : (JSON.parse(old.formJson) as FilledForm); · old.formJson === null → false',
    ],
  },
  {
    why: 'no pattern of an ending that stays the same matches it, as none matches nothing',
    mutants: [
      "shared/tasks/retry-task.ts: if ((isChanged ? SAME_PHOTO_AGAIN : SAME_AGAIN).test(errorCode ?? '')) return false; · '' → \"Stryker was here!\"",
    ],
  },
  {
    why: 'only what was copied counts: whatever else is said of a photo, it is asked for again',
    mutants: ["shared/tasks/retry-task.ts: if (error instanceof CopyFailed) return 'unknown'; · 'unknown' → \"\""],
  },
] as const;
