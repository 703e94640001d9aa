import { isIPv6 } from 'node:net';

/**
 * What an address counts as in limits: itself, or an IPv6 address's /64, of which one subscriber has 2^64. In full
 * (`2001:db8:0:1::/64`), so that one network has one spelling.
 */
export function limitAddress(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - left.length - right.length - (right.at(-1)?.includes('.') ? 1 : 0);
  const groups = [...left, ...Array<string>(missing).fill('0'), ...right].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
