import { BlockList, isIP } from 'node:net';

/**
 * Not for everybody: loopback, private, link-local with the clouds' metadata (169.254.0.23 of Tencent, 169.254.169.254), shared, test,
 * benchmark, multicast and reserved ranges of https://www.iana.org/assignments/iana-ipv4-special-registry.
 */
const SPECIAL_IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
];
/**
 * Global unicast alone is routed; of it what speaks for an IPv4 address (Teredo, 6to4), benchmarks and examples is not. All other forms of an
 * IPv4 address (::ffff:0:0/96, ::/96, 64:ff9b::/96) and every local range lie outside.
 * https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const GLOBAL_IPV6 = '2000::/3';
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const listOf = (ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
};
const [special4, special6, global6] = [
  listOf(SPECIAL_IPV4, 'ipv4'),
  listOf(SPECIAL_IPV6, 'ipv6'),
  listOf([GLOBAL_IPV6], 'ipv6'),
];

/** Whether anybody on the internet could be asked at this address; what is no address is not one. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special4.check(address, 'ipv4');
  return family === 6 && global6.check(address, 'ipv6') && !special6.check(address, 'ipv6');
}
