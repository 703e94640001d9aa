import { type KeyObject, sign } from 'node:crypto';
import { contentToSign } from './content-to-sign.ts';

/**
 * Adds `sign`: SHA256 with RSA over all the others, `sign_type` among them. Empty values must have been left out.
 * https://opendocs.alipay.com/common/02kf5q
 */
export function signParameters(
  parameters: Readonly<Record<string, string>>,
  appPrivateKey: KeyObject,
): Record<string, string> {
  const content = Buffer.from(contentToSign(Object.entries(parameters)));
  return { ...parameters, sign: sign('RSA-SHA256', content, appPrivateKey).toString('base64') };
}
