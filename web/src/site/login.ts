import { getAnnouncements } from '../../../shared/contract/announcements.ts';
import { ApiCallError } from '../../../shared/contract/api-call-error.ts';
import { login, sendCode } from '../../../shared/contract/auth.ts';
import { readPageConfig } from '../core/page-config.ts';
import { byId } from './dom.ts';
import { publicClient } from './public-client.ts';
import { say, startSite } from './site-language.ts';

const form = byId('login', HTMLFormElement);
const phone = byId('phone', HTMLInputElement);
const code = byId('code', HTMLInputElement);
const consent = byId('consent', HTMLInputElement);
const send = byId('send-code', HTMLButtonElement);
const status = byId('form-status', HTMLParagraphElement);
const submit = form.querySelector<HTMLButtonElement>('[type="submit"]') as HTMLButtonElement; // stands in the page
const fields = { phone, code, consent } as const;

let resendAtMs = 0;

function fail(field: keyof typeof fields | 'form', message: string): void {
  byId(`${field}-error`, HTMLParagraphElement).textContent = message;
  if (field === 'form') return;
  if (message === '') fields[field].removeAttribute('aria-invalid');
  else fields[field].setAttribute('aria-invalid', 'true');
}

function clear(): void {
  for (const field of ['phone', 'code', 'consent', 'form'] as const) fail(field, '');
  status.textContent = '';
}

const phoneDigits = (): string => phone.value.replaceAll(/[\s-]/g, '').replace(/^\+?86(?=1\d{10}$)/, '');

function checkPhone(): boolean {
  if (/^1[3-9]\d{9}$/.test(phoneDigits())) return true;
  fail('phone', say('phoneWrong'));
  phone.focus();
  return false;
}

/** Where an error that names no field belongs. */
function placeOf(code: string): keyof typeof fields | 'form' {
  if (code === 'CODE_RATE_LIMITED') return 'phone';
  return code.startsWith('CODE_') ? 'code' : 'form';
}

/** The server's own words, at the field that they are about. */
function show(error: unknown): void {
  if (!(error instanceof ApiCallError)) throw error;
  const { code: errorCode, message, requestId } = error;
  const named = error.fields.filter(({ path }) => path === 'phone' || path === 'code');
  for (const field of named) fail(field.path as 'phone' | 'code', field.message);
  if (named.length > 0) return;
  const place = placeOf(errorCode);
  const reference = place === 'form' && requestId !== undefined ? ` (${say('requestId', { id: requestId })})` : '';
  fail(place, errorCode === 'NETWORK' ? say('offline') : `${message}${reference}`);
}

function tick(): void {
  const seconds = Math.ceil((resendAtMs - performance.now()) / 1000);
  send.disabled = seconds > 0;
  send.textContent = seconds > 0 ? say('resendIn', { n: seconds }) : say('sendCode');
  if (seconds > 0) setTimeout(tick, 250);
}

async function requestCode(): Promise<void> {
  clear();
  if (!checkPhone()) return;
  send.disabled = true;
  try {
    const { expiresInSeconds, resendAfterSeconds } = await publicClient().call(sendCode, { phone: phoneDigits() });
    resendAtMs = performance.now() + resendAfterSeconds * 1000;
    status.textContent = say('codeSent', { n: Math.round(expiresInSeconds / 60) });
    code.focus();
  } catch (error) {
    if (error instanceof ApiCallError && error.retryAfterSeconds !== undefined) {
      resendAtMs = performance.now() + error.retryAfterSeconds * 1000;
    }
    show(error);
  } finally {
    tick();
  }
}

async function signIn(): Promise<void> {
  clear();
  if (!checkPhone()) return;
  if (!/^\d{6}$/.test(code.value)) {
    fail('code', say('codeWrong'));
    return code.focus();
  }
  if (!consent.checked) {
    fail('consent', say('consentMissing'));
    return consent.focus();
  }
  submit.disabled = true;
  status.textContent = say('signingIn');
  try {
    const consentVersion = readPageConfig().agreementVersion;
    await publicClient().call(login, { phone: phoneDigits(), code: code.value, consentVersion, ...invitation() });
    location.assign(`/app/${nextRoute()}`);
  } catch (error) {
    status.textContent = '';
    submit.disabled = false;
    show(error);
  }
}

/** The code of the link that brought somebody here; one that was mangled on its way keeps nobody out. */
function invitation(): { inviteCode?: string } {
  const inviteCode = new URLSearchParams(location.search).get('invite')?.toUpperCase() ?? '';
  return /^[0-9A-HJKMNP-TV-Z]{8}$/.test(inviteCode) ? { inviteCode } : {};
}

/** Where the workspace was left. A route of the workspace and nothing else: never another address. */
function nextRoute(): string {
  const next = new URLSearchParams(location.search).get('next') ?? '';
  return /^#\/[\w/-]*$/.test(next) ? next : '';
}

/** Before a code is asked for that could open no account. Who is told nothing, the service being away, is told at the login. */
async function tellOfClosedSignUp(): Promise<void> {
  const { settings } = await publicClient().call(getAnnouncements, {});
  byId('sign-up-closed', HTMLParagraphElement).hidden = settings.signUp;
}

send.addEventListener('click', () => void requestCode());
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void signIn();
});
startSite(tick);
void tellOfClosedSignUp().catch(() => undefined);
