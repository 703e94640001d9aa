/** Where a channel may be asked: HTTPS, or HTTP on the loopback address (the local cashier); without query or fragment. */
export function isAllowedBase(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, search, hash } = new URL(url);
  const loopback = hostname === '127.0.0.1' || hostname === 'localhost';
  return search === '' && hash === '' && (protocol === 'https:' || (protocol === 'http:' && loopback));
}
