import { type FormEvent, useState } from 'react';
import { createApiKey } from '../../../../shared/contract/api-keys.ts';
import { API_KEY_SCOPES, type ApiKeyScope } from '../../../../shared/contract/operation.ts';
import { Failure } from '../../ui/messages.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useText } from '../use-text.ts';
import { CheckList } from './check-list.tsx';
import { ShownOnce } from './shown-once.tsx';
import { useMaking } from './use-making.ts';

export const SCOPE_TEXT = {
  read: 'scopeRead',
  create: 'scopeCreate',
  delete: 'scopeDelete',
} as const satisfies Record<ApiKeyScope, string>;

const EMPTY = { name: '', tasksPerDay: '', validDays: '', addresses: '' };

/** Makes a key, and shows it once. */
export function ApiKeyForm() {
  const { say } = useText();
  const [filled, setFilled] = useState(EMPTY);
  const [scopes, setScopes] = useState<ApiKeyScope[]>(['read', 'create']);
  const { make, secret, isBusy, error, at } = useMaking(createApiKey, 'apiKeys', ({ key }) => {
    setFilled(EMPTY);
    return key;
  });
  const fill = (field: keyof typeof EMPTY) => (value: string) => setFilled({ ...filled, [field]: value });
  const create = (event: FormEvent): void => {
    event.preventDefault();
    const addresses = filled.addresses.split(/[,，\s]+/).filter((one) => one !== '');
    void make({
      ...{ name: filled.name.trim(), scopes, ...(addresses.length > 0 && { addresses }) },
      ...(filled.tasksPerDay !== '' && { tasksPerDay: Number(filled.tasksPerDay) }),
      ...(filled.validDays !== '' && { validDays: Number(filled.validDays) }),
    });
  };
  return (
    <form className="stack" noValidate onSubmit={create}>
      <TextField
        id="api-key-name"
        label={say('apiKeyName')}
        error={at('name')}
        value={filled.name}
        onChange={fill('name')}
        maxLength={40}
      />
      <CheckList
        id="api-key-scopes"
        label={say('apiKeyScopes')}
        error={at('scopes')}
        choices={API_KEY_SCOPES.map((scope) => [scope, say(SCOPE_TEXT[scope])] as const)}
        chosen={scopes}
        onChoose={setScopes}
      />
      <TextField
        id="api-key-tasks"
        label={say('apiKeyPerDay')}
        hint={say('apiKeyPerDayHint')}
        error={at('tasksPerDay')}
        value={filled.tasksPerDay}
        onChange={fill('tasksPerDay')}
        inputMode="numeric"
        maxLength={6}
      />
      <TextField
        id="api-key-days"
        label={say('apiKeyDays')}
        hint={say('apiKeyDaysHint')}
        error={at('validDays')}
        value={filled.validDays}
        onChange={fill('validDays')}
        inputMode="numeric"
        maxLength={4}
      />
      <TextField
        id="api-key-addresses"
        label={say('apiKeyAddresses')}
        hint={say('apiKeyAddressesHint')}
        error={at('addresses')}
        value={filled.addresses}
        onChange={fill('addresses')}
        maxLength={900}
      />
      {error !== null && <Failure error={error} />}
      <button type="submit" className="button" disabled={isBusy || filled.name.trim() === '' || scopes.length === 0}>
        {say('apiKeyCreate')}
      </button>
      <ShownOnce secret={secret} />
    </form>
  );
}
