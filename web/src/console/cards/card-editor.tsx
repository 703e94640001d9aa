import { useState } from 'react';
import type { Card } from '../../../../shared/contract/card.ts';
import { saveCard } from '../../../../shared/contract/ops-cards.ts';
import { describedBy, Field } from '../../ui/field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import { type CardDraft, type CardLine, draftOf, readDraft } from './card-draft.ts';
import { CardPreview } from './card-preview.tsx';

const LINES = [
  ['nameZh', 'cardNameZh'],
  ['nameEn', 'cardNameEn'],
  ['descriptionZh', 'cardTextZh'],
  ['descriptionEn', 'cardTextEn'],
  ['category', 'cardCategory'],
  ['credits', 'cardCredits'],
  ['position', 'cardPosition'],
] as const;
const ACCESS = [
  ['whitelist', 'accessWhitelist'],
  ['member', 'accessMembers'],
  ['basic', 'accessAll'],
] as const;

interface CardEditorProps {
  readonly card: Card;
  /** That was read; 0: a new card is made of it. */
  readonly baseVersion: number;
  readonly onSaved: (featureId: string) => void;
}

/** A card's parts: those in words as fields, form and pipeline as JSON, and beside them what merchants will see. */
export function CardEditor({ card, baseVersion, onSaved }: CardEditorProps) {
  const { say } = useText();
  const [draft, setDraft] = useState<CardDraft>(() => draftOf(card));
  const [isSaving, setSaving] = useState(false);
  const read = readDraft(draft, card);
  const saving = useAction(saveCard, ['reason'], ({ featureId }) => {
    setSaving(false);
    onSaved(featureId);
  });
  const errorOf = (name: CardLine): string | undefined =>
    read.problems.includes(name) ? say('cardLineWrong') : undefined;
  const inParts = read.problems.filter((path) => !(path in draft.lines));
  const partsFrame = {
    id: 'card-parts',
    label: say('cardParts'),
    hint: say('cardPartsHint'),
    error: inParts.length === 0 ? undefined : partsProblem(inParts),
  };
  function partsProblem(paths: readonly string[]): string {
    return paths[0] === '' ? say('cardNoJson') : say('cardPathsWrong', { paths: paths.join(', ') });
  }
  const setLine = (name: CardLine, value: string): void =>
    setDraft((all) => ({ ...all, lines: { ...all.lines, [name]: value } }));
  return (
    <div className="card-editor">
      <div className="panel form-grid">
        {baseVersion === 0 && (
          <TextField
            id="card-id"
            label={say('cardId')}
            hint={say('cardIdHint')}
            error={errorOf('id')}
            value={draft.lines.id}
            onChange={(value) => setLine('id', value)}
          />
        )}
        {LINES.map(([name, label]) => (
          <TextField
            key={name}
            id={`card-${name}`}
            label={say(label)}
            error={errorOf(name)}
            value={draft.lines[name]}
            onChange={(value) => setLine(name, value)}
          />
        ))}
        <Field id="card-access" label={say('cardAccess')}>
          <select
            id="card-access"
            value={draft.access}
            onChange={({ target }) => setDraft((all) => ({ ...all, access: target.value as CardDraft['access'] }))} // one of the options
          >
            {ACCESS.map(([value, text]) => (
              <option key={value} value={value}>
                {say(text)}
              </option>
            ))}
          </select>
        </Field>
        <div className="whole-row">
          <Field {...partsFrame}>
            <textarea
              {...describedBy(partsFrame)}
              className="mono card-parts"
              spellCheck={false}
              rows={24}
              value={draft.parts}
              onChange={({ target }) => setDraft((all) => ({ ...all, parts: target.value }))}
            />
          </Field>
        </div>
        <button
          type="button"
          className="button button-primary"
          disabled={read.card === null}
          onClick={() => setSaving(true)}
        >
          {say(baseVersion === 0 ? 'cardMake' : 'cardSave', { n: baseVersion + 1 })}
        </button>
      </div>
      <section>
        <h2>{say('cardPreview')}</h2>
        {read.card ? (
          <CardPreview key={JSON.stringify(read.card.form)} card={read.card} />
        ) : (
          <p className="empty">{say('cardNoPreview')}</p>
        )}
      </section>
      {isSaving && read.card && (
        <ReasonDialog
          title={say(baseVersion === 0 ? 'cardMake' : 'cardSave', { n: baseVersion + 1 })}
          submit={say('cardConfirm')}
          action={saving}
          onSubmit={(reason) => read.card && void saving.run({ card: read.card, baseVersion, reason })}
          onClose={() => setSaving(false)}
        >
          <p>{say('cardSaveText')}</p>
        </ReasonDialog>
      )}
    </div>
  );
}
