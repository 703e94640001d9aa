import type { CloudStage } from '../../scripts/soak/cloud-stage.ts';

/** Where the end-to-end suite runs: on the local cloud, or out of what was deployed to an account. */
export interface Place {
  readonly name: string;
  /** As it stands: started before the suite's first test, and another one after a restart. */
  readonly stage: () => CloudStage;
  /** How often an event of the function arrives; 1 when not set. */
  readonly copies: Map<string, number>;
  /** All of the suite, or the tests that pass through every kind of trigger once. */
  readonly isWhole: boolean;
}
