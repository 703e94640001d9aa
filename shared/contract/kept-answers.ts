export interface KeptAnswer {
  readonly etag: string;
  readonly text: string;
}

/** The last answers to GETs with their ETags, by address: a poll of what has not changed is answered 304, without a body. */
export interface KeptAnswers {
  readonly of: (url: string) => KeptAnswer | undefined;
  readonly keep: (url: string, answer: KeptAnswer) => void;
}

/** What a page asks for again and again is small, and there is little of it: a long list that was read must not fill the memory. */
const MAX_ANSWERS = 50;
const MAX_CHARACTERS = 100_000;

/**
 * In memory, for as long as the client: the replies say no-store, since a browser's own cache would leave them on the disk of a
 * shop's shared machine. As text, for whoever was given an answer may have changed it.
 */
export function openKeptAnswers(): KeptAnswers {
  const kept = new Map<string, KeptAnswer>();
  return {
    of: (url) => kept.get(url),
    keep: (url, answer) => {
      kept.delete(url);
      if (answer.text.length > MAX_CHARACTERS) return;
      kept.set(url, answer);
      for (const oldest of kept.keys()) {
        if (kept.size <= MAX_ANSWERS) break;
        kept.delete(oldest);
      }
    },
  };
}
