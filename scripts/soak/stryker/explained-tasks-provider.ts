/** Faults in work that engines elsewhere do that no test notices, in groups with one reason each: why nobody can see them, or why nobody has to. */
export const TASKS_PROVIDER = [
  {
    why: 'no engine is of this name, so the step has none, as before',
    mutants: [
      'shared/tasks/provider/choose-engine.ts: const turnsOf = ({ engines: names = [] }: EngineStep, { engines, hasModel = false }: Configured): Turn[] => · [] → ["Stryker was here"]',
      'shared/tasks/provider/choose-engine.ts: const order = (step.engines ?? []).filter((name) => name === EMBEDDED_ENGINE || configured.has(name)); · [] → ["Stryker was here"]',
    ],
  },
  {
    why: 'a text has no name: none that rests, and none of an engine that is asked about',
    mutants: [
      "shared/tasks/provider/choose-engine.ts: return left.find((turn) => typeof turn === 'string' || !resting.has(turn.name)) ?? 'resting'; · typeof turn === 'string' → false",
      "shared/tasks/provider/choose-engine.ts: return left.find((turn) => typeof turn === 'string' || !resting.has(turn.name)) ?? 'resting'; · 'string' → \"\"",
      "shared/tasks/provider/choose-engine.ts: const isLast = last === undefined || (typeof last !== 'string' && last.name === engine); · typeof last !== 'string' → true",
      "shared/tasks/provider/choose-engine.ts: const isLast = last === undefined || (typeof last !== 'string' && last.name === engine); · 'string' → \"\"",
    ],
  },
  {
    why: 'the step of a job is one of its task’s plan, which never changes, and every step of a plan names its processor',
    mutants: [
      'shared/tasks/provider/finish-job.ts: const made = await readResult(objects, done.result, resultFileOf(plan[job.step]?.processor)); · plan[job.step]?.processor → plan[job.step].processor',
      'shared/tasks/provider/look-at-film.ts: readPlan(pipelineJson)[step]?.processor; · readPlan(pipelineJson)[step]?.processor → readPlan(pipelineJson)[step].processor',
      "shared/tasks/provider/run-provider-unit.ts: const { processor = '' } = plan[lease.step] ?? {}; · '' → \"Stryker was here!\"",
    ],
  },
  {
    why: 'what is neither running nor failed is taken as done, and nobody reads the word after that',
    mutants: [
      "shared/tasks/provider/poll-provider-jobs.ts: const state: JobState = film ? { state: 'done', result: film } : await ask(engine, job.jobId, clock()); · 'done' → \"\"",
    ],
  },
  {
    why: 'what is no film has one word of its own, whichever it is',
    mutants: [
      "shared/tasks/provider/poll-provider-jobs.ts: const made = isOfFilm(job) ? 'film' : 'picture'; · 'picture' → \"\"",
    ],
  },
  {
    why: 'a verdict of no kind of the others comes to nothing, too',
    mutants: ["shared/tasks/provider/look-at-film.ts: case 'running': · 'running' → \"\""],
  },
  {
    why: 'for no place nobody is read from the queue, and nobody is called',
    mutants: ['shared/tasks/provider/poll-provider-jobs.ts: if (free === 0) return 0; · free === 0 → false'],
  },
] as const;
