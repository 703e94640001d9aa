/** Faults in WeChat Pay’s channel that no test notices, in groups with one reason each: why nobody can see them, or why nobody has to. */
export const WECHAT = [
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
] as const;

/** Faults in Alipay’s channel that no test notices, in groups with one reason each: why nobody can see them, or why nobody has to. */
export const ALIPAY = [
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
] as const;
