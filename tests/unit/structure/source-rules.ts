/** A pattern that source may hold only in the places listed, each with its reason. */
interface Rule {
  readonly name: string;
  readonly pattern: RegExp;
  /** Which files it binds. */
  readonly scope: RegExp;
  readonly allowed: Readonly<Record<string, string>>;
}

const DEPLOYED = /^(functions|shared)\//;

export const RULES: readonly Rule[] = [
  {
    name: 'the environment is read in shared/config only',
    pattern: /\bprocess\.env\b/,
    scope: DEPLOYED,
    allowed: {
      'shared/config/read-config.ts': 'the one reader of configuration',
      'shared/config/credentials.ts': "the role's temporary keys, which change while an instance lives",
    },
  },
  {
    name: 'the clock is read in shared/clock.ts only',
    pattern: /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\)|\bperformance\.now\b|\bhrtime\b/,
    scope: DEPLOYED,
    allowed: { 'shared/clock.ts': 'the one clock' },
  },
  {
    name: 'randomness comes from shared/id.ts',
    pattern: /\brandom(Bytes|Int|UUID|Fill|FillSync)\b|\bgetRandomValues\b/,
    scope: DEPLOYED,
    allowed: {
      'shared/id.ts': 'ids, tokens, codes',
      'shared/db/database.ts': 'the jitter between two attempts',
      'shared/payments/wechat/send-request.ts': "the nonce of WeChat's signature",
    },
  },
  { name: 'no weak randomness', pattern: /\bMath\.random\b/, scope: DEPLOYED, allowed: {} },
  { name: 'no console: log lines go through shared/logging', pattern: /\bconsole\./, scope: DEPLOYED, allowed: {} },
  {
    name: 'pages say nothing to the console but warnings and errors',
    pattern: /\bconsole\.(?!warn\b|error\b)/,
    scope: /^web\//,
    allowed: {},
  },
  {
    name: 'pages put text into elements, never markup that is read as HTML',
    pattern:
      /\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|setHTMLUnsafe|parseHTMLUnsafe|createContextualFragment|DOMParser|srcdoc|srcDoc)\b|\bdocument\.write(ln)?\b|\beval\(|\bnew Function\b/,
    scope: /^web\//,
    allowed: {},
  },
  { name: 'zod is zod/mini', pattern: /from 'zod(?!\/mini')[^']*'/, scope: DEPLOYED, allowed: {} },
  {
    name: 'who moderates is chosen behind the switch of operators',
    pattern: /(?<!\bwhileModerated\()\bchoose(?:Result)?Moderators?\(/,
    scope: DEPLOYED,
    allowed: {
      'shared/moderation/choose-moderator.ts': 'declares it',
      'shared/moderation/choose-moderators.ts': 'declares them',
    },
  },
  {
    name: 'a function that moderates asks the switch for each piece of work',
    pattern:
      /MODERATION_CONFIG(?![\s\S]*\b(?:moderatorsOf|whileModerated)\([\s\S]*\.\.\.\(await moderators\(nowMs\)\))/,
    scope: /^functions\//,
    allowed: {},
  },
  {
    name: 'a file is named for what it exports',
    pattern: /^/,
    scope: /(^|\/)(utils?|helpers?|common|misc|types?|index)(\.ts|\/)/,
    allowed: {},
  },
  {
    name: 'what is due at the same moment is read in the order of a key, whatever the plan of the database',
    pattern: /(?<=\bSELECT\b(?:(?!\bDELETE\b)[^;])*)ORDER BY (?:\w+\.)?\w+_at LIMIT \?/,
    scope: /^shared\//,
    allowed: { 'shared/moderation/content-refusals.ts': 'objects to be deleted, each for itself' },
  },
  {
    name: 'nothing is left to do',
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
    scope: /^(functions|shared|infra|scripts|web)\//,
    allowed: {},
  },
];

/** Longer than 300 lines, with the reason. */
export const LONG_FILES: Readonly<Record<string, string>> = {
  'scripts/soak/bursts/scenarios.ts': 'a table: one short scenario after another',
};
const MAX_LINES = 300;
const MAX_HANDLER_LINES = 40;

/** What the file breaks, one sentence each. */
export function brokenRules(file: string, text: string): string[] {
  const code = withoutComments(text);
  const broken = RULES.filter(
    ({ pattern, scope, allowed }) => scope.test(file) && !(file in allowed) && pattern.test(code),
  ).map(({ name }) => `${file}: ${name}`);
  const lines = text.trimEnd().split('\n').length;
  if (file.startsWith('functions/') && file.endsWith('/handler.ts') && lines > MAX_HANDLER_LINES)
    broken.push(`${file}: ${lines} lines of a handler's 40`);
  if (lines > MAX_LINES && !(file in LONG_FILES)) broken.push(`${file}: ${lines} lines, 300 without a reason`);
  return broken;
}

/** Good enough for what prettily formatted code holds: `//` of an address in a string is preceded by a colon. */
function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|[\s;{}(),])\/\/(?!.*(TODO|FIXME|XXX|HACK)).*$/gm, '$1');
}
