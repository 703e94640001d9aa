import { type KeyObject, sign } from 'node:crypto';

/** DER, just enough of it for an X.509 certificate: node:crypto reads certificates and cannot write them. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length < 0x80 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const hex = (text: string) => Buffer.from(text, 'hex');
const SHA256_WITH_RSA = hex('300d06092a864886f70d01010b0500');
const COMMON_NAME = hex('0603550403');

/** @param serialHex 40 hex digits, the first below 8 */
export function selfSignedCertificate(
  privateKey: KeyObject,
  publicKey: KeyObject,
  serialHex: string,
  commonName = 'test platform',
): string {
  const name = der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0c, Buffer.from(commonName)))));
  const validity = der(0x30, der(0x17, Buffer.from('260101000000Z')), der(0x17, Buffer.from('310101000000Z')));
  const toBeSigned = der(
    0x30,
    der(0x02, hex(serialHex)),
    SHA256_WITH_RSA,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('RSA-SHA256', toBeSigned, privateKey);
  const certificate = der(0x30, toBeSigned, SHA256_WITH_RSA, der(0x03, Buffer.from([0]), signature));
  const base64 = certificate.toString('base64').replace(/.{1,64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${base64}-----END CERTIFICATE-----\n`;
}
