import { createApiKey } from '../../../shared/contract/api-keys.ts';
import { createArchive } from '../../../shared/contract/archives.ts';
import { createBatch } from '../../../shared/contract/batches.ts';
import { API_KEY_SCOPES, type ApiKeyScope } from '../../../shared/contract/operation.ts';
import { MAX_INPUT_BYTES } from '../../../shared/contract/tasks.ts';
import { CREATE_RATE } from '../../../shared/tasks/create-task.ts';
import { LINK_SECONDS } from '../../../shared/tasks/read-link.ts';
import { UPLOAD_URL_SECONDS } from '../../../shared/tasks/upload-slots.ts';
import { jsonSchema } from '../../contract/json-schema.ts';
import { type Both, both, code, listing } from './html.ts';
import type { Documented } from './reference-document.ts';

const MIB = 1024 * 1024;
const ORIGIN = '<span data-api-origin>https://api.example.com</span>';

const ANSWER = `{ "success": true, "data": { … }, "requestId": "…" }

{
  "success": false,
  "error": {
    "code": "VALIDATION_FAILED", "number": 4001, "message": "Some fields are not valid",
    "fields": [{ "path": "inputs.0.sizeBytes", "rule": "max:26214400", "message": "…" }]
  },
  "requestId": "…"
}`;

const HABITS: readonly Both[] = [
  [
    '读用 GET，参数在查询串里；写用 POST，内容为 JSON。请求中不认识的字段会被拒绝，返回中可能增加新字段。',
    'GET reads, with its parameters in the query; POST writes, with a JSON body. Unknown fields of a request are refused; answers may gain fields.',
  ],
  [
    '创建类操作须带 Idempotency-Key（1–64 个可见 ASCII 字符）：同键同内容返回同一结果，可放心重试；同键不同内容返回 422。',
    'What creates something needs an Idempotency-Key (1–64 visible ASCII characters): the same key and body get the same answer, so a lost one can be asked for again; the same key with another body gets 422.',
  ],
  [
    'GET 的返回带 ETag，用 If-None-Match 再次查询，没有变化时返回 304。等待任务时按返回的 pollAfterMs 间隔查询，或使用 Webhook。',
    'Answers to GET carry an ETag; sent back as If-None-Match it gets 304 while nothing has changed. To wait for a task ask again after pollAfterMs, or use a webhook.',
  ],
  [
    '分页：把返回的 nextCursor 作为下一次的 cursor，没有 nextCursor 即为最后一页。',
    'Pages: send nextCursor back as cursor; without a nextCursor it was the last.',
  ],
  [
    '429 和 503 会带 Retry-After（秒）。错误说明的语言随 Accept-Language（zh 或 en）。反馈问题时请附上 requestId。',
    '429 and 503 carry Retry-After, in seconds. Messages are in the language of Accept-Language (zh or en). Name the requestId when you ask about a call.',
  ],
];

export function startChapter(): string {
  return `<section id="start"><h2>${both(['开始使用', 'Getting started'])}</h2>
<p><a href="/app/#/developers">${both(['在工作台创建 API 密钥', 'Make an API key in the workspace'])}</a>${both([
    '，放在自己的服务器上，随每次请求发送。密钥以您的名义操作，泄露时请立即吊销。',
    ', keep it on your server, and send it with each call. It acts in your name: revoke it at once when it leaks.',
  ])}</p>
<figure class="listing"><figcaption>shell</figcaption><pre tabindex="0"><code>export YIYING_API=${ORIGIN}
export YIYING_API_KEY=yk_…
curl --header "Authorization: Bearer $YIYING_API_KEY" "$YIYING_API/v1/query-quota"</code></pre></figure>
<ul class="prose-list">${HABITS.map((habit) => both(habit, 'li')).join('')}</ul>
${listing('JSON', ANSWER)}</section>`;
}

const SCOPE_TEXTS: Readonly<Record<ApiKeyScope, Both>> = {
  read: ['查看任务、成品、额度与发送记录', 'Looking at tasks, results, credits and deliveries'],
  create: [
    '创建、重做与取消任务，打包成品；会扣额度',
    'Creating, retrying and canceling tasks, making archives; takes credits',
  ],
  delete: ['删除与恢复成品', 'Deleting and restoring results'],
};

