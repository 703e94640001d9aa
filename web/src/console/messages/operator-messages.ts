/** Texts of who has a role at the console: Chinese, English. */
export const OPERATOR_MESSAGES = {
  operators: ['运营人员', 'Operators'],
  operatorsLead: [
    '谁能登录运营后台、是什么角色。变更需要动态口令，写入审计日志，对方下一次操作时生效；自己的角色只能由其他运营变更。',
    'Who can use the console, and as what. A change wants a second factor, is kept in the audit log and holds at the next call. Your own role is changed by another operator.',
  ],
  operatorsEmpty: ['还没有运营人员', 'Nobody has a role yet'],
  operatorActive: ['在任', 'Active'],
  operatorEnded: ['已取消', 'Ended'],
  operatorFactor: ['动态口令', 'Authenticator'],
  operatorSince: ['设置时间', 'Since'],
  operatorSelf: ['本人', 'You'],
  operatorAdd: ['添加人员', 'Give a role'],
  operatorChange: ['变更角色', 'Change the role'],
  operatorSave: ['保存角色', 'Save the role'],
  operatorSaved: ['角色已保存', 'The role was saved'],
  operatorMerchantHint: [
    '对方须先用手机号登录过；在「商户」中按手机号查到编号',
    'Whoever has signed in once: look the phone up under Merchants',
  ],
  roleNone: ['取消角色', 'No role'],
  roleText: [
    '运营可以修改，客服只能查看。之前验证过的动态口令随变更失效。',
    'Operators change things, support only looks. A second factor that was shown before ends with the change.',
  ],
  roleNoneText: [
    '取消后，对方的下一次操作即被拒绝，正在进行的客户视角也随之结束。',
    'The next call is refused, and a view of a workspace ends with it.',
  ],
} as const satisfies Record<string, readonly [zh: string, en: string]>;
