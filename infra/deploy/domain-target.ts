import type { AccountCall } from '../provision/account-call.ts';

/** What the CNAME of a custom domain is to lead to (cloud.tencent.com/document/product/583/111926). */
export async function domainTarget(call: AccountCall, region: string): Promise<string> {
  const { AppId } = await call('cam', 'GetUserAppId', {});
  return `${String(AppId)}.${region}.tencentscf.com`;
}
