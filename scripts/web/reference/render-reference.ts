import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '../../../shared/contract/operation.ts';
import { OPERATIONS } from '../../../shared/contract/operations.ts';
import { REPOSITORY_ROOT } from '../../build/build-functions.ts';
import { limitsChapter, scopesChapter, startChapter } from './chapters.ts';
import { commonRefusals, errorChapter } from './error-chapter.ts';
import { type Both, both, listing } from './html.ts';
import { operationSection } from './operation-section.ts';
import { GROUPS, OPERATION_TEXTS } from './operation-texts.ts';
import { documentedOperations } from './reference-document.ts';
import { webhookChapter } from './webhook-chapter.ts';

const CHAPTERS: readonly (readonly [id: string, title: Both])[] = [
  ['start', ['开始使用', 'Getting started']],
  ['scopes', ['权限', 'Scopes']],
  ['limits', ['配额与限制', 'Quotas and limits']],
  ['webhooks', ['Webhook', 'Webhooks']],
  ['errors', ['错误码', 'Errors']],
  ['examples', ['完整示例', 'Examples']],
];

const example = (file: string): string => readFileSync(join(REPOSITORY_ROOT, 'examples', file), 'utf8');

/**
 * The reference of what an API key can call, as the contract says it at this moment; both languages stand in it.
 * @throws when an operation or a field is not told about, or is told about and is none
 */
export function renderReference(operations: readonly Operation[] = OPERATIONS): string {
  const documented = documentedOperations(operations);
  const grouped = GROUPS.flatMap((group) => group.operations);
  const missing = documented.filter(({ operation }) => !grouped.includes(operation.name));
  if (missing.length > 0) throw new Error(`the reference says nothing of ${missing[0]?.operation.name}`);
  const find = (name: string) => {
    const found = documented.find(({ operation }) => operation.name === name);
    if (!found) throw new Error(`${name} is not for API keys`);
    return found;
  };
  const common = commonRefusals(documented);
  const groups = GROUPS.map(
    ({ id, title, operations: names }) =>
      `<section id="${id}"><h2>${both(title)}</h2>\n${names.map((name) => operationSection(find(name), common)).join('\n')}</section>`,
  );
  return [
    contents(),
    '<div class="chapters">',
    ...[startChapter(), scopesChapter(documented), limitsChapter(), ...groups],
    webhookChapter({
      typescript: example('typescript/verify-webhook.ts'),
      shell: example('curl/verify-webhook.sh'),
    }),
    errorChapter(documented),
    examplesChapter(),
    '</div>',
  ].join('\n');
}

function contents(): string {
  const link = (id: string, text: string) => `<li><a href="#${id}">${text}</a></li>`;
  const [before, after] = [CHAPTERS.slice(0, 3), CHAPTERS.slice(3)].map((part) =>
    part.map(([id, title]) => link(id, both(title))).join(''),
  );
  const groups = GROUPS.map(({ id, title, operations }) => {
    const inner = operations.map((name) => link(name, both(OPERATION_TEXTS[name]?.title ?? [name, name]))).join('');
    return `<li><a href="#${id}">${both(title)}</a><ul>${inner}</ul></li>`;
  });
  return `<nav class="contents" aria-label="目录" data-t-label="contents"><details open><summary data-t="contents">目录</summary>
<ul>${before}${groups.join('')}${after}</ul></details></nav>`;
}

function examplesChapter(): string {
  return `<section id="examples"><h2>${both(['完整示例', 'Examples'])}</h2>
<p>${both(['上传照片、创建任务、等待、下载成品，可直接运行。', 'Upload a photo, create a task, wait, download the results; they run as they stand.'])}</p>
${listing('make-pictures.mts', example('typescript/make-pictures.mts'))}
${listing('make-pictures.sh', example('curl/make-pictures.sh'))}</section>`;
}
