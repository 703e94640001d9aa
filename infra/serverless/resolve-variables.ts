/** What `${…}` in serverless.yml may refer to. The same four sources mean the same to osls. */
export interface Variables {
  /** `${sls:stage}`. */
  readonly stage: string;
  /** `${env:NAME}`, `${env:NAME, 'default'}`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const VARIABLE = /\$\{(sls|env|opt|self):([A-Za-z0-9_.-]+)(?:,\s*'([^']*)')?\}/g;

/**
 * The document with every `${…}` replaced. A variable without value and default, or of another form, becomes a problem.
 * `${opt:stage}` is the stage; `${self:a.b}` another value of the document, itself resolved.
 */
export function resolveVariables(document: unknown, variables: Variables): { document: unknown; problems: string[] } {
  const problems: string[] = [];
  const lookUp = (source: string, name: string, depth: number): string | undefined => {
    if (source === 'env') return variables.env[name];
    if (source === 'sls' || source === 'opt') return name === 'stage' ? variables.stage : undefined;
    if (depth > 8) return undefined;
    const found = name.split('.').reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), document);
    return typeof found === 'string' || typeof found === 'number'
      ? resolveText(String(found), name, depth + 1)
      : undefined;
  };
  const resolveText = (text: string, at: string, depth: number): string => {
    const resolved = text.replace(VARIABLE, (whole, source: string, name: string, fallback: string | undefined) => {
      const value = lookUp(source, name, depth) ?? fallback;
      if (value === undefined) problems.push(`${at}: ${whole} has neither a value nor a default`);
      return value ?? '';
    });
    if (resolved.includes('${')) problems.push(`${at}: ${text} holds a variable of a form that is not read here`);
    return resolved;
  };
  const walk = (value: unknown, at: string): unknown => {
    if (typeof value === 'string') return resolveText(value, at, 0);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, `${at}.${index}`));
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, walk(item, at === '' ? key : `${at}.${key}`)]),
    );
  };
  return { document: walk(document, ''), problems: [...new Set(problems)] };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
