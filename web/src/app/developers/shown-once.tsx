import { useText } from '../use-text.ts';

interface ShownOnceProps {
  readonly secret: string;
  readonly hint?: 'secretOnce' | 'webhookCopy';
}

/** A secret, selected with one click; as a rule nobody can be shown it again. */
export function ShownOnce({ secret, hint = 'secretOnce' }: ShownOnceProps) {
  const { say } = useText();
  return (
    <div role="status" className="good-text">
      {secret !== '' && (
        <>
          <p>{say(hint)}</p>
          <code className="mono secret-once">{secret}</code>
        </>
      )}
    </div>
  );
}
