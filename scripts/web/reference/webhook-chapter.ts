import { WEBHOOK_EVENTS } from '../../../shared/contract/webhooks.ts';
import { MOST_ATTEMPTS } from '../../../shared/webhooks/deliver-webhooks.ts';
import { type Both, both, code, listing } from './html.ts';

type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** What tells each event, and its `data`; a test holds these against what is sent. */
export const EVENT_TEXTS: Readonly<Record<WebhookEvent, { readonly text: Both; readonly data: object }>> = {
  'task.ended': {
    text: [
      '任务结束，无论成功与否；未成功时有 errorCode',
      'A task ended, with success or without; then with an errorCode',
    ],
    data: {
      ...{ taskId: 'tsk_01JDCZ7Q4R8S9T0V1W2X3Y4Z5A', featureId: 'basic_clean', state: 'failed' },
      ...{ errorCode: 'GARMENT_NOT_FOUND', credits: 1 },
    },
  },
  'batch.ended': {
    text: ['批次的最后一个任务结束', 'The last task of a batch ended'],
    data: { batchId: 'bat_01JDCZ7Q4R8S9T0V1W2X3Y4Z5A', tasks: 20, succeeded: 19 },
  },
  'credits.low': {
    text: ['可用额度降到您设定的数以下', 'What can be spent fell below your mark'],
    data: { available: 9, below: 10 },
  },
};

const HEADERS: readonly (readonly [name: string, text: Both])[] = [
  [
    'webhook-id',
    ['消息编号，重发时不变，用来去重', 'The message; the same when it is sent again, so that you can tell'],
  ],
  ['webhook-timestamp', ['本次发送的时间，Unix 秒', 'When this attempt was made, epoch seconds']],
  [
    'webhook-signature',
    [
      'v1, 加 Base64 的 HMAC-SHA256；更换密钥期间有两个，用空格隔开',
      'v1, and a base64 HMAC-SHA256; two, parted by a space, while a secret is rotated',
    ],
  ],
  [
    'traceparent',
    [
      '下单请求带有 traceparent 时沿用其 trace id，每次发送一个新的 span',
      'The trace id of the request that ordered it, where that came with one; a span of its own for each attempt',
    ],
  ],
];

const HABITS: readonly Both[] = [
  [
    '签名按 Standard Webhooks 1.0：对「编号.时间.内容」计算，密钥为 whsec_ 之后的 Base64 解码。请用收到的原始字节校验，并拒绝时间相差五分钟以上的请求。',
    'Signed by Standard Webhooks 1.0: over “id.timestamp.body”, with the base64 after whsec_ as the key. Check the bytes as they came, and refuse a timestamp that is more than five minutes off.',
  ],
  [
    `15 秒内返回 2xx 即为送达；否则在三天内至多尝试 ${MOST_ATTEMPTS} 次，间隔逐次加长并带随机量，返回 Retry-After 则等到那时。返回 410 即移除。`,
    `2xx within 15 seconds is a delivery; otherwise it is tried ${MOST_ATTEMPTS} times in all over three days, later and later and a little at random, not before a Retry-After. 410 removes the webhook.`,
  ],
  [
    '同一消息可能送达多次，先后也可能不同：请按 webhook-id 去重，并以查询到的状态为准。',
    'A message may come more than once and out of order: tell them by webhook-id, and believe what the API says.',
  ],
  [
    '更换密钥：在工作台操作后，新旧密钥并存 24 小时（可缩短到立即停用，接口最长七天），期间每条消息带两个签名，任一通过即可。',
    'Rotating a secret: both sign for 24 hours (by the API up to seven days, or none), so each message has two signatures and one that fits is enough.',
  ],
];

export function webhookChapter(examples: { readonly typescript: string; readonly shell: string }): string {
  const events = WEBHOOK_EVENTS.map((type) => {
    const { text, data } = EVENT_TEXTS[type];
    const body = JSON.stringify({ type, timestamp: '2026-11-26T08:00:00.000Z', data }, null, 2);
    return `<h4 id="event-${type}">${code(type)}</h4>\n<p>${both(text)}</p>\n${listing('JSON', body)}`;
  });
  const headers = HEADERS.map(([name, text]) => `<div><dt>${code(name)}</dt><dd>${both(text)}</dd></div>`);
  return `<section id="webhooks"><h2>${both(['Webhook', 'Webhooks'])}</h2>
<p><a href="/app/#/developers">${both(['在工作台添加接收地址', 'Name an endpoint in the workspace'])}</a>${both([
    '，须为 https 域名。事件发生后几秒内以 POST 发送。',
    ', https and a host name. Seconds after an event it is told by a POST.',
  ])}</p>
<dl class="fields">${headers.join('\n')}</dl>
<ul class="prose-list">${HABITS.map((habit) => both(habit, 'li')).join('')}</ul>
<h3>${both(['事件', 'Events'])}</h3>
${events.join('\n')}
<h3>${both(['校验签名', 'Checking the signature'])}</h3>
${listing('verify-webhook.ts', examples.typescript)}
${listing('verify-webhook.sh', examples.shell)}</section>`;
}
