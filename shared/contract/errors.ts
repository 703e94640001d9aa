/**
 * The closed set of errors that this API answers with. One row a code: its HTTP status, the number the first product
 * used (kept for old clients; 0 where it had none) and what the caller reads, in Chinese and English.
 * A code that is not a row here does not compile.
 */
export const ERRORS = {
  BAD_REQUEST: [400, 2000, '请求格式不正确', 'The request is malformed'],
  VALIDATION_FAILED: [400, 4001, '有内容填写不正确', 'Some fields are not valid'],
  IDEMPOTENCY_KEY_REQUIRED: [400, 4001, '缺少 Idempotency-Key 请求头', 'The Idempotency-Key header is required'],
  CODE_INCORRECT: [400, 2001, '验证码不正确', 'The code is not correct'],
  TOTP_INCORRECT: [400, 2001, '动态口令不正确', 'The code of the authenticator is not correct'],
  TOTP_SPENT: [400, 2001, '该动态口令已用过，请等待下一个', 'This code was used; wait for the next'],
  CODE_EXPIRED: [400, 2001, '验证码已失效，请重新获取', 'The code has expired or was used; request a new one'],
  CODE_TRIES_EXCEEDED: [400, 2001, '验证码错误次数过多，请重新获取', 'Too many wrong tries; request a new code'],
  CAPTCHA_REQUIRED: [400, 2000, '请先完成人机验证', 'Complete the captcha first'],
  NOT_SIGNED_IN: [401, 1001, '请先登录', 'Sign in first'],
  TOKEN_EXPIRED: [401, 1001, '登录已过期', 'The session has expired'],
  SESSION_REVOKED: [401, 1001, '登录已失效，请重新登录', 'The session was revoked; sign in again'],
  CALLBACK_REFUSED: [401, 4003, '回调校验未通过', 'The callback could not be verified'],
  NOT_A_MEMBER: [403, 1002, '您还没有可用的额度，请先开通会员', 'There are no live credits; buy a plan first'],
  CREDITS_SHORT: [403, 1003, '额度不足', 'Not enough credits'],
  ACCOUNT_SUSPENDED: [403, 4003, '账号已停用，请联系客服', 'The account is suspended; contact support'],
  ORIGIN_REFUSED: [403, 4003, '请求来源不被允许', 'This origin is not allowed'],
  NOT_FOUND: [404, 4004, '内容不存在', 'Not found'],
  PLAN_NOT_FOUND: [404, 4004, '套餐不存在或已下架', 'The plan does not exist or is not on sale'],
  FEATURE_NOT_FOUND: [404, 4004, '功能不存在', 'The feature does not exist'],
  FEATURE_CLOSED: [403, 4003, '该功能暂未开放', 'The feature is not open'],
  NOT_AN_OPERATOR: [403, 4003, '没有操作权限', 'This needs the role of an operator'],
  STEP_UP_REQUIRED: [403, 4003, '请先输入动态口令', 'Enter a code of your authenticator first'],
  SIGN_IN_AGAIN: [403, 4003, '请退出后重新登录，再绑定动态口令', 'Sign in again before you enrol an authenticator'],
  METHOD_NOT_ALLOWED: [405, 4005, '请求方法不支持', 'The method is not supported'],
  TASK_ENDED: [409, 4009, '任务已结束，不能再更改', 'The task has ended and cannot change'],
  TASK_RUNNING: [409, 4009, '任务正在处理，不能取消', 'The task is being processed and cannot be canceled'],
  TASK_NOT_RETRYABLE: [409, 4009, '该任务不能重试', 'This task cannot be retried'],
  TOTP_NOT_ENROLLED: [409, 4009, '尚未绑定动态口令', 'No authenticator is enrolled'],
  CHANNEL_CLOSED: [409, 5003, '该支付方式暂未开放', 'This payment channel is not open'],
  ORDER_NOT_PAID: [409, 4009, '订单未支付', 'The order was not paid'],
  NOTHING_TO_REFUND: [409, 4009, '没有可退的金额', 'Nothing of it is left to refund'],
  INVOICE_ENDED: [409, 4009, '发票已开具或已驳回，请联系客服', 'The invoice was issued or rejected; contact support'],
  REDEEM_CODE_UNKNOWN: [404, 4004, '卡密不正确', 'No such redeem code'],
  REDEEM_CODE_OVER: [409, 4009, '卡密已过期或已作废', 'The redeem code is over'],
  REDEEM_CODE_USED: [409, 4009, '卡密已被使用', 'The redeem code was used'],
  REDEEM_CODES_SHOWN: [409, 4009, '卡密只显示一次，请作废后重新生成', 'Codes are shown once; revoke the batch'],
  BODY_TOO_LARGE: [413, 4013, '请求内容过大', 'The request body is too large'],
  UNSUPPORTED_MEDIA_TYPE: [415, 4015, '请求内容类型不支持', 'The content type is not supported'],
  IDEMPOTENCY_CONFLICT: [422, 4022, '同一 Idempotency-Key 的请求内容不一致', 'The key was used with another request'],
  RATE_LIMITED: [429, 4029, '操作过于频繁，请稍后再试', 'Too many requests; try again later'],
  CODE_RATE_LIMITED: [429, 2004, '验证码获取过于频繁，请稍后再试', 'Too many codes for this phone; try again later'],
  ADDRESS_RATE_LIMITED: [429, 2005, '当前网络获取验证码过于频繁', 'Too many codes from this address; try again later'],
  INTERNAL: [500, 9999, '服务出错了，请稍后再试', 'Something went wrong; try again later'],
  PAYMENT_CHANNEL_FAILED: [502, 5003, '支付渠道暂时不可用，请稍后再试', 'The payment channel failed; try again later'],
  SMS_FAILED: [502, 2006, '短信发送失败，请稍后再试', 'The SMS could not be sent; try again later'],
  SMS_BUDGET_SPENT: [503, 2006, '短信服务繁忙，请稍后再试', 'The SMS service is busy; try again later'],
  UNAVAILABLE: [503, 9998, '服务暂时不可用，请稍后再试', 'The service is unavailable; try again shortly'],
} as const satisfies Record<string, readonly [status: number, number: number, zh: string, en: string]>;

