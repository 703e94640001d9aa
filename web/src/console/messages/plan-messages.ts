/** Texts of what is sold: Chinese, English. */
export const PLAN_MESSAGES = {
  plans: ['套餐', 'Plans'],
  plansLead: [
    '商户在「会员」页购买的套餐。改价、上下架立即生效；已下的订单按下单时的价格。',
    'What merchants buy on their membership page. A change counts at once; orders keep what they were ordered at.',
  ],
  planNew: ['新建套餐', 'New plan'],
  planEdit: ['编辑', 'Edit'],
  planEditTitle: ['编辑套餐「{name}」', 'Edit the plan “{name}”'],
  planSave: ['保存套餐', 'Save the plan'],
  planSaved: ['套餐已保存', 'The plan was saved'],
  planId: ['套餐编号', 'Plan id'],
  planIdHint: ['小写字母开头，创建后不能修改', 'Small letters, digits and _; it stays as it is'],
  planNameZh: ['中文名称', 'Name in Chinese'],
  planNameEn: ['英文名称', 'Name in English'],
  planPrice: ['价格（元）', 'Price (CNY)'],
  planCredits: ['额度', 'Credits'],
  planDays: ['有效天数', 'Days'],
  planPosition: ['排序', 'Place in the list'],
  planOnSale: ['上架销售', 'On sale'],
  planSelling: ['销售中', 'On sale'],
  planOff: ['已下架', 'Not on sale'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;
