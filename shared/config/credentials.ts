/** What a Tencent API call is signed with. With an execution role all three are temporary. */
export interface Credentials {
  readonly secretId: string;
  readonly secretKey: string;
  readonly sessionToken?: string;
}

/** The function has no execution role, or the local cloud forgot to hand credentials over. */
export class CredentialsMissing extends Error {
  override readonly name = 'CredentialsMissing';
  constructor(key: string) {
    super(`environment: ${key} is missing; give the function an execution role`);
  }
}

/**
 * Read at every call and kept by nobody: a role's credentials expire while the instance lives on.
 * @throws CredentialsMissing
 */
export function credentialsOf(environment: Readonly<Record<string, string | undefined>> = process.env): Credentials {
  const secretId = environment['TENCENTCLOUD_SECRETID'];
  const secretKey = environment['TENCENTCLOUD_SECRETKEY'];
  const sessionToken = environment['TENCENTCLOUD_SESSIONTOKEN'];
  if (!secretId) throw new CredentialsMissing('TENCENTCLOUD_SECRETID');
  if (!secretKey) throw new CredentialsMissing('TENCENTCLOUD_SECRETKEY');
  return { secretId, secretKey, ...(sessionToken && { sessionToken }) };
}
