/** What stands in the audit log under `action`: Chinese, English. A test compares with the contract. */
export const AUDIT_ACTIONS = {
  'search-merchants': ['查询商户', 'Look merchants up'],
  'get-merchant': ['查看商户', 'Look at a merchant'],
  'grant-credits': ['发放额度', 'Grant credits'],
  'revoke-credits': ['收回额度', 'Revoke credits'],
  'set-merchant-state': ['停用或启用商户', 'Suspend or let back in'],
  'search-tasks': ['查询任务', 'Look tasks up'],
  'trace-task': ['查看任务详情', 'Look at a task'],
  'end-task': ['结束任务并退回额度', 'End a task'],
  'list-invoices': ['查看发票申请', 'Look at invoices'],
  'fulfil-invoice': ['开具或驳回发票', 'Issue or reject an invoice'],
  'export-orders': ['导出订单', 'Export orders'],
  'export-days': ['导出经营数据', 'Export figures'],
  'save-card': ['保存功能卡', 'Save a card'],
  'set-card-state': ['启用或关闭功能卡', 'Open or close a card'],
  'search-orders': ['查询订单', 'Look orders up'],
  'resolve-case': ['处理对账差异', 'End a case'],
  'refund-order': ['订单退款', 'Refund an order'],
  'create-redeem-batch': ['新建卡密批次', 'Create a batch of codes'],
  'revoke-redeem-batch': ['作废卡密批次', 'Revoke a batch of codes'],
  'step-up': ['验证动态口令', 'Show a code of the authenticator'],
  'enrol-totp': ['申请绑定动态口令', 'Begin to enrol an authenticator'],
  'confirm-totp': ['绑定动态口令', 'Enrol an authenticator'],
  'create-operator': ['设置运营角色', 'Give a role'],
  'reset-totp': ['重置动态口令', 'Reset an authenticator'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

export type AuditAction = keyof typeof AUDIT_ACTIONS;
