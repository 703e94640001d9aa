const MESSAGES = {
  20000: 'Service Currently Unavailable',
  40001: 'Missing Required Arguments',
  40002: 'Invalid Arguments',
  40004: 'Business Failed',
  40005: 'Call Limited',
} as const;

/** An error answer of the gateway: `code`, `msg`, `sub_code`, `sub_msg`. https://opendocs.alipay.com/common/02km9f */
export class AlipayRefusal extends Error {
  override readonly name = 'AlipayRefusal';
  readonly code: keyof typeof MESSAGES;
  readonly subCode: string;

  constructor(code: keyof typeof MESSAGES, subCode: string, subMessage: string) {
    super(subMessage);
    this.code = code;
    this.subCode = subCode;
  }

  toJson(): Record<string, string> {
    return { code: String(this.code), msg: MESSAGES[this.code], sub_code: this.subCode, sub_msg: this.message };
  }
}

/** Of the trade's own rules. */
export function businessRefusal(subCode: string, subMessage: string): AlipayRefusal {
  return new AlipayRefusal(40004, `ACQ.${subCode}`, subMessage);
}

export function invalidParameter(field: string, issue: string): AlipayRefusal {
  return businessRefusal('INVALID_PARAMETER', `参数无效：${field} ${issue}`);
}
