/** Faults in the small parts of payments that no test notices, in groups with one reason each: why nobody can see them, or why nobody has to. */
export const SMALL_PARTS = [
  {
    why: 'a time that was read must be written like that again',
    mutants: [
      'shared/payments/china-time.ts: const FORM = /^(\\d{4})-(\\d\\d)-(\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d)$/; · /^(\\d{4})-(\\d\\d)-(\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d)$/ → /(\\d{4})-(\\d\\d)-(\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d)$/',
      'shared/payments/china-time.ts: const FORM = /^(\\d{4})-(\\d\\d)-(\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d)$/; · /^(\\d{4})-(\\d\\d)-(\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d)$/ → /^(\\d{4})-(\\d\\d)-(\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d)/',
    ],
  },
  {
    why: 'there is no decoder without a name: no file that loads this one can be loaded, and of those no test is counted',
    mutants: [
      "shared/payments/read-json.ts: const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }); · 'utf-8' → \"\"",
    ],
  },
  {
    why: 'a check that fails tells at least one issue',
    mutants: [
      "shared/payments/first-path.ts: return error.issues[0]?.path.join('.') || whole; · error.issues[0]?.path → error.issues[0].path",
    ],
  },
  {
    why: 'each channel that was asked has one answer, and a refusal was thrown before',
    mutants: [
      "shared/payments/open-channels.ts: if (answer?.status === 'rejected') throw answer.reason; · answer?.status → answer.status",
      'shared/payments/open-channels.ts: return { channel, open: answer?.value !== undefined, methods: [...(answer?.value?.methods ?? [])] }; · answer?.value → answer.value',
      'shared/payments/open-channels.ts: return { channel, open: answer?.value !== undefined, methods: [...(answer?.value?.methods ?? [])] }; · answer?.value → answer.value (2)',
    ],
  },
  {
    why: 'none of our sites is undefined',
    mutants: [
      "shared/payments/payer-of.ts: const isOurs = origin !== undefined && !request.repeatedHeaders.has('origin') && webOrigins.includes(origin); · origin !== undefined → true",
    ],
  },
  {
    why: 'what is looked for after a place is never found at the first',
    mutants: [
      'shared/payments/read-columns.ts: if (index < 0 || header.indexOf(column, index + 1) >= 0) { · header.indexOf(column, index + 1) >= 0 → header.indexOf(column, index + 1) > 0',
    ],
  },
  {
    why: 'a function that ends without a word gives undefined as well',
    mutants: ['shared/payments/read-json.ts: } catch { · { … → {}'],
  },
  {
    why: 'the first of what was found is not read',
    mutants: [
      'shared/payments/yuan.ts: const [, sign, whole, rest = \'\'] = YUAN.exec(text) ?? []; · [] → ["Stryker was here"]',
    ],
  },
] as const;

/** Faults in orders that no test notices, in groups with one reason each: why nobody can see them, or why nobody has to. */
export const ORDERS = [
  {
    why: 'whatever is not held is granted',
    mutants: [
      "shared/payments/handle-alipay-notice.ts: const result = await settleOrder(db, await hashPayer(verdict.notice), 'notify', nowMs, 'grant', onTrace); · 'grant' → \"\"",
      "shared/payments/handle-wechat-notice.ts: const result = await settleOrder(db, await hashPayer(verdict.notice), 'notify', input.nowMs, 'grant', onTrace); · 'grant' → \"\"",
      "shared/payments/reconcile-attempt.ts: const settled = await settleOrder(db, order, 'query', nowMs, order.state === 'refunded' ? 'hold' : 'grant'); · 'grant' → \"\"",
      "shared/payments/settle-order.ts: how: 'grant' | 'hold' = 'grant', · 'grant' → \"\"",
    ],
  },
  {
    why: 'an order that nobody was asked about is read once more, and is as it was',
    mutants: [
      'shared/payments/open-order.ts: if (due.length === 0) return { order, settled: [], failures: [] }; · due.length === 0 → false',
    ],
  },
  {
    why: 'of an order that is not pending no attempt is shown',
    mutants: [
      "shared/payments/order.ts: return toOrder(row, nowMs, row.state === 'pending' ? await openAttempts(db, orderId) : []); · row.state === 'pending' → true",
      'shared/payments/order.ts: return toOrder(row, nowMs, row.state === \'pending\' ? await openAttempts(db, orderId) : []); · [] → ["Stryker was here"]',
    ],
  },
  {
    why: 'no order has the id NULL',
    mutants: [
      'shared/payments/purchase-membership.ts: const order = row.order_id === null ? undefined : await readOwnOrder(db, merchantId, row.order_id, nowMs); · row.order_id === null → false',
    ],
  },
  {
    why: 'a pending order always tells which of its numbers are open',
    mutants: [
      'shared/payments/purchase-membership.ts: const known = order.attempts?.find(isAsked)?.codeUrl; · order.attempts?.find → order.attempts.find',
      'shared/payments/purchase-membership.ts: order.attempts?.map((attempt) => (isAsked(attempt) ? { ...attempt, codeUrl: payUrl } : attempt)) ?? []; · order.attempts?.map → order.attempts.map',
      'shared/payments/purchase-membership.ts: order.attempts?.map((attempt) => (isAsked(attempt) ? { ...attempt, codeUrl: payUrl } : attempt)) ?? []; · [] → ["Stryker was here"]',
    ],
  },
  {
    why: 'an amount has one point, and two digits after it',
    mutants: [
      "shared/payments/purchase-membership.ts: const yuan = fenToYuan(amountFen).replace(/\\.00$/, ''); · /\\.00$/ → /\\.00/",
    ],
  },
  {
    why: 'a refund that was created, or asked for again, has its number and its row',
    mutants: [
      "shared/payments/refund-order.ts: const refundId = row.refund_id ?? ''; · '' → \"Stryker was here!\"",
      "shared/payments/refund-order.ts: if (!refund) throw new TypeError('a refund that was just written is gone'); · !refund → false",
      "shared/payments/refund-order.ts: if (!refund) throw new TypeError('a refund that was just written is gone'); · 'a refund that was just written is gone' → \"\"",
      'shared/payments/refund-order.ts: if (!row) return undefined; · !row → false',
    ],
  },
] as const;

