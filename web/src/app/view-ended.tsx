import { forgetView } from '../core/operator-view.ts';
import { readLanguage } from '../core/preferences.ts';
import { sayIn } from './use-text.ts';

/** The tab of a view that is over. It becomes the operator's own workspace only when that is asked for. */
export function ViewEnded({ merchantId }: { readonly merchantId: string }) {
  const say = sayIn(readLanguage());
  const openOwn = (): void => {
    forgetView();
    location.replace('/app/');
  };
  return (
    <main className="boot">
      <h1>{say('viewEndedTitle')}</h1>
      <p className="muted">{say('viewEndedText')}</p>
      <div className="buttons">
        <a className="button button-primary" href={`/console/#/merchants/${merchantId}`}>
          {say('viewBack')}
        </a>
        <button type="button" className="button" onClick={openOwn}>
          {say('viewOwn')}
        </button>
      </div>
    </main>
  );
}
