import type { Database } from '../db/database.ts';
import type { FilledForm } from '../features/read-form.ts';
import { MAX_TEXT_LENGTH, type TextModerator } from '../moderation/moderator.ts';
import { recordTextRefusal, wasTextRefused } from '../moderation/text-refusals.ts';

/**
 * Has what the merchant wrote read before anything is made of it; a refusal is recorded, and whoever comes again is not asked twice.
 * @returns what stands against it
 * @throws ModerationUnavailable
 */
export async function moderateTexts(
  { db, textModerator }: { db: Database; textModerator?: TextModerator | undefined },
  { taskId, merchantId, formJson }: { taskId: string; merchantId: string; formJson: string | null },
  nowMs: number,
): Promise<'TEXT_REFUSED' | undefined> {
  const parts = textModerator ? partsOf(textsOf(formJson)) : [];
  if (!textModerator || parts.length === 0) return undefined;
  if (await wasTextRefused(db, taskId)) return 'TEXT_REFUSED';
  const refusal = await readAll(textModerator, parts, taskId, nowMs);
  if (!refusal) return undefined;
  await recordTextRefusal(db, { taskId, merchantId }, refusal, nowMs);
  return 'TEXT_REFUSED';
}

/** A refusal is one, also where another part could not be read. */
async function readAll(textModerator: TextModerator, parts: readonly string[], taskId: string, nowMs: number) {
  const read = parts.map((text, n) => textModerator({ text, dataId: `${taskId}-t${n}`, nowMs }));
  const verdicts = await Promise.allSettled(read);
  for (const verdict of verdicts) {
    if (verdict.status === 'fulfilled' && verdict.value.kind === 'refused') return verdict.value;
  }
  const unread = verdicts.find((verdict) => verdict.status === 'rejected');
  if (unread) throw unread.reason;
  return undefined;
}

function textsOf(formJson: string | null): readonly string[] {
  if (formJson === null) return [];
  const { values, texts = [] } = JSON.parse(formJson) as FilledForm;
  return texts.map((name) => String(values[name] ?? '')).filter((text) => text.trim() !== '');
}

/** One call for all of them, where they fit: a line each. A field has at most 4,000 characters and is never cut. */
function partsOf(texts: readonly string[]): string[] {
  const parts: string[] = [];
  for (const text of texts) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= MAX_TEXT_LENGTH) {
      parts[parts.length - 1] = `${last}\n${text}`;
    } else parts.push(text);
  }
  return parts;
}
