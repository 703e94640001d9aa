import { ApiRefusal } from './api-refusal.ts';

/** By name; each document is answered as JSON text. Read at every call, so that a test may rotate one. */
export type LocalSecrets = Readonly<Record<string, unknown>>;

/** SSM 2019-09-23 GetSecretValue: knows the version in use alone. */
export function getSecretValue(
  payload: Readonly<Record<string, unknown>>,
  secrets: LocalSecrets,
): Record<string, string> {
  const { SecretName: name, VersionId: version } = payload;
  if (typeof name !== 'string') throw new ApiRefusal('MissingParameter', 'The parameter `SecretName` is missing.');
  if (typeof version !== 'string') throw new ApiRefusal('MissingParameter', 'The parameter `VersionId` is missing.');
  if (!Object.hasOwn(secrets, name)) throw new ApiRefusal('ResourceNotFound', 'The secret does not exist.');
  if (version !== 'SSM_Current') throw new ApiRefusal('ResourceNotFound', 'The version does not exist.');
  return { SecretName: name, VersionId: version, SecretString: JSON.stringify(secrets[name]) };
}