export type ErrorCode = keyof typeof ERRORS;

/** Why a task failed, as stored on it and shown to its merchant. `ours`: the ending was our failure, not the input's. */
export const TASK_ERRORS = {
  UPLOAD_MISSING: { ours: false, zh: '未在规定时间内收到照片', en: 'The photo did not arrive in time' },
  INPUT_NOT_AN_IMAGE: { ours: false, zh: '文件不是可识别的图片', en: 'The file is not an image' },
  INPUT_TYPE_MISMATCH: { ours: false, zh: '文件内容与声明的格式不一致', en: 'The file is not of the declared type' },
  INPUT_SIZE_MISMATCH: { ours: false, zh: '文件大小与声明的不一致', en: 'The file is not of the declared size' },
  INPUT_TOO_LARGE: { ours: false, zh: '照片超过 25 MB 或 6400 万像素', en: 'The photo is over 25 MB or 64 megapixels' },
  INPUT_TOO_SMALL: { ours: false, zh: '照片小于 100×100 像素', en: 'The photo is below 100×100 pixels' },
  INPUT_CORRUPT: { ours: false, zh: '照片已损坏或不完整', en: 'The photo is damaged or incomplete' },
  INPUT_EMPTY: { ours: false, zh: '文件是空的', en: 'The file is empty' },
  INPUT_ANIMATED: { ours: false, zh: '不支持动图，请上传静态照片', en: 'Animated pictures are not supported' },
  INPUT_HEIC: {
    ours: false,
    zh: '暂不支持 HEIC，请在 iPhone「设置 > 相机 > 格式」选择「兼容性最佳」后重拍，或转存为 JPG',
    en: 'HEIC is not supported: choose Settings > Camera > Formats > Most Compatible on the iPhone, or save as JPG',
  },
  INPUT_CHANGED: { ours: false, zh: '照片在检查后被替换', en: 'The photo was replaced after it was checked' },
  GARMENT_NOT_FOUND: { ours: false, zh: '没有在照片中找到服装', en: 'No garment was found in the photo' },
  TEXT_NOT_DRAWABLE: { ours: false, zh: '文字中有无法显示的字符', en: 'The text has characters that cannot be drawn' },
  CANCELED_BY_MERCHANT: { ours: false, zh: '已取消', en: 'Canceled' },
  QUEUE_TIMEOUT: { ours: true, zh: '排队超时', en: 'The task waited too long' },
  PROCESSING_FAILED: { ours: true, zh: '处理失败', en: 'Processing failed' },
  PROCESSING_TIMEOUT: { ours: true, zh: '处理超时', en: 'Processing took too long' },
} as const satisfies Record<string, { ours: boolean; zh: string; en: string }>;

export type TaskErrorCode = keyof typeof TASK_ERRORS;
