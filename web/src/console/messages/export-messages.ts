/** Texts of files for a spreadsheet: Chinese, English. */
export const EXPORT_MESSAGES = {
  exportOrders: ['导出订单', 'Export orders'],
  exportOrdersText: [
    '按下单日期（北京时间）导出为 CSV，可用 Excel 打开，末行为合计；一次至多 92 天。导出会写入审计日志。',
    'Orders of these days (China time) as CSV for a spreadsheet, with totals at the end; 92 days at most. It is kept in the audit log.',
  ],
  exportDays: ['导出经营数据', 'Export figures'],
  exportDaysText: [
    '按日（北京时间）导出为 CSV，可用 Excel 打开，末行为合计；一次至多 366 天，没有统计的日子留空。导出会写入审计日志。',
    'One line a day (China time) as CSV for a spreadsheet, with totals at the end; 366 days at most. What was not measured is empty. It is kept in the audit log.',
  ],
  exportFirstDay: ['开始日期', 'First day'],
  exportLastDay: ['结束日期', 'Last day'],
  exportSubmit: ['导出 CSV', 'Export CSV'],
  exporting: ['正在导出…', 'Exporting…'],
  exportDone: ['已导出「{name}」', 'Exported “{name}”'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;
