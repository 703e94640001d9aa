import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import { LOCAL_OWNER } from '../tencent-api/local-owner.ts';
import { type Payload, page, text } from './scf-state.ts';

/** By name; the one version in use. */
export type SecretsState = Map<string, { value: string; status: string }>;

type Action = (state: SecretsState, payload: Payload) => Payload;

const MOST_BYTES = 32 * 1024;
const CURRENT = 'SSM_Current';

/** SSM 2019-09-23: secrets of the operator's own making, in the version in use. */
export const SSM_ACTIONS: Readonly<Record<string, Action>> = {
  ListSecrets: (state, payload) => {
    const all = [...state].filter(([name]) => name.includes(text(payload, 'SearchSecretName')));
    const SecretMetadatas = page(all, payload).map(([SecretName, { status }]) => ({
      ...{ SecretName, Status: status, CreateUin: Number(LOCAL_OWNER), CreateUinString: LOCAL_OWNER },
    }));
    return { SecretMetadatas, TotalCount: all.length };
  },
  CreateSecret: (state, payload) => {
    const name = text(payload, 'SecretName');
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(name))
      throw new ApiRefusal('InvalidParameterValue', 'SecretName is not valid.');
    if (state.has(name)) throw new ApiRefusal('ResourceInUse.SecretExists', `Secret ${name} exists.`);
    state.set(name, { value: contentOf(payload), status: 'Enabled' });
    return { SecretName: name, VersionId: CURRENT };
  },
  UpdateSecret: (state, payload) => {
    const secret = secretOf(state, payload);
    secret.value = contentOf(payload);
    return { SecretName: text(payload, 'SecretName'), VersionId: CURRENT };
  },
  DisableSecret: (state, payload) => {
    existing(state, payload).status = 'Disabled';
    return { SecretName: text(payload, 'SecretName') };
  },
  DeleteSecret: (state, payload) => {
    const name = text(payload, 'SecretName');
    const secret = existing(state, payload);
    const days = Number(payload['RecoveryWindowInDays'] ?? 0);
    if (secret.status !== 'Disabled')
      throw new ApiRefusal('FailedOperation.ResourceNotDisabled', 'Only a secret that is disabled can be deleted.');
    if (days < 0 || days > 30) throw new ApiRefusal('InvalidParameterValue', 'RecoveryWindowInDays is 0-30.');
    if (days === 0) state.delete(name);
    else secret.status = 'PendingDelete';
    return { SecretName: name, DeleteTime: days };
  },
  GetSecretValue: (state, payload) => ({
    SecretName: text(payload, 'SecretName'),
    VersionId: CURRENT,
    SecretString: secretOf(state, payload).value,
  }),
};

function existing(state: SecretsState, payload: Payload) {
  const secret = state.get(text(payload, 'SecretName'));
  if (!secret) throw new ApiRefusal('ResourceNotFound', 'The secret does not exist.');
  return secret;
}

function secretOf(state: SecretsState, payload: Payload) {
  const secret = existing(state, payload);
  if (text(payload, 'VersionId') !== CURRENT) throw new ApiRefusal('ResourceNotFound', 'The version does not exist.');
  if (secret.status !== 'Enabled') throw new ApiRefusal('ResourceUnavailable.ResourceDisabled', 'It is not enabled.');
  return secret;
}

function contentOf(payload: Payload): string {
  const value = text(payload, 'SecretString');
  if (value === '') throw new ApiRefusal('InvalidParameterValue', 'SecretString or SecretBinary must be set.');
  if (Buffer.byteLength(value) > MOST_BYTES) throw new ApiRefusal('InvalidParameterValue', 'It is over 32 KB.');
  return value;
}
