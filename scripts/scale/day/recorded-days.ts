import type { Calibration } from '../calibrate/calibrate.ts';
import {
  AS_DEPLOYED,
  type Behaviour,
  type Costs,
  type DayPlan,
  type Deployment,
  NORMAL_DAY,
  PLATFORM,
  peakRate,
  SALE_DAY,
} from './day-plan.ts';

export interface NamedDay {
  readonly name: string;
  readonly plan: DayPlan;
}

export function costsOf({ costs, imageMs }: Pick<Calibration, 'costs' | 'imageMs'>): Costs {
  return {
    createMs: costs.create.databaseMs,
    acceptMs: costs.accept.databaseMs,
    // The step's three calls: the claim, the inputs, the finish.
    claimMs: costs.finish.databaseMs / 2,
    finishMs: costs.finish.databaseMs / 2,
    readMs: costs.read.databaseMs,
    imageMs: imageMs / PLATFORM.imageCores,
    flushMs: costs.flushMs,
  };
}

/** Concurrency for the busiest hour, with half as much again for bursts; never less than what is deployed. */
export function sizedFor(merchants: number, behaviour: Behaviour, costs: Costs, name: string): Deployment {
  const peak = peakRate({ merchants, behaviour });
  const busy = (holdMs: number): number => Math.ceil((1.5 * peak * holdMs) / 1000);
  return {
    ...AS_DEPLOYED,
    name,
    startTask: Math.max(AS_DEPLOYED.startTask, busy(2 * PLATFORM.cosMs)),
    imageStep: Math.max(AS_DEPLOYED.imageStep, busy(costs.imageMs + PLATFORM.imageTransferMs)),
  };
}

/** The days of docs/scale.md. */
export function recordedDays(costs: Costs, seed: number): NamedDay[] {
  const day = (name: string, merchants: number, behaviour: Behaviour, deployment: Deployment): NamedDay => ({
    name,
    plan: { merchants, seed, behaviour, deployment, costs },
  });
  const forNormal = sizedFor(1e6, NORMAL_DAY, costs, 'raised for a normal day');
  const forSale = sizedFor(1e6, SALE_DAY, costs, 'raised for the sale');
  return [
    day('10⁴ merchants', 1e4, NORMAL_DAY, AS_DEPLOYED),
    day('10⁴, the sale', 1e4, SALE_DAY, AS_DEPLOYED),
    day('10⁵ merchants', 1e5, NORMAL_DAY, AS_DEPLOYED),
    day('10⁵, the sale', 1e5, SALE_DAY, AS_DEPLOYED),
    day('10⁶ merchants', 1e6, NORMAL_DAY, forNormal),
    day('10⁶, the sale', 1e6, SALE_DAY, forSale),
  ];
}
