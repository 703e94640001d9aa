import { createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decryptResource, openSealed } from '../../../shared/payments/wechat/decrypt-resource.ts';

const hex = (text: string) => Buffer.from(text, 'hex');
type Open = (key: KeyObject, nonce: Uint8Array, associatedData: Uint8Array, sealed: Uint8Array) => Buffer;

const KEY = 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308';
const NONCE = 'cafebabefacedbaddecaf888';
const PLAIN =
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39';
const SEALED =
  '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662';

/** McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13–16: AES-256 with a nonce of 12 bytes. */
const VECTORS = [
  {
    key: '00'.repeat(32),
    nonce: '00'.repeat(12),
    aad: '',
    plain: '',
    sealed: '',
    tag: '530f8afbc74536b9a963b4f1c4cb738b',
  },
  {
    key: '00'.repeat(32),
    nonce: '00'.repeat(12),
    aad: '',
    plain: '00'.repeat(16),
    sealed: 'cea7403d4d606b6e074ec5d3baf39d18',
    tag: 'd0d1c8a799996bf0265b98b5d48ab919',
  },
  {
    key: KEY,
    nonce: NONCE,
    aad: '',
    plain: `${PLAIN}1aafd255`,
    sealed: `${SEALED}898015ad`,
    tag: 'b094dac5d93471bdec1a502270e3cc6c',
  },
  {
    key: KEY,
    nonce: NONCE,
    aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    plain: PLAIN,
    sealed: SEALED,
    tag: '76fc6ece0f4e1768cddf8853bb2d551b',
  },
];

function opens(open: Open, key: string, nonce: string, aad: string, sealed: Uint8Array): string | undefined {
  try {
    return open(createSecretKey(hex(key)), hex(nonce), hex(aad), sealed).toString('hex');
  } catch {
    return undefined;
  }
}

/** How many alterations of the vectors still open: each single bit of ciphertext, tag, nonce and associated data. */
function alterationsThatOpen(open: Open): number {
  let opened = 0;
  for (const { key, nonce, aad, sealed, tag } of VECTORS) {
    const parts = [hex(nonce), hex(aad), hex(sealed + tag)] as const;
    for (const part of parts) {
      for (let bit = 0; bit < part.length * 8; bit += 1) {
        part[bit >> 3]! ^= 1 << (bit & 7);
        const [n, a, s] = parts;
        if (opens(open, key, n.toString('hex'), a.toString('hex'), s) !== undefined) opened += 1;
        part[bit >> 3]! ^= 1 << (bit & 7);
      }
    }
  }
  return opened;
}

describe('AES-256-GCM', () => {
  it('opens the published vectors', () => {
    for (const { key, nonce, aad, plain, sealed, tag } of VECTORS) {
      expect(opens(openSealed, key, nonce, aad, hex(sealed + tag))).toBe(plain);
    }
  });

  it('opens nothing in which a single bit was changed', () => {
    expect(alterationsThatOpen(openSealed)).toBe(0);
  });

  it('would be caught if it did not check the tag', () => {
    const withoutFinal: Open = (key, nonce, aad, sealed) => {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
      decipher.setAAD(aad);
      decipher.setAuthTag(sealed.subarray(-16));
      return decipher.update(sealed.subarray(0, -16));
    };
    expect(alterationsThatOpen(withoutFinal)).toBeGreaterThan(1000);
  });

  it('opens nothing whose tag is cut short', () => {
    const { key, nonce, aad, sealed, tag } = VECTORS[3]!;
    for (const size of [0, 4, 8, 12, 15]) {
      expect(opens(openSealed, key, nonce, aad, hex(sealed + tag).subarray(0, 60 + size))).toBeUndefined();
    }
    expect(opens(openSealed, key, nonce, aad, hex(tag).subarray(0, 12))).toBeUndefined();
  });

  it('says which length is wrong', () => {
    const open = (nonce: number, sealed: number) => () =>
      openSealed(createSecretKey(hex(KEY)), Buffer.alloc(nonce), Buffer.alloc(0), Buffer.alloc(sealed));
    for (const size of [0, 11, 13, 16]) expect(open(size, 16)).toThrow('the nonce must have 12 bytes');
    for (const size of [0, 15]) expect(open(12, size)).toThrow('the ciphertext is shorter than its tag');
  });
});

describe('a resource of WeChat Pay', () => {
  /** From the vendor's own SDK for Java, AeadAesCipherTest. */
  const key = createSecretKey(Buffer.from('a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb'));
  const resource = {
    ciphertext: 'ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=',
    nonce: 'uluk4a9R25RW',
    associated_data: 'associatedData',
  };

  it('opens with its key', () => {
    expect(decryptResource(resource, key)?.toString()).toBe('message');
  });

  it.each([
    ['associated data', { associated_data: 'associatedDatA' }],
    ['nonce', { nonce: 'uluk4a9R25RX' }],
    ['nonce of another length', { nonce: 'uluk4a9R25R' }],
    ['ciphertext', { ciphertext: 'vlwSiIajGClcvcOYvOQ7+l+0PAbzzwI=' }],
    ['nothing', { ciphertext: '' }],
  ])('does not open with another %s', (_, over) => {
    expect(decryptResource({ ...resource, ...over }, key)).toBeUndefined();
  });

  it('does not open with another key', () => {
    expect(decryptResource(resource, createSecretKey(Buffer.alloc(32, 'x')))).toBeUndefined();
  });
});
