import { createHmac } from 'node:crypto';

export interface SignedWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The request of Standard Webhooks 1.0: `v1,` and base64 of HMAC-SHA256 over `{id}.{timestamp}.{body}`. The timestamp is the attempt's; the
 * id stays. With several secrets a signature of each, parted by spaces: who verifies takes any that fits. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @param id without a full stop
 */
export function signWebhook(
  secrets: readonly Buffer[],
  { id, body }: { id: string; body: string },
  nowMs: number,
): SignedWebhook {
  const timestamp = Math.floor(nowMs / 1000);
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map((secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`);
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Yiying-Webhooks/1.0',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatures.join(' '),
    },
    body,
  };
}

/** `type`, `timestamp` of the event and `data`, as the specification has them. What is not known of it is not said. */
export function webhookBody(event: { type: string; createdAtMs: number; dataJson: string }): string {
  const data = Object.entries(JSON.parse(event.dataJson) as object).filter(([, value]) => value !== null);
  return JSON.stringify({
    type: event.type,
    timestamp: new Date(event.createdAtMs).toISOString(),
    data: Object.fromEntries(data),
  });
}
