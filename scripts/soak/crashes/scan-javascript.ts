/**
 * Finds its way through JavaScript as esbuild prints it: a semicolon after every statement. Not a parser, and
 * whatever it gets wrong does not compile afterwards.
 */

const WORD = /[\w$]/;
/** After these a slash begins a regular expression; after a value it divides. */
const BEFORE_EXPRESSION = /(?:[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|void|await))$/;
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Where what begins at `at` ends: a literal as a whole, a word as a whole, else one character. */
export function endOfToken(code: string, at: number): number {
  const first = code.charAt(at);
  if (first === '"' || first === "'") return endOfQuoted(code, at, first);
  if (first === '`') return endOfTemplate(code, at);
  if (first === '/' && /[/*]/.test(code.charAt(at + 1))) return endOfComment(code, at);
  if (first === '/' && BEFORE_EXPRESSION.test(code.slice(Math.max(0, at - 40), at).trimEnd()))
    return endOfPattern(code, at);
  if (!WORD.test(first)) return at + 1;
  let end = at + 1;
  while (WORD.test(code.charAt(end))) end++;
  return end;
}

/** Where the bracket that opens at `at` is closed. */
export function endOfBracket(code: string, at: number): number {
  const closing = CLOSING[code.charAt(at)];
  let next = at + 1;
  while (next < code.length) {
    const token = code.charAt(next);
    if (token === closing) return next + 1;
    next = token in CLOSING ? endOfBracket(code, next) : endOfToken(code, next);
  }
  throw new Error(`a bracket at ${at} is never closed`);
}

/** Where the operand of an `await` ends that begins at or after `at`: a value with its calls, members and indexes. */
export function endOfOperand(code: string, at: number): number {
  let end = skipSpace(code, at);
  for (let word = wordAt(code, end); word === 'new' || word === 'await'; word = wordAt(code, end)) {
    end = skipSpace(code, end + word.length);
  }
  end = code.charAt(end) in CLOSING ? endOfBracket(code, end) : endOfToken(code, end);
  for (;;) {
    const next = skipSpace(code, end);
    const token = code.charAt(next);
    if (token === '(' || token === '[') end = endOfBracket(code, next);
    else if (token === '`') end = endOfTemplate(code, next);
    else if (token === '.') end = endOfToken(code, skipSpace(code, next + 1));
    else if (token === '?' && code.charAt(next + 1) === '.') end = endOfOptional(code, next + 2);
    else return end;
  }
}

const endOfOptional = (code: string, at: number): number =>
  code.charAt(at) in CLOSING ? endOfBracket(code, at) : endOfToken(code, at);

const skipSpace = (code: string, at: number): number => {
  let next = at;
  while (/\s/.test(code.charAt(next))) next++;
  return next;
};

const wordAt = (code: string, at: number): string => code.slice(at, endOfToken(code, at));

function endOfQuoted(code: string, at: number, quote: string): number {
  let end = at + 1;
  while (charAt(code, end) !== quote) end += charAt(code, end) === '\\' ? 2 : 1;
  return end + 1;
}

function endOfTemplate(code: string, at: number): number {
  let end = at + 1;
  while (charAt(code, end) !== '`') {
    if (code.startsWith('${', end)) end = endOfBracket(code, end + 1);
    else end += charAt(code, end) === '\\' ? 2 : 1;
  }
  return end + 1;
}

function endOfPattern(code: string, at: number): number {
  let end = at + 1;
  for (let inClass = false; inClass || charAt(code, end) !== '/'; end++) {
    if (code.charAt(end) === '\\') end++;
    else if (code.charAt(end) === '[') inClass = true;
    else if (code.charAt(end) === ']') inClass = false;
  }
  return end + 1;
}

function endOfComment(code: string, at: number): number {
  const ending = code.charAt(at + 1) === '/' ? '\n' : '*/';
  const end = code.indexOf(ending, at + 2);
  return end < 0 ? code.length : end + ending.length;
}

function charAt(code: string, at: number): string {
  if (at >= code.length) throw new Error('a literal is never closed');
  return code.charAt(at);
}
