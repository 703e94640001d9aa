import type { CosRequest } from './cos-request.ts';

/** Sends a whole answer. HEAD gets the headers alone. */
export function reply(request: CosRequest, status: number, headers: Record<string, string> = {}, body = ''): void {
  const { response } = request;
  if (body !== '' && !('Content-Type' in headers)) headers = { ...headers, 'Content-Type': 'application/xml' };
  const bytes = Buffer.from(body);
  // 204 and 304 carry no body, and so no length either.
  if (status !== 204 && status !== 304) headers = { ...headers, 'Content-Length': String(bytes.length) };
  response.writeHead(status, headers);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}
