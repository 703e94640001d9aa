import type * as z from 'zod/mini';
import type { listAllPlans, savePlan } from '../../../../shared/contract/ops-plans.ts';

export type Plan = z.output<typeof listAllPlans.output>['items'][number];
export type PlanSaving = Omit<z.input<typeof savePlan.input>, 'reason'>;

/** As it stands in the form: figures are text until they are sent, the price in yuan. */
export interface PlanDraft {
  readonly planId: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly price: string;
  readonly credits: string;
  readonly days: string;
  readonly position: string;
  readonly access: Plan['access'];
  readonly onSale: boolean;
}

export const NEW_PLAN: PlanDraft = {
  ...{ planId: '', nameZh: '', nameEn: '', price: '', credits: '', days: '30', position: '1' },
  ...{ access: 'member', onSale: false },
};

export const draftOf = ({ amountFen, credits, days, position, ...plan }: Plan): PlanDraft => ({
  ...{ planId: plan.planId, nameZh: plan.nameZh, nameEn: plan.nameEn, access: plan.access, onSale: plan.onSale },
  ...{ price: String(amountFen / 100), credits: String(credits), days: String(days), position: String(position) },
});

/** What is no number is sent as none, which the service refuses by name. */
const wholeOf = (text: string): number => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : -1);
const fenOf = (text: string): number =>
  /^\d{1,7}(\.\d{1,2})?$/.test(text.trim()) ? Math.round(Number(text) * 100) : -1;

export const savingOf = (draft: PlanDraft, baseVersion: number): PlanSaving => ({
  ...{ planId: draft.planId.trim(), nameZh: draft.nameZh.trim(), nameEn: draft.nameEn.trim(), baseVersion },
  ...{ amountFen: fenOf(draft.price), credits: wholeOf(draft.credits), days: wholeOf(draft.days) },
  ...{ position: wholeOf(draft.position), access: draft.access, onSale: draft.onSale },
});
