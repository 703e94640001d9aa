import { type FormEvent, useState } from 'react';
import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import { login, sendCode } from '../../../../shared/contract/auth.ts';
import { createClient } from '../../../../shared/contract/client.ts';
import type { PageConfig } from '../../core/page-config.ts';
import type { Language } from '../../core/preferences.ts';
import { describedBy, Field } from '../../ui/field.tsx';
import { Failure } from '../../ui/messages.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useCountdown } from '../../ui/use-countdown.ts';
import { useText } from '../use-text.ts';

interface SignInProps {
  readonly config: PageConfig;
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
  readonly onDone: () => void;
}

/** Where an error that names no field belongs. */
const PLACES: Readonly<Record<string, 'phone' | 'code'>> = {
  CODE_RATE_LIMITED: 'phone',
  CODE_INCORRECT: 'code',
  CODE_EXPIRED: 'code',
  CODE_TRIES_EXCEEDED: 'code',
};

/** By phone and code, as everybody signs in; who may come further the service says. */
export function SignIn({ config, language, onLanguage, onDone }: SignInProps) {
  const { say } = useText();
  const [phone, setPhone] = useState('');
  const [code, setCode] = useState('');
  const [hasAgreed, setAgreed] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [sentMinutes, setSentMinutes] = useState<number>();
  const wait = useCountdown();
  const client = createClient({ baseUrl: config.apiOrigin, fetch: window.fetch.bind(window), language });
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(null);
    await work().catch(setError);
    setBusy(false);
  };
  const send = () =>
    attempt(async () => {
      const { expiresInSeconds, resendAfterSeconds } = await client.call(sendCode, { phone });
      setSentMinutes(Math.round(expiresInSeconds / 60));
      wait.begin(resendAfterSeconds);
    });
  const signIn = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      await client.call(login, { phone, code, consentVersion: config.agreementVersion });
      onDone();
    });
  };
  const errorOf = (field: 'phone' | 'code'): string | undefined => {
    if (!(error instanceof ApiCallError)) return undefined;
    if (error.fields.some(({ path }) => path === field)) return say(field === 'phone' ? 'phoneWrong' : 'codeWrong');
    return PLACES[error.code] === field ? error.message : undefined;
  };
  const isElsewhere = error !== null && errorOf('phone') === undefined && errorOf('code') === undefined;
  const codeFrame = { id: 'code', label: say('code'), error: errorOf('code') };
  return (
    <main className="door">
      <form className="panel" noValidate onSubmit={signIn}>
        <h1>{say('consoleName')}</h1>
        <p className="muted">{say('signInLead')}</p>
        <TextField
          id="phone"
          label={say('phone')}
          error={errorOf('phone')}
          value={phone}
          onChange={(value) => setPhone(value.replaceAll(/[\s-]/g, ''))}
          type="tel"
          inputMode="numeric"
          autoComplete="tel-national"
          maxLength={13}
        />
        <Field {...codeFrame}>
          <div className="joined">
            <input
              {...describedBy(codeFrame)}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
            <button type="button" className="button" disabled={isBusy || wait.seconds > 0} onClick={() => void send()}>
              {wait.seconds > 0 ? say('resendIn', { n: wait.seconds }) : say('sendCode')}
            </button>
          </div>
        </Field>
        <p className="hint" role="status">
          {sentMinutes === undefined ? '' : say('codeSent', { n: sentMinutes })}
        </p>
        <label className="check">
          <input type="checkbox" checked={hasAgreed} onChange={(event) => setAgreed(event.target.checked)} />
          <span>
            {say('consent')}{' '}
            <a href="/legal/agreement/" target="_blank" rel="noopener">
              {say('agreement')}
            </a>{' '}
            {say('and')}{' '}
            <a href="/legal/privacy/" target="_blank" rel="noopener">
              {say('privacy')}
            </a>
          </span>
        </label>
        {isElsewhere && <Failure error={error} />}
        <button
          type="submit"
          className="button button-primary button-large button-wide"
          disabled={isBusy || !hasAgreed || code === ''}
        >
          {say('signIn')}
        </button>
        <button
          type="button"
          className="link"
          lang={language === 'en' ? 'zh-CN' : 'en'}
          onClick={() => onLanguage(language === 'en' ? 'zh' : 'en')}
        >
          {language === 'en' ? '中文' : 'English'}
        </button>
      </form>
    </main>
  );
}
