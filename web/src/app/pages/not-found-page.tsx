import { useText } from '../use-text.ts';

export function NotFoundPage() {
  const { say } = useText();
  return (
    <div className="page">
      <h1 tabIndex={-1}>{say('notFound')}</h1>
      <a className="button" href="#/">
        {say('backHome')}
      </a>
    </div>
  );
}
