const AROUND = 40;

/** Every use of the console but of the allowed methods, with what stands around it: a built file has few lines, and long ones. */
export function consoleCalls(text: string, allowed: readonly string[] = []): string[] {
  const uses = [...text.matchAll(/\bconsole\b\s*(?:\.\s*(\w+)|\[)/g)];
  return uses.flatMap(({ index, 0: found, 1: method }) =>
    method !== undefined && allowed.includes(method)
      ? []
      : [text.slice(Math.max(0, index - AROUND), index + found.length + AROUND).replaceAll(/\s+/g, ' ')],
  );
}
