import type * as z from 'zod/mini';
import { type Card, card } from '../../../../shared/contract/card.ts';

/** Of a card's parts those that are edited as JSON. */
const PARTS = ['rateLimit', 'form', 'pipeline', 'partialStep', 'outputs'] as const;
/** Those that have a field of their own, as they were typed. */
const LINES = ['id', 'nameZh', 'nameEn', 'descriptionZh', 'descriptionEn', 'category', 'credits', 'position'] as const;

export type CardLine = (typeof LINES)[number];

export interface CardDraft {
  readonly lines: Readonly<Record<CardLine, string>>;
  readonly access: Card['access'];
  readonly parts: string;
}

export function draftOf(whole: Card): CardDraft {
  const lines = Object.fromEntries(LINES.map((name) => [name, String(whole[name])])) as CardDraft['lines']; // each of them
  const parts = Object.fromEntries(PARTS.flatMap((name) => (whole[name] === undefined ? [] : [[name, whole[name]]])));
  return { lines, access: whole.access, parts: JSON.stringify(parts, null, 2) };
}

export type ReadDraft =
  | { readonly card: Card; readonly problems: readonly string[] }
  /** Paths in dots; empty: the JSON itself. */
  | { readonly card: null; readonly problems: readonly string[] };

/** The card that a draft of `whole` describes, or what its shape lacks. Whether it could run, the service says. */
export function readDraft({ lines, access, parts }: CardDraft, whole: Card): ReadDraft {
  let read: unknown;
  try {
    read = JSON.parse(parts);
  } catch {
    return { card: null, problems: [''] };
  }
  const { enabled, closedZh, closedEn } = whole;
  const closed = { ...(closedZh !== undefined && { closedZh }), ...(closedEn !== undefined && { closedEn }) };
  const numbers = { credits: Number(lines.credits), position: Number(lines.position) };
  const parsed = card.safeParse({ ...(read as object), ...lines, ...numbers, access, enabled, ...closed });
  if (parsed.success) return { card: parsed.data, problems: [] };
  return { card: null, problems: [...new Set(parsed.error.issues.map(pathOf))].slice(0, SHOWN_PROBLEMS) };
}

const SHOWN_PROBLEMS = 8;

function pathOf({ path, ...issue }: z.core.$ZodIssue): string {
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
  return [...path, ...keys].join('.');
}
