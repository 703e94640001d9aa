import { useState } from 'react';
import type * as z from 'zod/mini';
import { type listWebhooks, rotateWebhookSecret } from '../../../../shared/contract/webhooks.ts';
import { formatTime } from '../../core/format.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import { ShownOnce } from './shown-once.tsx';

type Webhook = z.output<(typeof listWebhooks)['output']>['items'][number];

interface WebhookSecretProps {
  readonly webhook: Webhook;
  readonly isBusy: boolean;
  readonly act: (call: () => Promise<unknown>, done: string) => Promise<void>;
}

/** The way to the next secret of a webhook and, while the one before still signs, to see the new one again and to end the old one. */
export function WebhookSecret({ webhook, isBusy, act }: WebhookSecretProps) {
  const { say, language } = useText();
  const { client } = useWorkspace();
  const [secret, setSecret] = useState('');
  const { webhookId, url, secretVersion, previousSecretEndsAtMs } = webhook;
  const rotate = (asked: { secretVersion: number; previousHours?: number }, done: string) =>
    act(async () => setSecret((await client.call(rotateWebhookSecret, { webhookId, ...asked })).secret), done);
  const button = (text: string, label: string, onClick: () => void) => (
    <button type="button" className="button button-small" aria-label={label} disabled={isBusy} onClick={onClick}>
      {text}
    </button>
  );
  return (
    <div className="webhook-secret">
      {previousSecretEndsAtMs === undefined ? (
        button(say('webhookRotate'), say('webhookRotateNamed', { url }), () => {
          void rotate({ secretVersion }, say('webhookRotated'));
        })
      ) : (
        <>
          <p className="hint">{say('webhookBoth', { time: formatTime(previousSecretEndsAtMs, language) })}</p>
          <div className="row-actions">
            {button(say('webhookNewSecret'), say('webhookNewSecretNamed', { url }), () => {
              void rotate({ secretVersion: secretVersion - 1 }, say('webhookRotated'));
            })}
            {button(say('webhookOldEnd'), say('webhookOldEndNamed', { url }), () => {
              void rotate({ secretVersion: secretVersion - 1, previousHours: 0 }, say('webhookOldEnded'));
            })}
          </div>
        </>
      )}
      <ShownOnce secret={secret} hint="webhookCopy" />
    </div>
  );
}
