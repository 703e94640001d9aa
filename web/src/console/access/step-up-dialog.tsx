import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import type { Client } from '../../../../shared/contract/client.ts';
import { confirmTotp, enrolTotp, getOperator, stepUp } from '../../../../shared/contract/ops-access.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Failure, Loading } from '../../ui/messages.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { useText } from '../use-text.ts';
import { CodeForm } from './code-form.tsx';

interface StepUpDialogProps {
  readonly client: Client;
  /** A new secret is asked for, whether or not there is one. */
  readonly isEnrolling: boolean;
  readonly onShown: () => void;
  readonly onClose: () => void;
  readonly onSignOut: () => void;
}

/** A code of the authenticator, or first the authenticator itself. */
export function StepUpDialog({ client, isEnrolling, onShown, onClose, onSignOut }: StepUpDialogProps) {
  const { say } = useText();
  const [key] = useState(() => crypto.randomUUID());
  const operator = useQuery({
    queryKey: ['step-up', key],
    queryFn: ({ signal }) => client.call(getOperator, {}, { signal }),
    enabled: !isEnrolling,
    staleTime: 0,
  });
  const enrols = isEnrolling || operator.data?.enrolled === false;
  return (
    <Dialog title={say(enrols ? 'enrolTitle' : 'stepUpTitle')} onClose={onClose}>
      {enrols ? (
        <Enrolment client={client} onShown={onShown} onSignOut={onSignOut} />
      ) : (
        <Loaded query={operator}>
          {() => (
            <>
              <p className="muted">{say('stepUpText')}</p>
              <CodeForm
                submit={say('stepUpSubmit')}
                show={(code) => client.call(stepUp, { code }, { idempotencyKey: crypto.randomUUID() })}
                onShown={onShown}
              />
            </>
          )}
        </Loaded>
      )}
    </Dialog>
  );
}

interface EnrolmentProps {
  readonly client: Client;
  readonly onShown: () => void;
  readonly onSignOut: () => void;
}

/** The secret as a picture for the phone's camera and as text; in use from its first code on. */
function Enrolment({ client, onShown, onSignOut }: EnrolmentProps) {
  const { say } = useText();
  const [key] = useState(() => crypto.randomUUID());
  const secret = useQuery({
    queryKey: ['enrol-totp', key],
    queryFn: () => client.call(enrolTotp, {}, { idempotencyKey: key }),
    staleTime: Number.POSITIVE_INFINITY,
    // Nothing of it stays in the page.
    gcTime: 0,
  });
  if (secret.isPending) return <Loading />;
  if (secret.isError) {
    const isStale = secret.error instanceof ApiCallError && secret.error.code === 'SIGN_IN_AGAIN';
    return (
      <>
        <Failure error={secret.error} />
        {isStale && (
          <button type="button" className="button button-primary" onClick={onSignOut}>
            {say('signInAgain')}
          </button>
        )}
      </>
    );
  }
  return (
    <>
      <ol className="enrol-steps">
        <li>{say('enrolInstall')}</li>
        <li>{say('enrolScan')}</li>
        <li>{say('enrolType')}</li>
      </ol>
      <div className="enrol-code">
        <QrCode text={secret.data.uri} label={say('enrolQr')} />
        <div>
          <p className="hint">{say('enrolByHand')}</p>
          <p className="mono secret" data-testid="totp-secret">
            {secret.data.secret}
          </p>
        </div>
      </div>
      <CodeForm
        submit={say('enrolSubmit')}
        show={(code) => client.call(confirmTotp, { code }, { idempotencyKey: crypto.randomUUID() })}
        onShown={onShown}
      />
    </>
  );
}
