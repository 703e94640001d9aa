import { useQuery } from '@tanstack/react-query';
import { listApiKeys, revokeApiKey } from '../../../../shared/contract/api-keys.ts';
import { formatDay, formatTime } from '../../core/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import { ApiKeyForm, SCOPE_TEXT } from './api-key-form.tsx';
import { useAction } from './use-action.ts';

/** The merchant's keys that live, the way to end one, and to make another. */
export function ApiKeys() {
  const { say, language } = useText();
  const { client } = useWorkspace();
  const keys = useQuery({ queryKey: ['apiKeys'], queryFn: ({ signal }) => client.call(listApiKeys, {}, { signal }) });
  const { isBusy, act } = useAction(['apiKeys']);
  return (
    <section className="panel">
      <h2>{say('apiKeys')}</h2>
      <p className="hint">{say('apiKeysLead')}</p>
      <Loaded query={keys}>
        {({ items }) => {
          const live = items.filter(({ revokedAtMs }) => revokedAtMs === undefined);
          if (live.length === 0) return <p className="muted">{say('apiKeyNone')}</p>;
          return (
            <ul className="sessions api-keys">
              {live.map(({ apiKeyId, name, hint, scopes, tasksToday, lastUsedAtMs, expiresAtMs }) => (
                <li key={apiKeyId}>
                  <div>
                    <p className="session-name">
                      {name} <span className="mono">yk_…{hint}</span>
                    </p>
                    <p className="hint">
                      {[
                        ...scopes.map((scope) => say(SCOPE_TEXT[scope])),
                        say('apiKeyToday', { n: tasksToday }),
                        lastUsedAtMs === undefined
                          ? say('apiKeyUnused')
                          : say('apiKeyUsed', { time: formatTime(lastUsedAtMs, language) }),
                        ...(expiresAtMs === undefined
                          ? []
                          : [say('apiKeyUntil', { day: formatDay(expiresAtMs, language) })]),
                      ].join(' · ')}
                    </p>
                  </div>
                  <button
                    type="button"
                    className="button button-small"
                    aria-label={say('apiKeyRevokeNamed', { name })}
                    disabled={isBusy}
                    onClick={() => void act(() => client.call(revokeApiKey, { apiKeyId }), say('apiKeyRevoked'))}
                  >
                    {say('apiKeyRevoke')}
                  </button>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
      <ApiKeyForm />
    </section>
  );
}