export function scopesChapter(documented: readonly Documented[]): string {
  const rows = API_KEY_SCOPES.map((scope) => {
    const names = documented.filter((one) => one.scope === scope).map(({ operation: { name } }) => name);
    const links = names.map((name) => `<a href="#${name}">${code(name)}</a>`).join(' ');
    return `<div><dt>${code(scope)}</dt><dd>${both(SCOPE_TEXTS[scope])}<br>${links}</dd></div>`;
  });
  return `<section id="scopes"><h2>${both(['权限', 'Scopes'])}</h2>
<dl class="fields">${rows.join('\n')}</dl>
<p>${both([
    '账号、支付、API 密钥和 Webhook 的管理只能由商家本人登录后操作，任何密钥都不能。',
    'The account, payments, API keys and webhooks are for the merchant in person; no key can touch them.',
  ])}</p></section>`;
}

/** A bound of the contract. @throws when the contract has no such bound any more */
function bound(schema: Parameters<typeof jsonSchema>[0], field: string, keyword: string): string {
  const { properties } = jsonSchema(schema, 'input') as { properties: Record<string, Record<string, unknown>> };
  const value = properties[field]?.[keyword];
  if (typeof value !== 'number') throw new Error(`the contract has no ${keyword} of ${field}`);
  return value.toLocaleString('en');
}

export function limitsChapter(): string {
  const { limit, windowSeconds } = CREATE_RATE;
  const photos = bound(createBatch.input, 'photos', 'maxItems');
  const chosen = bound(createArchive.input, 'assetIds', 'maxItems');
  const tasks = bound(createApiKey.input, 'tasksPerDay', 'maximum');
  const days = bound(createApiKey.input, 'validDays', 'maximum');
  const addresses = bound(createApiKey.input, 'addresses', 'maxItems');
  const limits: Both[] = [
    [
      `创建任务：每个商家 ${windowSeconds} 秒内 ${limit} 个（批次按张数计），个别功能卡另有上限。其他写操作的次数见各操作。`,
      `Creating tasks: ${limit} in ${windowSeconds} s for each merchant, each photo of a batch being one; a card may have its own limit. Other writes name theirs.`,
    ],
    [
      `每个密钥可设每日任务上限（1–${tasks}，按北京时间计日）、有效天数（1–${days}）和来源 IP（至多 ${addresses} 个地址或网段）。当日用完返回 429 API_KEY_DAY_SPENT。`,
      `A key may have tasks a day (1–${tasks}, days of Asia/Shanghai), days that it is good for (1–${days}) and addresses that it may come from (${addresses} addresses or ranges at most). A day that is spent gets 429 API_KEY_DAY_SPENT.`,
    ],
    [
      `照片：JPEG、PNG、WebP，单张不超过 ${MAX_INPUT_BYTES / MIB} MB、6400 万像素；批次每次至多 ${photos} 张。`,
      `Photos: JPEG, PNG, WebP of at most ${MAX_INPUT_BYTES / MIB} MB and 64 megapixels; ${photos} in a batch.`,
    ],
    [
      `打包：每次选 ${chosen} 个成品或一个批次，至多 2,000 个文件、4 GB。`,
      `Archives: ${chosen} chosen results or one batch, at most 2,000 files and 4 GB.`,
    ],
    [
      `上传地址 ${UPLOAD_URL_SECONDS / 60} 分钟内有效，下载链接 ${LINK_SECONDS / 60} 分钟内有效，过期后重新查询即可。请求内容至多 64 KB。`,
      `Addresses for uploads are good for ${UPLOAD_URL_SECONDS / 60} minutes, links to results for ${LINK_SECONDS / 60}; ask again for fresh ones. A body has at most 64 KB.`,
    ],
  ];
  return `<section id="limits"><h2>${both(['配额与限制', 'Quotas and limits'])}</h2>
<ul class="prose-list">${limits.map((one) => both(one, 'li')).join('')}</ul></section>`;
}
