import type { Operation } from '../../../shared/contract/operation.ts';

type Called = Pick<Operation, 'name' | 'path' | 'method' | 'idempotencyKey'>;

/** One call as it is typed in a shell that has `YIYING_API` and `YIYING_API_KEY`. */
export function curlSnippet(
  { path, method, idempotencyKey }: Called,
  input: Readonly<Record<string, unknown>>,
): string {
  const lines = [
    `curl ${method === 'GET' ? '--get ' : ''}"$YIYING_API${path}"`,
    '--header "Authorization: Bearer $YIYING_API_KEY"',
    ...(method === 'POST' ? ["--header 'Content-Type: application/json'"] : []),
    ...(idempotencyKey === 'required' ? ['--header "Idempotency-Key: $(openssl rand -hex 16)"'] : []),
    ...(method === 'POST'
      ? [`--data '${JSON.stringify(input).replaceAll("'", "'\\''")}'`]
      : Object.entries(input).map(([name, value]) => `--data-urlencode '${name}=${String(value)}'`)),
  ];
  return lines.join(' \\\n  ');
}

/** The same in TypeScript, for Node 20 and newer. */
export function typescriptSnippet(
  { path, method, idempotencyKey }: Called,
  input: Readonly<Record<string, unknown>>,
): string {
  const isGet = method === 'GET';
  const query = Object.keys(input).length > 0 && isGet;
  const url = `\`\${process.env.YIYING_API}${path}${query ? `?\${query}` : ''}\``;
  return [
    ...(query ? [`const query = new URLSearchParams(${literal(input, 0)});`] : []),
    `const reply = await fetch(${url}, {`,
    ...(isGet ? [] : ["  method: 'POST',"]),
    '  headers: {',
    `    Authorization: \`Bearer \${process.env.YIYING_API_KEY}\`,`,
    ...(isGet ? [] : ["    'Content-Type': 'application/json',"]),
    ...(idempotencyKey === 'required' ? ["    'Idempotency-Key': crypto.randomUUID(),"] : []),
    '  },',
    ...(isGet ? [] : [`  body: JSON.stringify(${literal(input, 2)}),`]),
    '});',
    'const answer = await reply.json(); // { success, data or error, requestId }',
  ].join('\n');
}

const WIDE = 90;

/** A value as one would write it: on one line while it fits. */
function literal(value: unknown, indent: number): string {
  const short = write(value);
  if (short.length + indent <= WIDE || typeof value !== 'object' || value === null) return short;
  const pad = ' '.repeat(indent + 2);
  const parts = Array.isArray(value)
    ? value.map((one) => literal(one, indent + 2))
    : Object.entries(value).map(([name, one]) => `${name}: ${literal(one, indent + 2)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${parts.map((part) => `${pad}${part},\n`).join('')}${' '.repeat(indent)}${close}`;
}

function write(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const parts = Object.entries(value).map(([name, one]) => `${name}: ${write(one)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}
