import type { Catalogue } from './catalogue.ts';
import type { StoredStep } from './plan.ts';

export interface ClosedReason {
  readonly zh: string;
  readonly en: string;
}

/** Why nothing can be ordered from a card here and now; undefined when it is open. */
export function closedReason(
  card: { enabled: boolean; closedZh: string; closedEn: string; pipeline: readonly StoredStep[] },
  { processors, engines }: Catalogue,
): ClosedReason | undefined {
  if (!card.enabled) {
    return { zh: card.closedZh || '该功能暂未开放', en: card.closedEn || 'The feature is not open' };
  }
  for (const step of card.pipeline) {
    if (!Object.hasOwn(processors, step.processor)) {
      return {
        zh: `处理步骤「${step.nameZh ?? step.processor}」尚未就绪`,
        en: `The step "${step.nameEn ?? step.processor}" is not ready`,
      };
    }
    if (step.engines && !step.engines.some((engine) => engines.includes(engine))) {
      return {
        zh: `「${step.nameZh ?? step.processor}」所需的引擎未配置`,
        en: `No engine for "${step.nameEn ?? step.processor}" is configured`,
      };
    }
  }
  return undefined;
}
