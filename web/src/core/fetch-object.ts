/**
 * A file of another origin. Without cookies: its address is its own permission. Never from the browser's cache: what an `<img>` left there
 * came without leave for scripts, which the service gives to those alone who name their origin.
 * @throws when there is nothing at it, or nobody answers
 */
export async function fetchObject(url: string, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch(url, { credentials: 'omit', cache: 'no-store', ...(signal && { signal }) });
  if (!answer.ok) throw new Error(`the file answered ${answer.status}`);
  return answer;
}
