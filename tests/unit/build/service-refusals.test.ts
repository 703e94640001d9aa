// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the variables of serverless.yml
import { describe, expect, it } from 'vitest';
import { parseService, ServiceInvalid } from '../../../infra/serverless/read-service.ts';

const TEXT = `
service: shop
configValidationMode: error
provider:
  name: tencent
  stage: \${opt:stage, 'dev'}
  region: \${env:REGION, 'ap-guangzhou'}
  runtime: Nodejs20.19
  memorySize: 256
  environment: { STAGE: "\${sls:stage}", PLACE: "\${self:provider.region}/\${self:provider.stage}" }
  customDomain: { domain: api.example.com, protocol: HTTPS, certificateId: "\${env:CERTIFICATE}" }
functions:
  login:
    namespace: shop-\${sls:stage}
    events: [{ http: { path: /v1/login } }]
  start:
    namespace: shop-\${sls:stage}
    memorySize: 3072
    timeout: 270
    environment: { BUCKET: photos-1250000000 }
    events: [{ cos: { bucket: photos-1250000000.cos.ap-guangzhou.myqcloud.com, events: "cos:ObjectCreated:*", filter: { prefix: inputs/ } } }]
  sweep:
    namespace: shop-\${sls:stage}
    events: [{ timer: { name: sweep, cron: "*/20 * * * * * *" } }]
`;

const read = (text: string, env: Record<string, string> = { CERTIFICATE: 'c' }, hasHandler = () => true) =>
  parseService(text, { stage: 'test', env }, hasHandler);
const problemsOf = (...change: Parameters<typeof read>): readonly string[] => {
  try {
    read(...change);
  } catch (error) {
    if (error instanceof ServiceInvalid) return error.problems;
    throw error;
  }
  return [];
};
const changed = (from: string, to: string): readonly string[] => {
  expect(TEXT).toContain(from);
  return problemsOf(TEXT.replace(from, to));
};

describe('a service', () => {
  it('is read with its variables resolved and its defaults filled in', () => {
    const service = read(TEXT);
    expect(service).toMatchObject({ name: 'shop', stage: 'test', region: 'ap-guangzhou', vpc: null });
    expect(service.customDomain).toEqual({
      domain: 'api.example.com',
      protocol: 'HTTPS',
      certificateId: 'c',
      rules: [{ path: '/v1/login', namespace: 'shop-test', functionName: 'login' }],
    });
    const [login, start, sweep] = service.functions;
    expect(login).toMatchObject({
      namespace: 'shop-test',
      source: 'functions/login',
      handler: 'index.main',
      memoryMb: 256,
      timeoutSeconds: 10,
      environment: { STAGE: 'test', PLACE: 'ap-guangzhou/test' },
      http: { path: '/v1/login', authType: 'NONE', extranet: true },
      asyncInvoke: { retries: 2, maxAgeSeconds: 21_600 },
    });
    expect(start).toMatchObject({
      memoryMb: 3072,
      timeoutSeconds: 270,
      environment: { STAGE: 'test', BUCKET: 'photos-1250000000' },
      cos: [{ bucket: 'photos-1250000000', events: 'cos:ObjectCreated:*', prefix: 'inputs/', suffix: '' }],
    });
    expect(sweep?.timers).toEqual([{ name: 'sweep', cron: '*/20 * * * * * *', message: '' }]);
  });

  it('takes a variable from the environment before its default', () => {
    expect(read(TEXT, { CERTIFICATE: 'c', REGION: 'ap-shanghai' }).functions[0]?.environment['PLACE']).toBe(
      'ap-shanghai/test',
    );
  });

  it('reads retries, a dead letter, and the connections that the database allows, as text too', () => {
    const text = TEXT.replace(
      'timeout: 270',
      'asyncInvoke: { retries: 1, maxAgeSeconds: 600 }\n    deadLetter: { type: CMQ-QUEUE, name: lost }',
    ).replace('memorySize: 256\n  environment', "memorySize: 256\n  databaseConnections: '800'\n  environment");
    const service = read(text);
    expect(service.databaseConnections).toBe(800);
    expect(service.functions[1]).toMatchObject({
      asyncInvoke: { retries: 1, maxAgeSeconds: 600 },
      deadLetter: { type: 'CMQ-QUEUE', name: 'lost' },
    });
    expect(read(text.replace('type: CMQ-QUEUE, name: lost', "type: '', name: ''")).functions[1]?.deadLetter).toBe(null);
  });

  it('names layers for the stage, in their order', () => {
    const { functions } = read(TEXT.replace('timeout: 270', 'layers: { native: [node_modules/], media: [media/] }'));
    expect(functions.map(({ layers }) => layers)).toEqual([
      [],
      [
        { name: 'shop-test-native', folders: ['node_modules/'] },
        { name: 'shop-test-media', folders: ['media/'] },
      ],
      [],
    ]);
  });

  it('may reserve up to what must be left for the others, and all of it where there are none', () => {
    expect(problemsOf(TEXT.replace('timeout: 270', 'reservedConcurrency: 40'))).toEqual([]);
    const alone = TEXT.replaceAll('namespace:', 'reservedConcurrency: 1\n    namespace:');
    expect(
      problemsOf(
        alone.replace(
          'Concurrency: 1\n    namespace: shop-${sls:stage}\n    memorySize',
          'Concurrency: 41\n    namespace: shop-${sls:stage}\n    memorySize',
        ),
      ),
    ).toEqual([]);
  });

  it('with a model for cut-outs has memory for it, or is told what to do', () => {
    const given = TEXT.replace('BUCKET:', 'CUTOUT_MODEL_PATH: "${env:MODEL, \'\'}", BUCKET:');
    const small = given.replace('memorySize: 3072', 'memorySize: 2176');
    const env = { CERTIFICATE: 'c', MODEL: '/mnt/isnet.onnx' };
    expect(problemsOf(small)).toEqual([]);
    expect(problemsOf(small, env)).toEqual([
      'functions.start: memorySize 2176 is too little for the model of CUTOUT_MODEL_PATH: set memorySize: 2304 and reservedConcurrency: 10, or unset CUTOUT_MODEL_PATH',
    ]);
    expect(problemsOf(small.replace('2176', '2304'), env)).toEqual([]);
  });

  it('names every problem at once', () => {
    const text = TEXT.replace('timeout: 270', 'timeout: 901').replace('memorySize: 3072', 'memorySize: 3000');
    expect(problemsOf(text)).toHaveLength(2);
  });
});

