import { useState } from 'react';
import { formatStamp } from '../../core/format.ts';
import { Preferences } from '../../ui/preferences.tsx';
import { readError } from '../../ui/read-error.ts';
import { Tag } from '../../ui/state-tag.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useConsole } from '../console-context.ts';
import { OperatorsSection } from '../operators/operators-section.tsx';
import { useText } from '../use-text.ts';

/** Who is at the console, the second factor, language and appearance. */
export function AccountPage() {
  const { say, language } = useText();
  const { operator, canWrite, setLanguage, signOut } = useConsole();
  const [isLeaving, setLeaving] = useState(false);
  const leave = (): void => {
    setLeaving(true);
    signOut().catch((error: unknown) => {
      setLeaving(false);
      toast(readError(error, say).message, 'bad');
    });
  };
  return (
    <div className={canWrite ? 'page' : 'page page-narrow'}>
      <h1 tabIndex={-1}>{say('accountTitle')}</h1>
      <section className="panel">
        <dl className="pairs-list">
          <div>
            <dt>{say('name')}</dt>
            <dd>{operator.name}</dd>
          </div>
          <div>
            <dt>{say('role')}</dt>
            <dd>{say(canWrite ? 'roleOperator' : 'roleSupport')}</dd>
          </div>
          <div>
            <dt>{say('operatorId')}</dt>
            <dd className="mono">{operator.operatorId}</dd>
          </div>
        </dl>
      </section>
      <SecondFactor language={language} />
      {canWrite && <OperatorsSection />}
      <section className="panel">
        <h2>{say('preferences')}</h2>
        <Preferences language={language} onLanguage={setLanguage} />
      </section>
      <section className="panel">
        <button type="button" className="button button-danger" disabled={isLeaving} onClick={leave}>
          {say('signOut')}
        </button>
      </section>
    </div>
  );
}

function SecondFactor({ language }: { readonly language: 'zh' | 'en' }) {
  const { say } = useText();
  const { operator, ask } = useConsole();
  const { enrolled, steppedUpUntilMs = 0 } = operator;
  const isOpen = steppedUpUntilMs > Date.now();
  const enrol = async (): Promise<void> => {
    // Another authenticator is for whoever has the old one.
    if (!enrolled || isOpen || (await ask('step-up'))) await ask('enrol');
  };
  return (
    <section className="panel">
      <h2>{say('secondFactor')}</h2>
      <p>
        <Tag tone={enrolled ? 'good' : 'warn'}>{say(enrolled ? 'factorEnrolled' : 'factorMissing')}</Tag>
      </p>
      <p className="hint">{say('secondFactorText')}</p>
      {isOpen && <p className="hint">{say('steppedUpUntil', { time: formatStamp(steppedUpUntilMs, language) })}</p>}
      <button type="button" className={enrolled ? 'button' : 'button button-primary'} onClick={() => void enrol()}>
        {say(enrolled ? 'enrolAnother' : 'enrolNow')}
      </button>
    </section>
  );
}
