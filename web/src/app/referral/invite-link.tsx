import { describedBy, Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useText } from '../use-text.ts';

/** The merchant's own link. Selected at a touch, for browsers that do not let a page copy. */
export function InviteLink({ code }: { readonly code: string }) {
  const { say } = useText();
  const link = `${location.origin}/login/?invite=${code}`;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      toast(say('referralCopied'));
    } catch {
      toast(say('referralCopyFailed'), 'bad'); // no clipboard here, or not allowed
    }
  };
  const frame = { id: 'invite-link', label: say('referralLink'), hint: say('referralLinkHint') };
  return (
    <section className="panel stack">
      <Field {...frame}>
        <input {...describedBy(frame)} readOnly value={link} onFocus={(event) => event.target.select()} />
      </Field>
      <button type="button" className="button button-primary" onClick={() => void copy()}>
        {say('referralCopy')}
      </button>
    </section>
  );
}
