import { CONSOLE_SCENARIOS } from './console-scenarios.ts';
import { GROWTH_SCENARIOS } from './growth-scenarios.ts';
import { OPERATOR_SCENARIOS } from './operator-scenarios.ts';
import { ORDER_SCENARIOS } from './order-scenarios.ts';
import { REFERRAL_SCENARIOS } from './referral-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { SIGN_IN_SCENARIOS } from './sign-in-scenarios.ts';
import { SUPPORT_SCENARIOS } from './support-scenarios.ts';
import { TASK_SCENARIOS } from './task-scenarios.ts';

/** Every outcome of every procedure. */
export const SCENARIOS: readonly Scenario[] = [
  ...SIGN_IN_SCENARIOS,
  ...ORDER_SCENARIOS,
  ...GROWTH_SCENARIOS,
  ...REFERRAL_SCENARIOS,
  ...TASK_SCENARIOS,
  ...OPERATOR_SCENARIOS,
  ...CONSOLE_SCENARIOS,
  ...SUPPORT_SCENARIOS,
];
