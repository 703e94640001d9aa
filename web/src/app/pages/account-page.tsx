import { useState } from 'react';
import { formatDay } from '../../core/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Preferences } from '../../ui/preferences.tsx';
import { readError } from '../../ui/read-error.ts';
import { toast } from '../../ui/toasts.tsx';
import { DeleteAccount } from '../account/delete-account.tsx';
import { SessionList } from '../account/session-list.tsx';
import { useAccount, useTold } from '../use-api.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';

export function AccountPage() {
  const { say, language } = useText();
  const { config, view, setLanguage, signOut } = useWorkspace();
  const account = useAccount();
  const support = useTold().data?.settings.supportContact ?? config.supportContact;
  const [isLeaving, setLeaving] = useState(false);
  const leave = (): void => {
    setLeaving(true);
    signOut().catch((error: unknown) => {
      setLeaving(false);
      toast(readError(error, say).message, 'bad');
    });
  };
  return (
    <div className="page page-narrow">
      <h1 tabIndex={-1}>{say('accountTitle')}</h1>
      <section className="panel">
        <Loaded query={account}>
          {({ phoneMasked, createdAtMs, merchantId }) => (
            <dl className="pairs-list">
              <div>
                <dt>{say('phone')}</dt>
                <dd>{phoneMasked}</dd>
              </div>
              <div>
                <dt>{say('since')}</dt>
                <dd>{formatDay(createdAtMs, language)}</dd>
              </div>
              <div>
                <dt>{say('merchantId')}</dt>
                <dd className="mono">{merchantId}</dd>
              </div>
              {support !== '' && (
                <div>
                  <dt>{say('support')}</dt>
                  <dd>{support}</dd>
                </div>
              )}
            </dl>
          )}
        </Loaded>
      </section>
      <section className="panel">
        <h2>{say('preferences')}</h2>
        <Preferences language={language} onLanguage={setLanguage} />
      </section>
      {/* What inviting earned, keys, webhooks and where the merchant signs in from are shown to nobody else. */}
      {!view && (
        <>
          <section className="panel">
            <h2>{say('referral')}</h2>
            <p className="hint">{say('referralLinkHint')}</p>
            <a className="button" href="#/referral">
              {say('referralOpen')}
            </a>
          </section>
          <section className="panel">
            <h2>{say('developers')}</h2>
            <p className="hint">{say('developersLead')}</p>
            <a className="button" href="#/developers">
              {say('developersOpen')}
            </a>
          </section>
          <SessionList />
          <section className="panel">
            <p className="hint">{say('signOutText')}</p>
            <button type="button" className="button button-danger sign-out" disabled={isLeaving} onClick={leave}>
              {say('signOut')}
            </button>
          </section>
          <DeleteAccount />
        </>
      )}
    </div>
  );
}
