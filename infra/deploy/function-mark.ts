/**
 * What a deploy keeps in a function's Description, the one field of ours that ListFunctions returns. It may hold letters,
 * digits, spaces, commas, newlines and full stops only (CreateFunction's documentation), so this is words.
 */
export interface FunctionMark {
  /** `deployed`: all of it is as `hash` says. `deploying`: a deploy began and has not ended. `rolledback`: by hand. */
  readonly state: 'deployed' | 'deploying' | 'rolledback';
  /** Of everything that was wanted of the function; 16 hexadecimal digits. */
  readonly hash: string;
  /** When it was decided: `20261126T025000Z`. A resumed deploy keeps the one it resumes. */
  readonly release: string;
}

const MARK = /(?:^|\s)yiying (deployed|deploying|rolledback) ([0-9a-f]{16}) release (\d{8}T\d{6}Z)$/;

export function withMark(description: string, { state, hash, release }: FunctionMark): string {
  return `${allowedText(description)} yiying ${state} ${hash} release ${release}`.trim();
}

/** null: not made by a deploy of ours. */
export function markOf(description: string | undefined): FunctionMark | null {
  const match = MARK.exec(description ?? '');
  if (match === null) return null;
  const [, state, hash = '', release = ''] = match;
  return { state: state as FunctionMark['state'], hash, release };
}

/** What the platform's rule leaves of a text: an apostrophe vanishes, other signs become spaces. */
const allowedText = (text: string): string =>
  text
    .replaceAll(/['’]/g, '')
    .replaceAll(/[^\p{L}\p{N} ,.\n]+/gu, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();

const VERSION = /^yiying version ([0-9a-f]{16}) release (\d{8}T\d{6}Z)$/;

/** A published version never changes, so its hash is of code and configuration alone. */
export const versionText = (hash: string, release: string): string => `yiying version ${hash} release ${release}`;

export function readVersionText(description: string | undefined): { hash: string; release: string } | null {
  const match = VERSION.exec(description ?? '');
  return match ? { hash: match[1] ?? '', release: match[2] ?? '' } : null;
}

const LAYER = /^yiying layer [0-9a-f]{16}$/;

/** Of a layer's version, which never changes either. */
export const layerText = (hash: string): string => `yiying layer ${hash.slice(0, 16)}`;

export const isLayerText = (description: string | undefined): boolean => LAYER.test(description ?? '');

export const releaseAt = (nowMs: number): string => new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
