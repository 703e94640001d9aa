import type { AlipayMerchant } from './alipay/alipay-merchant.ts';
import type { CashierMerchant } from './cashier-merchant.ts';

export function platformKeysOf(merchant: CashierMerchant) {
  return [merchant.platformPublicKey, merchant.platformCertificate].map((key) => ({
    serial: key.serial,
    pem: key.publicPem,
  }));
}

/** What an operator would put into the secrets manager: by role, the callbacks' without anything that signs. */
export function cashierSecrets(merchant: CashierMerchant, alipay: () => AlipayMerchant, baseUrl: string) {
  const common = { mchId: merchant.mchId, appId: merchant.appId, platformKeys: platformKeysOf(merchant) };
  const alipayVerifying = () => {
    const { appId, sellerId, alipay: theirs } = alipay();
    return { appId, sellerId, alipayPublicKey: theirs.publicPem };
  };
  return {
    verifying: { ...common, apiV3Key: merchant.apiV3Key },
    signing: {
      ...common,
      merchantSerial: merchant.merchant.serial,
      merchantPrivateKeyPem: merchant.merchant.privatePem,
      baseUrl,
    },
    get alipayVerifying() {
      return alipayVerifying();
    },
    get alipaySigning() {
      return { ...alipayVerifying(), appPrivateKey: alipay().app.privatePem, gatewayUrl: `${baseUrl}/gateway.do` };
    },
  };
}
