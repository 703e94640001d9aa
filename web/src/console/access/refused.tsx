import { Icon } from '../../ui/icon.tsx';
import { useText } from '../use-text.ts';

interface RefusedProps {
  readonly phoneMasked: string;
  readonly onSignOut: () => Promise<void>;
  readonly onRetry: () => void;
}

/** Somebody who is signed in and has no role. */
export function Refused({ phoneMasked, onSignOut, onRetry }: RefusedProps) {
  const { say } = useText();
  return (
    <main className="door">
      <div className="panel" role="alert">
        <span className="bad-text">
          <Icon name="lock" size={36} />
        </span>
        <h1>{say('refusedTitle')}</h1>
        <p>{say('refusedText', { phone: phoneMasked })}</p>
        <p className="hint">{say('refusedHow')}</p>
        <div className="buttons">
          <button type="button" className="button button-primary" onClick={onRetry}>
            {say('refusedRetry')}
          </button>
          <button type="button" className="button" onClick={() => void onSignOut()}>
            {say('otherAccount')}
          </button>
          <a className="button button-quiet" href="/app/">
            {say('toWorkspace')}
          </a>
        </div>
      </div>
    </main>
  );
}
