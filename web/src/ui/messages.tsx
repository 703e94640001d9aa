import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import { readError } from './read-error.ts';
import { useText } from './use-text.ts';

/** Something went wrong here: what, what to do, and the number that support asks for. */
export function Failure({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { say } = useText();
  const { message, requestId } = readError(error, say);
  return (
    <div className="notice notice-bad" role="alert">
      <Icon name="alert" />
      <div>
        <p>{message}</p>
        {requestId && <RequestId id={requestId} />}
      </div>
      {onRetry && (
        <button type="button" className="button button-small" onClick={onRetry}>
          {say('tryAgain')}
        </button>
      )}
    </div>
  );
}

function RequestId({ id }: { readonly id: string }) {
  const { say } = useText();
  return (
    <p className="hint request-id">
      <span>{say('requestId', { id })}</span>
      <button type="button" className="link" onClick={() => void navigator.clipboard?.writeText(id)}>
        {say('copy')}
      </button>
    </p>
  );
}

export function Loading() {
  const { say } = useText();
  return (
    <div className="loading" role="status">
      <span className="visually-hidden">{say('loading')}</span>
      <span className="bone" />
      <span className="bone bone-short" />
      <span className="bone" />
    </div>
  );
}

export function Empty({
  icon,
  title,
  children,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty">
      <Icon name={icon} size={32} />
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}
