export type PutOutcome = 'sent' | 'refused' | 'offline' | 'aborted';

export interface PutRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Blob;
  readonly onProgress: (sentBytes: number) => void;
  readonly signal: AbortSignal;
}

/** A browser sets it from the body and forbids scripts to; the signature covers what it sets. */
const SET_BY_BROWSER = /^(content-length|host)$/i;

/** PUTs a photo to its presigned address. XMLHttpRequest, since fetch does not tell how much of a body has left. */
export function putObject({ url, headers, body, onProgress, signal }: PutRequest): Promise<PutOutcome> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve('aborted');
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) {
      if (!SET_BY_BROWSER.test(name)) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => resolve(request.status >= 200 && request.status < 300 ? 'sent' : 'refused');
    request.onerror = () => resolve('offline');
    request.ontimeout = () => resolve('offline');
    request.onabort = () => resolve('aborted');
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(body);
  });
}
