/** Faults in signing in that no test notices, in groups with one reason each: why nobody can see them, or why nobody has to. */
export const AUTH = [
  {
    why: 'a secret whose current key is not among its keys was refused when it was read',
    mutants: [
      "shared/auth/access-token.ts: if (current === undefined) throw new TypeError('the tokens secret was read without its check'); · current === undefined → false",
      "shared/auth/access-token.ts: if (current === undefined) throw new TypeError('the tokens secret was read without its check'); · 'the tokens secret was read without its check' → \"\"",
    ],
  },
  {
    why: 'whatever is split has a first part',
    mutants: [
      "shared/auth/api-key-caller.ts: const [network = '', prefix] = one.split('/'); · '' → \"Stryker was here!\"",
      "shared/auth/limit-address.ts: const [head = '', tail] = address.split('::'); · '' → \"Stryker was here!\"",
      'shared/auth/sign-token.ts: if (head === undefined || body === undefined || signature === undefined || rest.length > 0) throw notOurs(); · head === undefined → false',
    ],
  },
  {
    why: 'where there is no second part there is no third, which is asked for next',
    mutants: [
      'shared/auth/sign-token.ts: if (head === undefined || body === undefined || signature === undefined || rest.length > 0) throw notOurs(); · head === undefined || body === undefined → false',
      'shared/auth/sign-token.ts: if (head === undefined || body === undefined || signature === undefined || rest.length > 0) throw notOurs(); · head === undefined || body === undefined → head === undefined && body === undefined',
      'shared/auth/sign-token.ts: if (head === undefined || body === undefined || signature === undefined || rest.length > 0) throw notOurs(); · body === undefined → false',
    ],
  },
  {
    why: 'Node finds what is no address on no list either',
    mutants: ['shared/auth/api-key-caller.ts: if (family === 0) return false; · family === 0 → false'],
  },
  {
    why: 'four groups are read, and what this puts behind an address comes after them',
    mutants: [
      "shared/auth/limit-address.ts: const right = tail === undefined || tail === '' ? [] : tail.split(':'); · tail === '' → false",
      "shared/auth/limit-address.ts: const right = tail === undefined || tail === '' ? [] : tail.split(':'); · '' → \"Stryker was here!\"",
      "shared/auth/limit-address.ts: const right = tail === undefined || tail === '' ? [] : tail.split(':'); · [] → [\"Stryker was here\"]",
      "shared/auth/limit-address.ts: const missing = tail === undefined ? 0 : 8 - left.length - right.length - (right.at(-1)?.includes('.') ? 1 : 0); · tail === undefined → false",
    ],
  },
  {
    why: 'neither text is what is looked for: a key, a token, a cookie, a host on loopback, a captcha’s answer, a status with a code',
    mutants: [
      "shared/auth/merchant-or-key.ts: const header = singleHeader(request, 'authorization') ?? ''; · '' → \"Stryker was here!\"",
      "shared/auth/refresh-cookie.ts: const insecure = config.COOKIE_INSECURE === '1' && LOOPBACK.test(request.headers['host'] ?? ''); · '' → \"Stryker was here!\"",
      "shared/auth/refresh-cookie.ts: for (const pair of (header ?? '').split(';')) { · '' → \"Stryker was here!\"",
      "shared/auth/refresh-cookie.ts: const [name, value = ''] = pair.trim().split('=', 2); · '' → \"Stryker was here!\"",
      "shared/auth/signed-in-merchant.ts: const header = singleHeader(request, 'authorization') ?? ''; · '' → \"Stryker was here!\"",
      "shared/auth/tencent-captcha.ts: return z.safeParse(Solved, JSON.parse(captcha ?? '')).data; · '' → \"Stryker was here!\"",
      'shared/auth/tencent-sms.ts: const [status] = z.safeParse(SendStatusSet, response[\'SendStatusSet\']).data ?? []; · [] → ["Stryker was here"]',
    ],
  },
  {
    why: 'what is no object but a text, a number or a truth has none of the members that are asked for',
    mutants: [
      "shared/auth/sign-token.ts: if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>; · typeof value === 'object' → true",
    ],
  },
  {
    why: 'a token that comes in has letters of ASCII alone, which are the same bytes in UTF-8',
    mutants: [
      "shared/auth/sign-token.ts: const expected = Buffer.from(createHmac('sha256', key).update(signed).digest('base64url'), 'latin1'); · 'latin1' → \"\"",
      "shared/auth/sign-token.ts: const given = Buffer.from(signature, 'latin1'); · 'latin1' → \"\"",
    ],
  },
  {
    why: 'a view whose id is no text was refused before',
    mutants: [
      "shared/auth/sign-token.ts: return { merchantId: sub, sessionId: sid, ...(isView && typeof vid === 'string' && { viewId: vid }) }; · typeof vid === 'string' → true",
    ],
  },
  {
    why: 'a function that ends without a word gives undefined as well',
    mutants: ['shared/auth/tencent-captcha.ts: } catch { · { … → {}'],
  },
] as const;
