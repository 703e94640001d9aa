import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import { createApiKey } from '../../../../shared/contract/api-keys.ts';
import { API_KEY_SCOPES, type ApiKeyScope } from '../../../../shared/contract/operation.ts';
import { Failure } from '../../ui/messages.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useCallKey } from '../../ui/use-call-key.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import { CheckList } from './check-list.tsx';
import { ShownOnce } from './shown-once.tsx';

export const SCOPE_TEXT = {
  read: 'scopeRead',
  create: 'scopeCreate',
  delete: 'scopeDelete',
} as const satisfies Record<ApiKeyScope, string>;

const EMPTY = { name: '', tasksPerDay: '', validDays: '', addresses: '' };

/** Makes a key, and shows it once. */
export function ApiKeyForm() {
  const { say } = useText();
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const [filled, setFilled] = useState(EMPTY);
  const [scopes, setScopes] = useState<ApiKeyScope[]>(['read', 'create']);
  const [made, setMade] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { keyOf, forget } = useCallKey();
  const fill = (field: keyof typeof EMPTY) => (value: string) => setFilled({ ...filled, [field]: value });
  const create = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    setMade('');
    const addresses = filled.addresses.split(/[,，\s]+/).filter((one) => one !== '');
    const asked = {
      ...{ name: filled.name.trim(), scopes, ...(addresses.length > 0 && { addresses }) },
      ...(filled.tasksPerDay !== '' && { tasksPerDay: Number(filled.tasksPerDay) }),
      ...(filled.validDays !== '' && { validDays: Number(filled.validDays) }),
    };
    try {
      const { key } = await client.call(createApiKey, asked, { idempotencyKey: keyOf(JSON.stringify(asked)) });
      forget();
      setMade(key);
      setFilled(EMPTY);
      await queries.invalidateQueries({ queryKey: ['apiKeys'] });
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
      {error !== null && wrong.length === 0 && <Failure error={error} />}
      <button type="submit" className="button" disabled={isBusy || filled.name.trim() === '' || scopes.length === 0}>
        {say('apiKeyCreate')}
      </button>
      <ShownOnce secret={made} />
    </form>
  );
}
