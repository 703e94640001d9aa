/** WeChat's form of a merchant's number, and narrower than Alipay's. Without spaces, which a database would ignore at its end. */
export const MERCHANT_NUMBER = /^[0-9A-Za-z_\-|*]{6,32}$/;

/** @throws TypeError that names the field */
export function requireNumber(field: 'outTradeNo' | 'outRefundNo', number: string): void {
  if (!MERCHANT_NUMBER.test(number)) throw new TypeError(`${field} must be 6–32 of 0-9 A-Z a-z _ - | *`);
}
