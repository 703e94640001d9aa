import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiCallError } from '../../../shared/contract/api-call-error.ts';
import { redeemCode } from '../../../shared/contract/redeem.ts';
import { formatDay } from '../core/format.ts';
import { Failure } from '../ui/messages.tsx';
import { TextField } from '../ui/text-field.tsx';
import { useCallKey } from '../ui/use-call-key.ts';
import { outdate } from './use-endless.ts';
import { useText } from './use-text.ts';
import { useWorkspace } from './workspace.ts';

/** What is wrong with the code itself, and stands at it. */
const OF_CODE = new Set<string>(['REDEEM_CODE_UNKNOWN', 'REDEEM_CODE_OVER', 'REDEEM_CODE_USED']);

/** Exchanges a redeem code (卡密) for credits. */
export function RedeemForm() {
  const { say, language } = useText();
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const [code, setCode] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [done, setDone] = useState('');
  const [isBusy, setBusy] = useState(false);
  const { keyOf, forget } = useCallKey();
  const redeem = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    setDone('');
    try {
      const made = await client.call(redeemCode, { code }, { idempotencyKey: keyOf(code) });
      forget();
      setDone(say('redeemed', { n: made.credits, day: formatDay(made.expiresAtMs, language) }));
      setCode('');
      void outdate(queries, 'quota', 'membership', 'entries');
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const wrong = error instanceof ApiCallError ? wrongWithCode(error) : undefined;
  return (
    <form className="panel" noValidate onSubmit={(event) => void redeem(event)}>
      <h2>{say('redeemTitle')}</h2>
      <TextField
        id="redeem-code"
        label={say('redeemCode')}
        hint={say('redeemHint')}
        error={wrong}
        value={code}
        onChange={setCode}
        maxLength={64}
        placeholder="XXXXX-XXXXX-XXXXX-XXXXX"
      />
      {error !== null && wrong === undefined && <Failure error={error} />}
      <button type="submit" className="button" disabled={isBusy || code.trim() === ''}>
        {say('redeemSubmit')}
      </button>
      <p className="good-text" role="status">
        {done}
      </p>
    </form>
  );
}

function wrongWithCode({ code, message, fields }: ApiCallError): string | undefined {
  if (OF_CODE.has(code)) return message;
  return fields.find(({ path }) => path === 'code')?.message;
}