describe('a service is refused for', () => {
  it.each([
    [
      'a variable without value',
      '${env:CERTIFICATE}',
      '${env:OTHER}',
      '${env:OTHER} has neither a value nor a default',
    ],
    ['a variable of another form', '${env:CERTIFICATE}', '${ssm:/a/b}', 'of a form that is not read here'],
    [
      'an unknown key at the top',
      'service: shop',
      'service: shop\nframeworkVersion: 3',
      'unknown key frameworkVersion',
    ],
    ['an unknown key of a function', 'timeout: 270', 'timeOut: 270', 'functions.start: unknown key timeOut'],
    [
      'an unknown key of an event',
      'path: /v1/login',
      'path: /v1/login, method: POST',
      'functions.login.events.0.http: unknown key method',
    ],
    [
      'an unknown event',
      'timer: { name: sweep,',
      'clock: { name: sweep,',
      'functions.sweep.events.0: must be one of http, cos, timer',
    ],
    ['another provider', 'name: tencent', 'name: aws', 'provider.name'],
    ['another runtime', 'Nodejs20.19', 'Nodejs12.16', 'provider.runtime'],
    [
      'a memory between the steps',
      'memorySize: 3072',
      'memorySize: 3000',
      'memorySize 3000 must be 64, or a multiple of 128',
    ],
    ['too much memory', 'memorySize: 3072', 'memorySize: 3200', 'memorySize 3200'],
    ['too long a timeout', 'timeout: 270', 'timeout: 901', 'timeout 901 must be 1–900 seconds'],
    [
      'a description that leaves no room',
      'timeout: 270',
      `description: ${'x'.repeat(901)}`,
      'functions.start.description',
    ],
    ['a timeout of none', 'timeout: 270', 'timeout: 0', 'timeout 0'],
    ['a cron of five fields', '*/20 * * * * * *', '*/5 * * * *', 'timer sweep: cron "*/5 * * * *" has 5 fields'],
    ['a path with a parameter', 'path: /v1/login', "path: '/v1/tasks/{id}'", 'http path /v1/tasks/{id} is not'],
    ['a handler in a folder', 'timeout: 270', 'handler: dist/start.main', 'must be file.export'],
    ['a reserved key', 'BUCKET: photos', 'SCF_BUCKET: photos', 'begins with SCF_'],
    ['a key that is none', 'BUCKET: photos', '"NOT-A-KEY": photos', 'environment key NOT-A-KEY must match'],
    [
      'an environment over 4 KB',
      'BUCKET: photos',
      `BIG: ${'x'.repeat(4096)}, BUCKET: photos`,
      'the platform allows 4096',
    ],
    ['a name of one letter', '  sweep:\n', '  s:\n', 'functions.s: the name must have 2–60 characters'],
    ['a name with a dot', '  sweep:\n', '  swe.ep:\n', 'functions.swe.ep: the name'],
    ['a cron out of its range', '*/20 * * * * * *', '0 61 * * * * *', 'cron field minute "61" must stay within 0–59'],
    ['a cron of words', '*/20 * * * * * *', '0 0 9 * * MON *', 'cron field week "MON" is not made of numbers'],
    ['too long an init', 'timeout: 270', 'initTimeout: 301', 'initTimeout 301 must be 3–300 seconds'],
    [
      'one timer twice',
      '[{ timer: { name: sweep, cron: "*/20 * * * * * *" } }]',
      '[{ timer: { name: sweep, cron: "0 * * * * * *" } }, { timer: { name: sweep, cron: "30 * * * * * *" } }]',
      'functions.sweep: timer sweep is declared twice',
    ],
    [
      'a namespace that is no name',
      'sweep:\n    namespace: shop-${sls:stage}',
      'sweep:\n    namespace: 9shop',
      'namespace 9shop has 5 characters, it must have 2–30',
    ],
    [
      'a namespace that is too long',
      'sweep:\n    namespace: shop-${sls:stage}',
      `sweep:\n    namespace: shop-${'x'.repeat(26)}`,
      `namespace shop-${'x'.repeat(26)} has 31 characters, it must have 2–30`,
    ],
    [
      'more connections than the database allows',
      'memorySize: 256\n  environment',
      'memorySize: 256\n  databaseConnections: 499\n  access: { secrets: [database] }\n  environment',
      'the functions may hold 500 connections at once, provider.databaseConnections says 499',
    ],
    [
      'connections that are no number',
      'memorySize: 256\n  environment',
      'memorySize: 256\n  databaseConnections: many\n  environment',
      'provider.databaseConnections',
    ],
    [
      'a dead letter of what nobody calls later',
      'events: [{ http: { path: /v1/login } }]',
      'deadLetter: { type: CMQ, name: lost }\n    events: [{ http: { path: /v1/login } }]',
      'functions.login: deadLetter without a cos or timer event',
    ],
    [
      'a dead letter without a type',
      'timeout: 270',
      "deadLetter: { type: '', name: lost }",
      'functions.start: deadLetter lost has no type',
    ],
    [
      'a dead letter without a name',
      'timeout: 270',
      "deadLetter: { type: CMQ, name: '' }",
      'functions.start: deadLetter of type CMQ has no name',
    ],
    [
      'an unknown key of a dead letter',
      'timeout: 270',
      'deadLetter: { type: CMQ, name: lost, queue: x }',
      'functions.start.deadLetter: unknown key queue',
    ],
    [
      'a folder in two layers',
      'timeout: 270',
      'layers: { native: [node_modules/], more: [media/, node_modules/] }',
      'functions.start: node_modules/ lies in two layers',
    ],
    [
      'six layers',
      'timeout: 270',
      'layers: { a: [a/], b: [b/], c: [c/], d: [d/], e: [e/], f: [f/] }',
      'functions.start: 6 layers, at most 5',
    ],
    [
      'a layer of a file',
      'timeout: 270',
      'layers: { native: [index.js] }',
      'functions.start.layers.native.0: must be a folder/',
    ],
    [
      'a retry for ever',
      'timeout: 270',
      'asyncInvoke: { retries: 2, maxAgeSeconds: 30000 }',
      'asyncInvoke.maxAgeSeconds',
    ],
    ['a suffix without dot', 'prefix: inputs/ }', 'prefix: inputs/, suffix: jpg }', 'must start with a dot'],
    ['an event that COS does not know', 'cos:ObjectCreated:*', 'cos:ObjectMade:*', 'must be an event of COS'],
    ['a bucket without AppId', 'photos-1250000000.cos', 'photos.cos', 'cos bucket photos must be {name}-{appId}'],
    ['HTTPS without certificate', ', certificateId: "${env:CERTIFICATE}"', '', 'HTTPS needs a certificateId'],
    [
      'no event of two',
      'events: [{ http: { path: /v1/login } }]',
      'events: [{ http: { path: /a } }, { http: { path: /b } }]',
      'more than one http event',
    ],
    ['too much reserved', 'timeout: 270', 'reservedConcurrency: 50', 'reservedConcurrency takes 153600 MB'],
    [
      'too little left for what reserves nothing',
      'timeout: 270',
      'reservedConcurrency: 41',
      'takes 125952 MB in all, a region has 128000: functions without it need 4096, 16 instances of the largest',
    ],
    [
      'retries that the platform has not',
      'timeout: 270',
      'asyncInvoke: { retries: 3, maxAgeSeconds: 60 }',
      'functions.start.asyncInvoke.retries',
    ],
  ])('%s', (_what, from, to, problem) => {
    expect(changed(from, to).join('\n')).toContain(problem);
  });

  it('a handler that does not exist', () => {
    expect(problemsOf(TEXT, { CERTIFICATE: 'c' }, () => false)).toContain(
      'functions.login: functions/login/handler.ts does not exist',
    );
  });

  it('text that is no YAML, or has a key twice', () => {
    expect(problemsOf('a: [')[0]).toContain('not YAML');
    expect(problemsOf(`${TEXT}\nservice: again\n`)[0]).toContain('not YAML');
  });

  it('one path for two functions', () => {
    const text = TEXT.replace(
      'events: [{ timer: { name: sweep, cron: "*/20 * * * * * *" } }]',
      'events: [{ http: { path: /v1/login } }]',
    );
    expect(problemsOf(text)).toEqual(['http path /v1/login belongs to login and to sweep']);
  });

  it.each([
    ['inputs/', '', true],
    ['inputs/a/', '', true],
    ['', '', true],
    ['', '.jpg', true],
    ['outputs/', '', false],
    ['input', '', true],
  ])('COS rules that see the same object: inputs/ and %s*%s', (prefix, suffix, overlaps) => {
    const other = `events: [{ cos: { bucket: photos-1250000000, events: "cos:ObjectCreated:Put", filter: { prefix: "${prefix}", suffix: "${suffix}" } } }]`;
    const text = TEXT.replace('events: [{ timer: { name: sweep, cron: "*/20 * * * * * *" } }]', other);
    expect(problemsOf(text)).toEqual(overlaps ? [expect.stringContaining('overlap')] : []);
  });

  it('more namespaces than a region has', () => {
    const many = Array.from(
      { length: 5 },
      (_, n) =>
        `  fn-${n}:\n    namespace: shop-${n}\n    events: [{ timer: { name: tick, cron: "0 0 * * * * *" } }]\n`,
    );
    expect(problemsOf(TEXT + many.join(''))).toEqual(['6 namespaces beside default, the platform allows 5 a region']);
  });

  it('more than ten triggers of one kind on one function or bucket', () => {
    const timers = Array.from({ length: 11 }, (_, n) => `{ timer: { name: tick-${n}, cron: "0 0 * * * * *" } }`);
    const of = (events: string[]) =>
      TEXT.replace('[{ timer: { name: sweep, cron: "*/20 * * * * * *" } }]', `[${events.join(', ')}]`);
    expect(problemsOf(of(timers))).toEqual(['functions.sweep: more than 10 timer events']);
    const rules = Array.from(
      { length: 11 },
      (_, n) =>
        `{ cos: { bucket: photos-1250000000, events: "cos:ObjectCreated:Put", filter: { prefix: "x${n}x/" } } }`,
    );
    expect(problemsOf(of(rules))).toEqual([
      'functions.sweep: more than 10 cos events',
      'cos bucket photos-1250000000 has more than 10 triggers',
    ]);
  });

  it('more functions than a namespace holds', () => {
    const many = Array.from(
      { length: 44 },
      (_, n) =>
        `  fn-${n}:\n    namespace: shop-test\n    events: [{ timer: { name: tick, cron: "0 0 * * * * *" } }]\n`,
    );
    expect(problemsOf(TEXT + many.join(''))).toEqual(['namespace shop-test has 47 functions, at most 45']);
  });
});
