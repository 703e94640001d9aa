/**
 * What Alipay signs, here and there: `name=value` joined by `&`, in the order of the names' bytes, nothing encoded.
 * https://opendocs.alipay.com/common/02kf5q
 */
export function contentToSign(parameters: Iterable<readonly [name: string, value: string]>): string {
  return [...parameters]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}
