import { ApiKeys } from '../developers/api-keys.tsx';
import { Deliveries } from '../developers/deliveries.tsx';
import { Webhooks } from '../developers/webhooks.tsx';
import { useText } from '../use-text.ts';

export function DevelopersPage() {
  const { say } = useText();
  return (
    <div className="page page-narrow">
      <h1 tabIndex={-1}>{say('developers')}</h1>
      <p className="muted">{say('developersLead')}</p>
      <p>
        <a href="/developers/">{say('developersReference')}</a>
      </p>
      <ApiKeys />
      <Webhooks />
      <Deliveries />
    </div>
  );
}
