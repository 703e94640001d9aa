import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import { createWebhook, WEBHOOK_EVENTS } from '../../../../shared/contract/webhooks.ts';
import { Failure } from '../../ui/messages.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useCallKey } from '../../ui/use-call-key.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import { CheckList } from './check-list.tsx';
import { ShownOnce } from './shown-once.tsx';

type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export const EVENT_TEXT = {
  'task.ended': 'eventTaskEnded',
  'batch.ended': 'eventBatchEnded',
  'credits.low': 'eventCreditsLow',
} as const satisfies Record<WebhookEvent, string>;

/** Names an endpoint, and shows its secret. */
export function WebhookForm() {
  const { say } = useText();
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const [url, setUrl] = useState('');
  const [below, setBelow] = useState('');
  const [events, setEvents] = useState<WebhookEvent[]>(['task.ended']);
  const [made, setMade] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { keyOf, forget } = useCallKey();
  const create = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    setMade('');
    const mark = events.includes('credits.low') && below !== '' ? { creditsBelow: Number(below) } : {};
    const asked = { url: url.trim(), events, ...mark };
    try {
      const { secret } = await client.call(createWebhook, asked, { idempotencyKey: keyOf(JSON.stringify(asked)) });
      forget();
      setMade(secret);
      setUrl('');
      await queries.invalidateQueries({ queryKey: ['webhooks'] });
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  const wrong = error instanceof ApiCallError ? error.fields : [];
  const at = (path: string) => wrong.find((field) => field.path.split('.')[0] === path)?.message;
  return (
    <form className="stack" noValidate onSubmit={(event) => void create(event)}>
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
      {error !== null && wrong.length === 0 && <Failure error={error} />}
      <button type="submit" className="button" disabled={isBusy || url.trim() === '' || events.length === 0}>
        {say('webhookCreate')}
      </button>
      <ShownOnce secret={made} />
    </form>
  );
}
