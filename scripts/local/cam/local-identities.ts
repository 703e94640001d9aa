import { createHmac } from 'node:crypto';
import type { LocalKeys } from '../local-keys.ts';
import { type HeldPolicy, isAllowed } from './is-allowed.ts';

/** Keys that sign a request; of a function, its role's temporary ones. */
export type LocalCredentials = LocalKeys['credentials'];

/** Whether the owner of these keys may do that to this resource. */
export type MayDo = (secretId: string, action: string, resource: string) => boolean;

export interface LocalIdentities {
  /** The function's role; null: it has none, and so no keys. */
  readonly ofFunction: (name: string) => LocalCredentials | null;
  readonly all: readonly LocalCredentials[];
  readonly find: (secretId: string) => LocalCredentials | undefined;
  readonly mayDo: MayDo;
}

/**
 * Who there is on this machine: the cloud itself, which may do everything, and each function's role, which may do what
 * its policies say, and nothing else.
 */
export function localIdentities(
  owner: LocalCredentials,
  policies: ReadonlyMap<string, readonly HeldPolicy[]>,
): LocalIdentities {
  const roles = new Map([...policies.keys()].map((name) => [name, roleKeys(owner, name)]));
  const policiesOf = new Map([...roles].map(([name, { secretId }]) => [secretId, policies.get(name) ?? []]));
  const all = [owner, ...roles.values()];
  return {
    all,
    ofFunction: (name) => roles.get(name) ?? null,
    find: (secretId) => all.find((one) => one.secretId === secretId),
    mayDo: (secretId, action, resource) =>
      secretId === owner.secretId || isAllowed(policiesOf.get(secretId) ?? [], action, resource),
  };
}

/** Kept over restarts, as the owner's are, since presigned links outlive one. */
function roleKeys({ secretId, secretKey }: LocalCredentials, name: string): LocalCredentials {
  const derive = (what: string) => createHmac('sha256', secretKey).update(`${what} ${name}`).digest('hex');
  return {
    secretId: `${secretId}${derive('id').slice(0, 12)}`,
    secretKey: derive('key').slice(0, 32),
    sessionToken: derive('token'),
  };
}
