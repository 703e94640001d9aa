import { ERRORS, type ErrorCode, TASK_ERRORS } from '../../../shared/contract/errors.ts';
import { both, code } from './html.ts';
import type { Documented } from './reference-document.ts';

/** Codes that each of these operations may answer. */
export function commonRefusals(documented: readonly Documented[]): Set<string> {
  const [first, ...rest] = documented.map(({ refusals }) => new Set(refusals.map(([, name]) => name)));
  return new Set([...(first ?? [])].filter((name) => rest.every((names) => names.has(name))));
}

export function errorChapter(documented: readonly Documented[]): string {
  const common = commonRefusals(documented);
  const all = new Set(documented.flatMap(({ refusals }) => refusals.map(([, name]) => name)));
  const rows = (Object.keys(ERRORS) as ErrorCode[])
    .filter((name) => all.has(name))
    .map((name) => {
      const [status, , zh, en] = ERRORS[name];
      const everywhere = common.has(name) ? ` ${both(['任何操作', 'any operation'], 'span', 'class="need"')}` : '';
      const dt = `<dt>${code(name)} <span class="type">${status}</span>${everywhere}</dt>`;
      return `<div id="error-${name}">${dt}<dd>${both([zh, en])}</dd></div>`;
    });
  const endings = Object.entries(TASK_ERRORS).map(
    ([name, { zh, en }]) => `<div><dt>${code(name)}</dt><dd>${both([zh, en])}</dd></div>`,
  );
  return `<section id="errors"><h2>${both(['错误码', 'Errors'])}</h2>
<p>${both([
    'error.code 稳定不变，程序请按它判断；number 供旧客户端使用。4xx 改正后再试，500、502 可稍后重试，429 和 503 按 Retry-After 重试。',
    'error.code never changes: decide by it; number is for older clients. Correct what 4xx tells; try 500 and 502 again later, 429 and 503 after Retry-After.',
  ])}</p>
<dl class="fields">${rows.join('\n')}</dl>
<h3 id="task-errors">${both(['任务未成功的原因', 'Why a task did not succeed'])}</h3>
<p>${both(['任务的 error.code；额度已退回。', "A task's error.code; its credits have come back."])}</p>
<dl class="fields">${endings.join('\n')}</dl></section>`;
}
