import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLATFORM_BODY_BYTES, readHttpEvent } from '../../../shared/http/scf-event.ts';
import apiGateway from './fixtures/api-gateway.json' with { type: 'json' };
import functionUrl from './fixtures/function-url.json' with { type: 'json' };

describe('the event of a Function URL', () => {
  const request = readHttpEvent(functionUrl);
  it('gives method, path, headers, query and body', () => {
    expect(request).toMatchObject({ method: 'POST', path: '/', requestId: undefined, bodyProblem: null });
    expect(request.headers['user-agent']).toBe('PostmanRuntime/7.36.0');
    expect({ ...request.query }).toEqual({ a: '1', b: '2' });
    expect(request.rawBody.toString()).toBe('{"test":"hello world"}');
  });
  it('gives the address that the platform wrote', () => {
    expect(request.sourceIp).toBe('111.206.96.145');
  });
});

describe('the event of API Gateway', () => {
  const request = readHttpEvent(apiGateway);
  it('gives method, path, request id, address and the actual query, not the declared parameters', () => {
    expect(request).toMatchObject({ method: 'POST', path: '/test/value', sourceIp: '10.0.2.14' });
    expect(request.requestId).toBe('c6af9ac6-7b61-11e6-9a41-93e8deadbeef');
    expect({ ...request.query }).toEqual({ foo: 'bar', bob: 'alice' });
  });
  it('has its header names in lower case', () => {
    expect(request.headers['accept-language']).toBe('en-US,en,cn');
    expect(request.headers['accept-Language']).toBeUndefined();
  });
});

describe('the source address', () => {
  const addressOf = (remote: string, sourceIp?: string) =>
    readHttpEvent({ headers: { 'x-scf-remote-addr': remote }, ...(sourceIp && { requestContext: { sourceIp } }) })
      .sourceIp;
  it.each([
    ['1.2.3.4:5678', '1.2.3.4'],
    ['[2001:DB8::1]:443', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['1.2.3.4, 5.6.7.8', ''],
    ['fe80::1%eth0', ''],
    ['nonsense', ''],
  ])('%s is read as "%s"', (remote, address) => {
    expect(addressOf(remote)).toBe(address);
  });
  it('comes from requestContext when both are there, and never from X-Forwarded-For', () => {
    expect(addressOf('9.9.9.9', '1.1.1.1:80')).toBe('1.1.1.1');
    expect(readHttpEvent({ headers: { 'X-Forwarded-For': '8.8.8.8' } }).sourceIp).toBe('');
  });
});

describe('the body', () => {
  it('stays what it was, byte for byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(readHttpEvent({ body: text }).rawBody.equals(Buffer.from(text, 'utf8'))).toBe(true);
      }),
    );
  });
  it('is decoded when the gateway encoded it', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const body = Buffer.from(bytes).toString('base64');
        const request = readHttpEvent({ body, isBase64Encoded: true });
        expect(request.rawBody.equals(bytes)).toBe(true);
        expect(request.bodyProblem).toBeNull();
      }),
    );
    expect(readHttpEvent({ body: 'aGk=', isBase64Encoded: 'false' }).rawBody.toString()).toBe('aGk=');
  });
  it.each(['a', 'a!bc', '=aaa', 'YQ==YQ=='])('that says base64 and is "%s" is unreadable', (body) => {
    expect(readHttpEvent({ body, isBase64Encoded: true }).bodyProblem).toBe('unreadable');
  });
  it('may have 6 MB and not one byte more', () => {
    expect(readHttpEvent({ body: 'x'.repeat(PLATFORM_BODY_BYTES) }).rawBody).toHaveLength(PLATFORM_BODY_BYTES);
    const over = readHttpEvent({ body: 'x'.repeat(PLATFORM_BODY_BYTES + 1) });
    expect(over).toMatchObject({ bodyProblem: 'too_large', rawBody: Buffer.alloc(0) });
  });
});

describe('headers and query keys that come more than once', () => {
  it('are joined, cookies by semicolons, and told apart from single ones', () => {
    const request = readHttpEvent({
      headers: { Accept: ['a', 'b'], cookie: ['x=1', 'y=2'], 'X-One': '1', 'x-one': '2' },
    });
    expect({ ...request.headers }).toEqual({ accept: 'a, b', cookie: 'x=1; y=2', 'x-one': '1, 2' });
    expect([...request.repeatedHeaders].sort()).toEqual(['accept', 'cookie', 'x-one']);
  });
  it('of a query keep the first value and are named', () => {
    const request = readHttpEvent({ queryString: { limit: ['1', '2'], cursor: 'c' } });
    expect({ ...request.query }).toEqual({ limit: '1', cursor: 'c' });
    expect([...request.repeatedQuery]).toEqual(['limit']);
    expect([...readHttpEvent({ queryString: 'a=1&a=2&b=%20x' }).repeatedQuery]).toEqual(['a']);
  });
  it('called like parts of a prototype are names like any other', () => {
    const request = readHttpEvent(
      JSON.parse('{"headers":{"__proto__":"a","constructor":"b"},"queryString":{"__proto__":"c"}}'),
    );
    expect(Object.keys(request.headers)).toEqual(['__proto__', 'constructor']);
    expect(Object.entries(request.query)).toEqual([['__proto__', 'c']]);
    expect(readHttpEvent({}).headers['constructor']).toBeUndefined();
    expect(readHttpEvent({}).query['toString']).toBeUndefined();
  });
});

describe('whatever comes instead of an event', () => {
  const known = fc.constantFrom(
    'httpMethod',
    'path',
    'headers',
    'queryString',
    'queryStringParameters',
    'body',
    'isBase64Encoded',
    'requestContext',
    'sourceIp',
    'requestId',
    'x-scf-remote-addr',
    '__proto__',
    'constructor',
  );
  const hostile = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue(),
      fc.string(),
      fc.constant(undefined),
      fc.array(tie('value')),
      fc.dictionary(known, tie('value')),
    ),
  })).value;
  it('is read without an error, into the shape of a request', () => {
    fc.assert(
      fc.property(hostile, (event) => {
        const request = readHttpEvent(event);
        expect(typeof request.method).toBe('string');
        expect(typeof request.path).toBe('string');
        expect(Buffer.isBuffer(request.rawBody)).toBe(true);
        expect(Object.values(request.headers).every((value) => typeof value === 'string')).toBe(true);
        expect(Object.values(request.query).every((value) => typeof value === 'string')).toBe(true);
        expect(Object.keys(request.headers).every((name) => name === name.toLowerCase())).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
