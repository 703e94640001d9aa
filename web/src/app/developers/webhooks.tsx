import { useQuery } from '@tanstack/react-query';
import { listWebhooks, removeWebhook, testWebhook } from '../../../../shared/contract/webhooks.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import { useAction } from './use-action.ts';
import { EVENT_TEXT, WebhookForm } from './webhook-form.tsx';
import { WebhookSecret } from './webhook-secret.tsx';

/** Endpoints that are told of events, and the way to try, end and name one. */
export function Webhooks() {
  const { say } = useText();
  const { client } = useWorkspace();
  const webhooks = useQuery({
    queryKey: ['webhooks'],
    queryFn: ({ signal }) => client.call(listWebhooks, {}, { signal }),
  });
  const { isBusy, act } = useAction(['webhooks', 'deliveries']);
  return (
    <section className="panel">
      <h2>{say('webhooks')}</h2>
      <p className="hint">{say('webhooksLead')}</p>
      <Loaded query={webhooks}>
        {({ items }) => {
          const live = items.filter(({ removedAtMs }) => removedAtMs === undefined);
          if (live.length === 0) return <p className="muted">{say('webhookNone')}</p>;
          return (
            <ul className="sessions webhooks">
              {live.map(({ webhookId, url, events, ...rest }) => (
                <li key={webhookId}>
                  <div>
                    <p className="session-name mono">{url}</p>
                    <p className="hint">{events.map((event) => say(EVENT_TEXT[event])).join(' · ')}</p>
                    <WebhookSecret webhook={{ webhookId, url, events, ...rest }} isBusy={isBusy} act={act} />
                  </div>
                  <div className="row-actions">
                    <button
                      type="button"
                      className="button button-small"
                      aria-label={say('webhookTestNamed', { url })}
                      disabled={isBusy}
                      onClick={() => void act(() => client.call(testWebhook, { webhookId }), say('webhookTested'))}
                    >
                      {say('webhookTest')}
                    </button>
                    <button
                      type="button"
                      className="button button-small"
                      aria-label={say('webhookRemoveNamed', { url })}
                      disabled={isBusy}
                      onClick={() => void act(() => client.call(removeWebhook, { webhookId }), say('webhookRemoved'))}
                    >
                      {say('webhookRemove')}
                    </button>
                  </div>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
      <WebhookForm />
    </section>
  );
}
