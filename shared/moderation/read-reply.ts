import * as z from 'zod/mini';
import { ModerationUnavailable, type Refusal } from './moderator.ts';

/** What IMS and TMS answer alike. */
const Reply = z.object({
  Suggestion: z.enum(['Block', 'Review', 'Pass']),
  Label: z.nullish(z.string()),
  SubLabel: z.nullish(z.string()),
  Score: z.nullish(z.number()),
  FileMD5: z.nullish(z.string()),
  RequestId: z.nullish(z.string()),
});

/**
 * `Review` counts as a refusal: nobody here would look again.
 * @throws ModerationUnavailable for what is neither a clear pass nor a clear refusal
 */
export function readReply(response: unknown): { kind: 'passed'; md5: string | undefined } | Refusal {
  const reply = Reply.safeParse(response);
  if (!reply.success) throw new ModerationUnavailable('Client.BadReply', { cause: reply.error });
  const { Suggestion, Label, SubLabel, Score, FileMD5, RequestId } = reply.data;
  if (Suggestion === 'Pass') return { kind: 'passed', md5: FileMD5?.toLowerCase() || undefined };
  const score = Math.min(100, Math.max(0, Math.round(Score ?? 0)));
  const about = { label: Label ?? '', subLabel: SubLabel ?? '', score, requestId: RequestId ?? '' };
  return { kind: 'refused', suggestion: Suggestion, ...about };
}
