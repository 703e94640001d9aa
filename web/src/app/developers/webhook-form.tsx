import { type FormEvent, useState } from 'react';
import { createWebhook, WEBHOOK_EVENTS } from '../../../../shared/contract/webhooks.ts';
import { Failure } from '../../ui/messages.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useText } from '../use-text.ts';
import { CheckList } from './check-list.tsx';
import { ShownOnce } from './shown-once.tsx';
import { useMaking } from './use-making.ts';

type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export const EVENT_TEXT = {
  'task.ended': 'eventTaskEnded',
  'batch.ended': 'eventBatchEnded',
  'credits.low': 'eventCreditsLow',
} as const satisfies Record<WebhookEvent, string>;

/** Names an endpoint, and shows its secret. */
export function WebhookForm() {
  const { say } = useText();
  const [url, setUrl] = useState('');
  const [below, setBelow] = useState('');
  const [events, setEvents] = useState<WebhookEvent[]>(['task.ended']);
  const { make, secret, isBusy, error, at } = useMaking(createWebhook, 'webhooks', (made) => {
    setUrl('');
    return made.secret;
  });
  const create = (event: FormEvent): void => {
    event.preventDefault();
    const mark = events.includes('credits.low') && below !== '' ? { creditsBelow: Number(below) } : {};
    void make({ url: url.trim(), events, ...mark });
  };
  return (
    <form className="stack" noValidate onSubmit={create}>
      <TextField
        id="webhook-url"
        label={say('webhookUrl')}
        error={at('url')}
        value={url}
        onChange={setUrl}
        maxLength={500}
        placeholder="https://"
        inputMode="url"
      />
      <CheckList
        id="webhook-events"
        label={say('webhookEvents')}
        error={at('events')}
        choices={WEBHOOK_EVENTS.map((event) => [event, say(EVENT_TEXT[event])] as const)}
        chosen={events}
        onChoose={setEvents}
      />
      {events.includes('credits.low') && (
        <TextField
          id="webhook-below"
          label={say('webhookBelow')}
          error={at('creditsBelow')}
          value={below}
          onChange={setBelow}
          inputMode="numeric"
          maxLength={7}
        />
      )}
      {error !== null && <Failure error={error} />}
      <button type="submit" className="button" disabled={isBusy || url.trim() === '' || events.length === 0}>
        {say('webhookCreate')}
      </button>
      <ShownOnce secret={secret} />
    </form>
  );
}
