import { FIELD_TEXTS } from './field-texts.ts';
import { type Both, both, code, escapeHtml, listing } from './html.ts';
import { OPERATION_TEXTS } from './operation-texts.ts';
import type { Documented } from './reference-document.ts';
import { type FieldRow, fieldRows } from './schema-fields.ts';
import { curlSnippet, typescriptSnippet } from './snippets.ts';

/** Everything about one operation. @throws when a field of it, or itself, is not told about */
export function operationSection(one: Documented, common: ReadonlySet<string>): string {
  const { operation, summary, scope, rateLimit, input, output, status, refusals } = one;
  const { name, method, path, idempotencyKey } = operation;
  const told = OPERATION_TEXTS[name];
  if (!told) throw new Error(`the reference says nothing of ${name}`);
  const own = refusals.filter(([, refusal]) => !common.has(refusal));
  const rate: Both | null = rateLimit
    ? [
        `每 ${rateLimit.windowSeconds} 秒 ${rateLimit.limit} 次`,
        `${rateLimit.limit} calls in ${rateLimit.windowSeconds} s`,
      ]
    : null;
  return `<section class="operation" id="${name}">
<h3>${both(told.title)}</h3>
<p class="call"><span class="verb">${method}</span> ${code(path)}</p>
<p>${both([told.zh, summary])}</p>
<ul class="facts">
<li>${both(['权限', 'Scope'])} ${code(scope)}</li>${rate ? `<li>${both(rate)}</li>` : ''}${
    idempotencyKey === 'required'
      ? `<li>${both(['须带请求头', 'Needs the header'])} ${code('Idempotency-Key')}</li>`
      : ''
  }
</ul>
<h4>${both(method === 'GET' ? ['查询参数', 'Query'] : ['请求内容', 'Body'])}</h4>
${fieldList(name, fieldRows(input), true)}
<h4>${both(['返回', 'Answer'])} ${code(String(status))}</h4>
${fieldList(name, fieldRows(output), false)}
${own.length === 0 ? '' : `<h4>${both(['错误', 'Errors'])}</h4>\n<ul class="codes">${own.map(refusal).join('')}</ul>`}
<h4>${both(['请求示例', 'Example'])}</h4>
${listing('curl', curlSnippet(operation, told.example))}
${listing('TypeScript', typescriptSnippet(operation, told.example))}
</section>`;
}

const refusal = ([status, name]: readonly [number, string]): string =>
  `<li>${status} <a href="#error-${name}">${code(name)}</a></li>`;

function fieldList(operation: string, rows: readonly FieldRow[], isInput: boolean): string {
  if (rows.length === 0) return `<p class="muted">${both(['无', 'None'])}</p>`;
  return `<dl class="fields">${rows.map((row) => fieldRow(operation, row, isInput)).join('\n')}</dl>`;
}

function fieldRow(operation: string, { path, type, required, rules }: FieldRow, isInput: boolean): string {
  const needed: Both | null = isInput
    ? required
      ? ['必填', 'required']
      : null
    : required
      ? null
      : ['可能没有', 'may be absent'];
  const ruled = rules.map(([zh, en]) => (zh === en ? code(zh) : both([zh, en]))).join(' · ');
  return `<div><dt>${code(path)} <span class="type">${escapeHtml(type)}</span>${
    needed ? ` ${both(needed, 'span', 'class="need"')}` : ''
  }</dt><dd>${both(textOf(operation, path))}${ruled === '' ? '' : ` <span class="rules">${ruled}</span>`}</dd></div>`;
}

/** @throws for a field that nobody has put into words */
export function textOf(operation: string, path: string): Both {
  const text = FIELD_TEXTS[`${operation} ${path}`] ?? FIELD_TEXTS[path.split('.').at(-1) as string];
  if (!text) throw new Error(`the reference says nothing of ${path} of ${operation}`);
  return text;
}
