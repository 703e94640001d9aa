import { createHmac } from 'node:crypto';
import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import { readSecretOf, secretName, WebhooksSecret } from '../config/secrets.ts';
import { TencentApiError } from '../config/tencent-api.ts';
import { ServicesFailed } from '../http/failure.ts';

/** Reads the key of `yiying-{stage}-webhooks`. @throws ServicesFailed (503) while the secrets manager cannot be reached */
export type ReadWebhookKey = () => Promise<Buffer>;

export function webhookKeyOf(config: Pick<BaseConfig, 'STAGE'>, secrets: SecretSource): ReadWebhookKey {
  const name = secretName(config.STAGE, 'webhooks');
  return async () => {
    try {
      const { secretKey } = await readSecretOf(WebhooksSecret, secrets, name);
      return Buffer.from(secretKey, 'base64');
    } catch (error) {
      throw error instanceof TencentApiError ? new ServicesFailed(error) : error;
    }
  };
}

/**
 * The secret of one webhook: derived, so that the database holds none, sealed or not; 256 bits, of the 192–512 that are asked for.
 * @param version from 1; each rotation is one more
 */
export const webhookSecret = (key: Buffer, webhookId: string, version: number): Buffer =>
  createHmac('sha256', key)
    .update(`webhook secret\n${webhookId}${version === 1 ? '' : `\n${version}`}`)
    .digest();

/** As its owner is shown it, and as every library of Standard Webhooks takes it. */
export const secretText = (secret: Buffer): string => `whsec_${secret.toString('base64')}`;
