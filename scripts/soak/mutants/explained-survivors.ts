const SAME_LOCK = "every change of a unit holds its task's lock, so the unit's own lock keeps nobody out";
const TASK_BY_UNIT =
  "whoever changes the task's state by a unit changes the unit first, whose lock keeps the same order";
const ADDS_ONLY = 'a refund adds to its lots, relatively: the lock keeps two lots from being locked in opposite orders';
const TASK_BY_ACCOUNT = 'every ending holds the account, and whoever works on a unit meets the lock of its row';

/** Mutants that change nothing that anybody could see, each with the reason. */
export const EXPLAINED: Readonly<Record<string, string>> = {
  'refuse_input_v1: SELECT merchant_id INTO v_merchant FROM accounts WHERE merchant_id = v_merchant FOR UPDATE; · FOR UPDATE → nothing':
    ADDS_ONLY,
  'refuse_input_v1: SELECT state INTO v_state FROM tasks WHERE id = p_task_id FOR UPDATE; · FOR UPDATE → nothing':
    TASK_BY_ACCOUNT,
  'claim_unit_v2: FROM tasks WHERE id = p_task_id FOR UPDATE; · FOR UPDATE → nothing': TASK_BY_UNIT,
  'claim_unit_v2: FROM task_units WHERE task_id = p_task_id AND step = p_step AND unit = p_unit FOR UPDATE; · FOR UPDATE → nothing':
    SAME_LOCK,
  'finish_unit_v2: FROM task_units WHERE task_id = p_task_id AND step = p_step AND unit = p_unit FOR UPDATE; · FOR UPDATE → nothing':
    SAME_LOCK,
  'fail_unit_v2: SELECT merchant_id INTO v_merchant FROM accounts WHERE merchant_id = v_merchant FOR UPDATE; · FOR UPDATE → nothing':
    ADDS_ONLY,
  'fail_unit_v2: SELECT merchant_id INTO v_merchant FROM tasks WHERE id = p_task_id FOR UPDATE; · FOR UPDATE → nothing':
    TASK_BY_ACCOUNT,
  'fail_unit_v2: FROM task_units WHERE task_id = p_task_id AND step = p_step AND unit = p_unit FOR UPDATE; · FOR UPDATE → nothing':
    SAME_LOCK,
};

/** What is wrong: a survivor without a reason, a reason for a mutant that was noticed or is no more. */
export function explainedSurvivors(
  survivors: readonly string[],
  tried: readonly string[],
  procedure?: string,
  explained = EXPLAINED,
): string[] {
  return [
    ...survivors.filter((name) => !(name in explained)).map((name) => `nobody noticed: ${name}`),
    ...Object.keys(explained)
      .filter((name) => !survivors.includes(name) && (procedure === undefined || name.startsWith(`${procedure}: `)))
      .map((name) => `explained for nothing: ${name}${tried.includes(name) ? ' was noticed' : ' is no mutant'}`),
  ];
}
