/** A folder whose every line is to be watched by a test, and the tests that are asked. */
interface MutatedFolder {
  /** Of the repository; what of it is mutated: `**\/*.ts`, or these of its own files. */
  readonly folder: string;
  readonly files: '**/*.ts' | readonly string[];
  readonly tests: readonly string[];
  /** What stands at a module's top is mutated, too: such a fault is shown to all the tests, which must be quick. */
  readonly withTops?: true;
  /** Survivors, in groups with one reason each: why nobody can see them, or why nobody has to. */
  readonly explained: readonly { readonly why: string; readonly mutants: readonly string[] }[];
}

const of = (kind: string, ...names: readonly string[]): readonly string[] =>
  names.map((name) => `tests/${kind}/${name}.test.ts`);

/** Tests are the folder's own and those of the channels: what starts processes or sleeps would take all day. */
export const FOLDERS = {
  quota: {
    ...{ folder: 'shared/quota', files: '**/*.ts' },
    tests: of('integration/credits', '*'),
    explained: [
      {
        why: 'pages are read more often than they need be: what was written off holds nothing, and is passed over',
        mutants: [
          'shared/quota/expire-credits.ts: if (remaining === 0) continue; · remaining === 0 → false',
          'shared/quota/expire-credits.ts: const last = lots.at(-1); · -1 → +1',
          'shared/quota/expire-credits.ts: if (!last || lots.length < PAGE) return { expiredLots }; · !last || lots.length < PAGE → !last && lots.length < PAGE',
          'shared/quota/expire-credits.ts: if (!last || lots.length < PAGE) return { expiredLots }; · lots.length < PAGE → false',
        ],
      },
      {
        why: 'every id of a lot sorts after both',
        mutants: [
          "shared/quota/expire-credits.ts: let after = { atMs: nowMs - LOOK_BACK_MS, id: '' }; · '' → \"Stryker was here!\"",
        ],
      },
    ],
  },
  payments: {
    ...{
      folder: 'shared/payments',
      files: [
        'attempt-number.ts',
        'channel.ts',
        'china-time.ts',
        'fetch-bytes.ts',
        'first-path.ts',
        'is-allowed-base.ts',
        'merchant-number.ts',
        'open-*-channel.ts',
        'open-channels.ts',
        'open-with-secret.ts',
        'payer-*.ts',
        'query-schedule.ts',
        'read-columns.ts',
        'read-json.ts',
        'require-rsa.ts',
        'yuan.ts',
      ],
    },
    tests: [...of('unit/payments', '*'), ...of('integration', 'wechat/*', 'alipay/*', 'payments/purchase-membership')],
    withTops: true,
    explained: [
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
    ],
  },
  'payments-orders': {
    ...{
      folder: 'shared/payments',
      files: [
        'buy-membership.ts',
        'purchase-membership.ts',
        'order.ts',
        'open-order.ts',
        'list-orders.ts',
        'settle-*.ts',
        'handle-*.ts',
        'reconcile-attempt.ts',
        'reconcile-orders.ts',
        'get-receipt.ts',
        'request-invoice.ts',
        'refund-order.ts',
        'send-refund.ts',
      ],
    },
    tests: [
      ...of('unit/payments', '*'),
      ...of('integration/payments', 'buy-membership', 'purchase-membership', 'notices-as-handled', 'what-was-paid'),
      ...of(
        'integration/payments',
        'send-refund',
        'reconcile-o*',
        'settle-order',
        'refund-order',
        'torn-books',
        'while-*',
      ),
    ],
    explained: [
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
    ],
  },
  'payments-bills': {
    ...{
      folder: 'shared/payments',
      files: ['bill-*.ts', 'reconcile-bill.ts', 'reconcile-bills.ts', 'reconcile-books.ts', '*-case.ts', '*-cases.ts'],
    },
    tests: [
      ...of('unit/payments', '*'),
      ...of(
        'integration/payments',
        'reconcile-d*',
        'reconcile-one-order',
        'reconcile-bills',
        'torn-books',
        'edges-of-money',
      ),
    ],
    explained: [
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
    ],
  },
  'payments-wechat': {
    ...{ folder: 'shared/payments/wechat', files: '**/*.ts' },
    tests: [
      ...of('integration/wechat', '*'),
      ...of(
        'integration/cashier',
        'channel-against-cashier',
        'wechat-channel-refunds-and-bills',
        'wechat-request-faults',
      ),
    ],
    explained: [
      {
        why: 'a config without a platform key was refused before',
        mutants: [
          "shared/payments/wechat/signing-config.ts: askForSerial: platformKeys[0]?.serial ?? '', · '' → \"Stryker was here!\"",
          "shared/payments/wechat/signing-config.ts: askForSerial: platformKeys[0]?.serial ?? '', · platformKeys[0]?.serial → platformKeys[0].serial",
        ],
      },
      {
        why: 'a header that is missing was refused before',
        mutants: [
          "shared/payments/wechat/signature-headers.ts: const encoded = found.get('wechatpay-signature') ?? ''; · '' → \"Stryker was here!\"",
          "shared/payments/wechat/signature-headers.ts: nonce: found.get('wechatpay-nonce') ?? '', · '' → \"Stryker was here!\"",
          "shared/payments/wechat/signature-headers.ts: serial: found.get('wechatpay-serial') ?? '', · '' → \"Stryker was here!\"",
        ],
      },
      {
        why: 'the tag is cut to 16 bytes, which the cipher takes as well when it is told no length',
        mutants: [
          "shared/payments/wechat/decrypt-resource.ts: const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }); · { authTagLength: TAG_BYTES } → {}",
        ],
      },
      {
        why: 'a function that ends without a word gives undefined as well',
        mutants: ['shared/payments/wechat/decrypt-resource.ts: } catch { · { … → {}'],
      },
    ],
  },
  'payments-alipay': {
    ...{ folder: 'shared/payments/alipay', files: '**/*.ts' },
    tests: [
      ...of('integration/alipay', '*'),
      ...of('integration/cashier', 'alipay-channel-against-cashier', 'alipay-request-faults'),
    ],
    explained: [
      {
        why: 'no name comes twice, and Node asks of two only whether the first belongs before the other',
        mutants: [
          'shared/payments/alipay/content-to-sign.ts: .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) · a < b → a <= b',
          'shared/payments/alipay/content-to-sign.ts: .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) · a > b → a >= b',
          'shared/payments/alipay/content-to-sign.ts: .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) · a > b → a <= b',
          'shared/payments/alipay/content-to-sign.ts: .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) · a > b → true',
          'shared/payments/alipay/content-to-sign.ts: .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) · a > b → false',
        ],
      },
      {
        why: 'what cannot be read so is tried as PKCS#1 next, as which Node takes PKCS#8 too',
        mutants: [
          "shared/payments/alipay/open-alipay-key.ts: return createPrivateKey({ key, format: 'der', type: 'pkcs8' }); · { key, format: 'der', type: 'pkcs8' } → {}",
          "shared/payments/alipay/open-alipay-key.ts: return createPrivateKey({ key, format: 'der', type: 'pkcs8' }); · 'der' → \"\"",
          "shared/payments/alipay/open-alipay-key.ts: return createPrivateKey({ key, format: 'der', type: 'pkcs8' }); · 'pkcs8' → \"\"",
        ],
      },
      {
        why: 'every sign that is looked for has a wide form',
        mutants: [
          "shared/payments/alipay/create-order.ts: subject: request.description.replaceAll(/[/=&,\"]/g, (sign) => WIDE[sign] ?? ''), · '' → \"Stryker was here!\"",
        ],
      },
      {
        why: 'what is not told is left out once more when it is signed',
        mutants: [
          'shared/payments/alipay/create-order.ts: ...(returnUrl !== undefined && { returnUrl }), · returnUrl !== undefined → true',
        ],
      },
      {
        why: 'without a text there is no time and no amount in it either',
        mutants: [
          'shared/payments/alipay/query-order.ts: paidAtMs: (trade.send_pay_date === undefined ? undefined : fromChinaTime(trade.send_pay_date)) ?? nowMs, · trade.send_pay_date === undefined → false',
          'shared/payments/alipay/refund-order.ts: const refundFen = amount === undefined ? undefined : yuanToFen(amount); · amount === undefined → false',
        ],
      },
      {
        why: 'a bill begins with its title, and has a line between the beginning and the end of its lines',
        mutants: [
          "shared/payments/alipay/read-bill.ts: if (!isDetailFile(text) || begin < 0 || end <= begin + 1) throw bad('bill_form'); · begin < 0 → begin <= 0",
          "shared/payments/alipay/read-bill.ts: const header = (lines[begin + 1] ?? '').split(',').map((name) => name.trim().replace(/[（(]元[）)]$/, '')); · '' → \"Stryker was here!\"",
        ],
      },
      {
        why: 'where the line of a total is missing, its count is, which is looked at first',
        mutants: [
          "shared/payments/alipay/read-bill.ts: const [, told, sum = ''] = lines.map((line) => TOTALS[kind].exec(line)).find((found) => found !== null) ?? []; · '' → \"Stryker was here!\"",
          'shared/payments/alipay/read-bill.ts: const [, told, sum = \'\'] = lines.map((line) => TOTALS[kind].exec(line)).find((found) => found !== null) ?? []; · [] → ["Stryker was here"]',
        ],
      },
      {
        why: 'an empty body is one pair without a name, and refused for that',
        mutants: [
          'shared/payments/alipay/read-form.ts: if (rawBody.length === 0 || rawBody.length > MAX_BYTES) return undefined; · rawBody.length === 0 → false',
        ],
      },
      {
        why: 'in an object, a value has a name before it, and what comes before a value is a name',
        mutants: [
          "shared/payments/alipay/read-gateway-answer.ts: let name = ''; · '' → \"Stryker was here!\"",
          "shared/payments/alipay/read-gateway-answer.ts: else if (token.startsWith('\"') && depth === 1 && valueAt < 0) name = JSON.parse(token) as string; · token.startsWith('\"') && depth === 1 → true",
          "shared/payments/alipay/read-gateway-answer.ts: else if (token.startsWith('\"') && depth === 1 && valueAt < 0) name = JSON.parse(token) as string; · token.startsWith('\"') && depth === 1 → token.startsWith('\"') || depth === 1",
          "shared/payments/alipay/read-gateway-answer.ts: else if (token.startsWith('\"') && depth === 1 && valueAt < 0) name = JSON.parse(token) as string; · token.startsWith('\"') → token.endsWith('\"')",
          'shared/payments/alipay/read-gateway-answer.ts: else if (token.startsWith(\'"\') && depth === 1 && valueAt < 0) name = JSON.parse(token) as string; · \'"\' → ""',
          "shared/payments/alipay/read-gateway-answer.ts: else if (token.startsWith('\"') && depth === 1 && valueAt < 0) name = JSON.parse(token) as string; · depth === 1 → true",
          "shared/payments/alipay/read-gateway-answer.ts: else if (token.startsWith('\"') && depth === 1 && valueAt < 0) name = JSON.parse(token) as string; · valueAt < 0 → valueAt <= 0",
          'shared/payments/alipay/read-gateway-answer.ts: if (!ends || valueAt < 0) continue; · valueAt < 0 → false',
          'shared/payments/alipay/read-gateway-answer.ts: if (!ends || valueAt < 0) continue; · valueAt < 0 → valueAt <= 0',
        ],
      },
      {
        why: 'a member of this name was found before',
        mutants: [
          "shared/payments/alipay/read-gateway-answer.ts: const signed = membersOf(Buffer.from(bytes).toString()).get(member) ?? ''; · '' → \"Stryker was here!\"",
        ],
      },
      {
        why: 'a request has its content',
        mutants: [
          "shared/payments/alipay/send-request.ts: const { biz_content: content = '', ...others } = signedParameters(keys, options.clock, request); · '' → \"Stryker was here!\"",
        ],
      },
      {
        why: 'what is wrong with a form is wrong with one of its fields',
        mutants: [
          `shared/payments/alipay/verify-notice.ts: return refused('malformed', \`\${firstPath(error, 'the form')} is not valid\`, true); · 'the form' → ""`,
        ],
      },
    ],
  },
  auth: {
    ...{ folder: 'shared/auth', files: '**/*.ts' },
    tests: [...of('unit/auth', '*'), ...of('integration/auth', '*')],
    explained: [],
  },
  tasks: {
    ...{ folder: 'shared/tasks', files: '**/*.ts' },
    tests: of('integration', 'credits/*', 'tasks/*'),
    explained: [],
  },
} as const satisfies Readonly<Record<string, MutatedFolder>>;
export type FolderName = keyof typeof FOLDERS;
export const FOLDER_NAMES = Object.keys(FOLDERS) as readonly FolderName[]; // its keys are literals

/** Per cent of the mutants that tests must notice. */
export const BREAK_AT = 85;
