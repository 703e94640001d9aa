import type { Rewrite } from '../instances/build-test-functions.ts';
import { stripTypes } from '../instances/strip-types.ts';
import { endOfOperand, endOfToken } from './scan-javascript.ts';

/** Puts a crash point before and after each `await` of a module: `(__crash("file 1 before"), __crash("file 1 after", await …))`. */
export const withCrashPoints: Rewrite = async (path, source) => numberAwaits(await stripTypes(source), path);

export function numberAwaits(code: string, path: string): string {
  let count = 0;
  const instrument = (text: string): string => {
    let out = '';
    let at = 0;
    while (at < text.length) {
      const end = endOfToken(text, at);
      const token = text.slice(at, end);
      if (token !== 'await' || isLoop(text, at)) {
        out += token;
        at = end;
        continue;
      }
      const operandEnds = endOfOperand(text, end);
      count += 1;
      const point = (when: string) => JSON.stringify(`${path} ${count} ${when}`);
      const [before, after] = [point('before'), point('after')];
      out += `(__crash(${before}), __crash(${after}, await ${instrument(text.slice(end, operandEnds).trim())}))`;
      at = operandEnds;
    }
    return out;
  };
  return instrument(code);
}

/** `for await (…)`, where the word is no operator. */
const isLoop = (text: string, at: number): boolean => /\bfor\s*$/.test(text.slice(Math.max(0, at - 8), at));
