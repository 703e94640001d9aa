import { useQuery } from '@tanstack/react-query';
import { listWebhookDeliveries, replayWebhookDelivery } from '../../../../shared/contract/webhooks.ts';
import { formatTime } from '../../core/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Tag } from '../../ui/state-tag.tsx';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import { useAction } from './use-action.ts';

const STATE = {
  waiting: ['deliveryWaiting', 'busy'],
  delivered: ['deliveryDelivered', 'good'],
  dead: ['deliveryDead', 'bad'],
} as const;
const AGAIN_MS = 5000;

/** What endpoints were told last and what they answered; anything can be told again. */
export function Deliveries() {
  const { say, language } = useText();
  const { client } = useWorkspace();
  const deliveries = useQuery({
    queryKey: ['deliveries'],
    queryFn: ({ signal }) => client.call(listWebhookDeliveries, {}, { signal }),
    // Only while something is on its way.
    refetchInterval: ({ state }) => (state.data?.items.some((one) => one.state === 'waiting') ? AGAIN_MS : false),
  });
  const { isBusy, act } = useAction(['deliveries']);
  return (
    <section className="panel">
      <h2>{say('deliveries')}</h2>
      <p className="hint">{say('deliveriesLead')}</p>
      <Loaded query={deliveries}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muted">{say('deliveryNone')}</p>
          ) : (
            <ul className="sessions deliveries">
              {items.map(({ deliveryId, type, state, attempts, createdAtMs, status, failure }) => (
                <li key={deliveryId}>
                  <div>
                    <p className="session-name">
                      <span className="mono">{type}</span> <Tag tone={STATE[state][1]}>{say(STATE[state][0])}</Tag>
                    </p>
                    <p className="hint">
                      {[formatTime(createdAtMs, language), say('deliveryTries', { n: attempts }), status ?? failure]
                        .filter((part) => part !== undefined)
                        .join(' · ')}
                    </p>
                  </div>
                  <button
                    type="button"
                    className="button button-small"
                    aria-label={say('deliveryReplayNamed', { id: deliveryId })}
                    disabled={isBusy}
                    onClick={() =>
                      void act(() => client.call(replayWebhookDelivery, { deliveryId }), say('webhookTested'))
                    }
                  >
                    {say('deliveryReplay')}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}
