import { useText } from '../use-text.ts';

/** A secret that nobody can be shown again: selected with one click. */
export function ShownOnce({ secret }: { readonly secret: string }) {
  const { say } = useText();
  return (
    <div role="status" className="good-text">
      {secret !== '' && (
        <>
          <p>{say('secretOnce')}</p>
          <code className="mono secret-once">{secret}</code>
        </>
      )}
    </div>
  );
}
