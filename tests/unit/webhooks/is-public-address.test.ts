import { describe, expect, it } from 'vitest';
import { createWebhook } from '../../../shared/contract/webhooks.ts';
import { isPublicAddress } from '../../../shared/webhooks/is-public-address.ts';

describe('an address that is not for everybody', () => {
  it.each([
    ...[
      '127.0.0.1',
      '127.255.255.254',
      '0.0.0.0',
      '0.1.2.3',
      '10.0.0.1',
      '10.255.255.255',
      '172.16.0.1',
      '172.31.255.255',
    ],
    ...[
      '192.168.0.1',
      '169.254.169.254',
      '169.254.0.23',
      '100.64.0.1',
      '100.100.100.200',
      '100.127.255.255',
      '192.0.0.192',
    ],
    ...[
      '192.0.2.1',
      '198.18.0.1',
      '198.19.255.255',
      '198.51.100.1',
      '203.0.113.1',
      '192.88.99.1',
      '224.0.0.1',
      '239.1.1.1',
    ],
    ...[
      '240.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '::ffff:a9fe:a9fe',
      '::7f00:1',
    ],
    ...['64:ff9b::7f00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:0:4136:e378::1', '2001:db8::1', '2002:7f00:1::1'],
    ...[
      '2002:a9fe:a9fe::',
      '3fff::1',
      '5f00::1',
      'fc00::1',
      'fd00:ec2::254',
      'fe80::1',
      'fe80::1%eth0',
      'fec0::1',
      'ff02::1',
    ],
    ...['', 'localhost', '2130706433', '0x7f000001', '127.1', '8.8.8.8 ', '[2606:4700::1111]'],
  ])('%s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '169.253.1.1',
    '223.5.5.5',
    '2606:4700::1111',
    '2400:3200::1',
    '2001:4860:4860::8888',
  ])('is another than %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

const rulesOf = (url: string) => createWebhook.input.safeParse({ url, events: ['task.ended'] }).success;

describe('an endpoint', () => {
  it.each([
    'https://hooks.example.com',
    'https://hooks.example.com/a/b?c=d',
    'https://xn--fiq228c.example.cn/',
    'https://hooks.example.com:443/',
  ])('may be %s', (url) => expect(rulesOf(url)).toBe(true));

  it.each([
    ...[
      'http://hooks.example.com/',
      'ftp://hooks.example.com/',
      'hooks.example.com',
      'https://',
      'javascript:alert(1)',
      '',
    ],
    ...[
      'https://127.0.0.1/',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://017700000001/',
      'https://127.1/',
      'https://[::1]/',
    ],
    ...[
      'https://[::ffff:7f00:1]/',
      'https://localhost/',
      'https://intranet/',
      'https://hooks.example.com:8443/',
      'https://hooks.example.com:22/',
    ],
    ...[
      'https://a:b@hooks.example.com/',
      'https://a@hooks.example.com/',
      'https://hooks.example.com/#x',
      'https://hooks.example.com./',
    ],
    ...[
      'https://１２７.0.0.1/',
      'https://hooks.example.com/\n',
      ` https://hooks.example.com/`,
      `https://hooks.example.com/${'x'.repeat(500)}`,
    ],
  ])('may not be %s', (url) => {
    expect(rulesOf(url)).toBe(false);
  });
});
