/** Texts of a workspace that an operator looks at: Chinese, English. */
export const VIEW_MESSAGES = {
  viewTitle: ['以客户身份查看 · 只读', 'Seen as the merchant · read-only'],
  viewOf: ['{phone} 的工作台，{time} 自动结束', 'The workspace of {phone}; ends by itself at {time}'],
  viewEnd: ['结束查看', 'End'],
  viewEndedTitle: ['查看已结束', 'The view has ended'],
  viewEndedText: [
    '每次最长 10 分钟；退出登录、角色变动也会立即结束。需要再看，请回到商户页重新打开。',
    'It lasts ten minutes at most, and ends with your session or role. To look again, open it from the merchant’s page.',
  ],
  viewBack: ['回到商户页', 'To the merchant’s page'],
  viewOwn: ['打开我自己的工作台', 'Open my own workspace'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;