/** Faults in bills that no test notices, in groups with one reason each: why nobody can see them, or why nobody has to. */
export const BILLS = [
  {
    why: 'the payment of an order has a number only where it was paid',
    mutants: [
      "shared/payments/bill-comparison.ts: if ((order.state === 'paid' || order.state === 'refunded') && order.transactionId === subject) · order.state === 'paid' || order.state === 'refunded' → true",
      "shared/payments/reconcile-bill.ts: if ((order.state === 'paid' || order.state === 'refunded') && order.transactionId === subject) { · order.state === 'paid' || order.state === 'refunded' → true",
    ],
  },
  {
    why: 'whatever is not held is granted',
    mutants: [
      "shared/payments/bill-comparison.ts: return settleOrder(db, order, 'bill', nowMs, order.state === 'refunded' ? 'hold' : 'grant'); · 'grant' → \"\"",
    ],
  },
  {
    why: 'the greatest day of a channel is always one row, be it NULL',
    mutants: [
      'shared/payments/bill-days.ts: const firstMs = known?.day ? startOfShanghaiDay(known.day) + DAY_MS : await firstDay(db, channel); · known?.day → known.day',
    ],
  },
  {
    why: 'days from no first one are none',
    mutants: ['shared/payments/bill-days.ts: if (firstMs === undefined) return; · firstMs === undefined → false'],
  },
  {
    why: 'no refund of ours has the one number or the other',
    mutants: [
      "shared/payments/reconcile-bill.ts: const ids = rows.map(({ outRefundNo }) => outRefundNo ?? ''); · '' → \"Stryker was here!\"",
    ],
  },
  {
    why: 'what has succeeded is told so once more, which changes nothing',
    mutants: [
      "shared/payments/reconcile-bill.ts: else if (refund.state !== 'succeeded') { · refund.state !== 'succeeded' → true",
      "shared/payments/reconcile-bill.ts: else if (refund.state !== 'succeeded') { · 'succeeded' → \"\"",
    ],
  },
  {
    why: 'whatever else came of it is a case by then: settleRefund has opened it, and dateCases gives it its day',
    mutants: [
      "shared/payments/reconcile-bill.ts: const remedy = settled === 'succeeded' || settled === 'ended' ? 'settled' : 'none'; · settled === 'succeeded' || settled === 'ended' → true",
      "shared/payments/reconcile-bill.ts: const remedy = settled === 'succeeded' || settled === 'ended' ? 'settled' : 'none'; · 'settled' → \"\"",
      "shared/payments/reconcile-bill.ts: const remedy = settled === 'succeeded' || settled === 'ended' ? 'settled' : 'none'; · 'none' → \"\"",
      "shared/payments/reconcile-bill.ts: if (remedy === 'none') await note({ class: 'refund_differs', subject, expectedFen, actualFen, orderId, remedy }); · remedy === 'none' → false",
      "shared/payments/reconcile-bill.ts: if (remedy === 'none') await note({ class: 'refund_differs', subject, expectedFen, actualFen, orderId, remedy }); · 'none' → \"\"",
    ],
  },
  {
    why: 'an amount that is not known is NULL either way',
    mutants: [
      'shared/payments/reconcile-books.ts: const amount = expectedFen === null ? {} : { expectedFen }; · expectedFen === null → false',
    ],
  },
] as const;
