/** Faults in doing a task's work that no test notices, in groups with one reason each: why nobody can see them, or why nobody has to. */
export const TASKS_WORK = [
  {
    why: 'a photo’s number is none of a text: nothing is found by it, as nothing is chosen',
    mutants: [
      'shared/tasks/resolve-work.ts: ? (form?.photos[source.form] ?? []).flatMap((n) => inputs.filter((input) => input.n === n)).map(photoRef) · [] → ["Stryker was here"]',
    ],
  },
  {
    why: 'a step that is not in the plan has nobody who does it: that is told before anyone’s turn is asked for, and it is no refusal',
    mutants: [
      'shared/tasks/run-unit.ts: return at ? chooseLocal(at, configured, attempt - 1) : { engine: EMBEDDED_ENGINE, isLast: true }; · { engine: EMBEDDED_ENGINE, isLast: true } → {}',
      'shared/tasks/run-unit.ts: return at ? chooseLocal(at, configured, attempt - 1) : { engine: EMBEDDED_ENGINE, isLast: true }; · true → false',
    ],
  },
  {
    why: 'what is passed on as undefined is as little there as what is not passed on',
    mutants: [
      'shared/tasks/run-unit.ts: return (await objects.get(key, etag === undefined ? {} : { ifMatch: etag })).bytes; · etag === undefined → false',
    ],
  },
  {
    why: 'a step is only planned where the plan has it, and neither a task nor its plan ever goes',
    mutants: ['shared/tasks/sweep-tasks.ts: if (next) await startUnits(objects, taskId, step, next); · next → true'],
  },
] as const;

/** The same of looking at photos and texts. */
export const TASKS_LOOKED_AT = [
  {
    why: 'a verdict that never came has no value',
    mutants: [
      "shared/tasks/accept-input.ts: for (const verdict of verdicts) if (verdict.status === 'fulfilled' && verdict.value) return verdict.value; · verdict.status === 'fulfilled' → true",
    ],
  },
  {
    why: 'no task ever goes: the one that was read is known to the procedure, too',
    mutants: [
      "shared/tasks/accept-input.ts: return outcome === 'unknown' ? 'ignored' : outcome; · outcome === 'unknown' → false",
      "shared/tasks/accept-input.ts: return outcome === 'unknown' ? 'ignored' : outcome; · 'unknown' → \"\"",
      "shared/tasks/accept-input.ts: return outcome === 'unknown' ? 'ignored' : outcome; · 'ignored' → \"\"",
    ],
  },
  {
    why: 'where nobody reads, what there is to be read is not looked at',
    mutants: [
      'shared/tasks/moderate-texts.ts: const parts = textModerator ? partsOf(textsOf(formJson)) : []; · [] → ["Stryker was here"]',
    ],
  },
  {
    why: 'nothing is written in a field that no form has',
    mutants: [
      'shared/tasks/moderate-texts.ts: const { values, texts = [] } = JSON.parse(formJson) as FilledForm; · [] → ["Stryker was here"]',
    ],
  },
] as const;
