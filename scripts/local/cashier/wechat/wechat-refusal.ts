/** An error answer of WeChat Pay v3: status, `code`, `message`, `detail`. */
export class WechatRefusal extends Error {
  override readonly name = 'WechatRefusal';
  readonly status: number;
  readonly code: string;
  readonly detail: Readonly<Record<string, string>> | undefined;

  constructor(status: number, code: string, message: string, detail?: Readonly<Record<string, string>>) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

/** The field by its JSON pointer, as the service names it. */
export function badParameter(field: string, issue: string, location: 'body' | 'query' | 'header' = 'body') {
  return new WechatRefusal(400, 'PARAM_ERROR', '参数错误', { field, issue, location });
}
