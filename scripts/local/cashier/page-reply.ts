export interface PageReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function html(status: number, body: string): PageReply {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' };
  return { status, headers: { ...headers, 'Content-Security-Policy': policy }, body };
}

export function json(status: number, value: unknown): PageReply {
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' };
  return { status, headers, body: JSON.stringify(value) };
}

export function seeOther(location: string): PageReply {
  return { status: 303, headers: { Location: location }, body: '' };
}
