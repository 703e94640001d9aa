import { isIP } from 'node:net';

/**
 * The caller's address without a port, '' when it is none. Some gateways append one (`1.2.3.4:567`, `[::1]:80`);
 * an IPv4 address in IPv6's clothes is one address, not another bucket of the rate limit.
 */
export function sourceAddress(value: unknown): string {
  if (typeof value !== 'string') return '';
  const text = value.trim();
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const mapped = /^::ffff:([\d.]+)$/i.exec(bare)?.[1] ?? bare;
  return isIP(mapped) === 0 || mapped.includes('%') ? '' : mapped.toLowerCase();
}
