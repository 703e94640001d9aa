import { useEffect, useState } from 'react';
import { ASSET_KINDS } from '../../../../shared/contract/library.ts';
import { ChoiceBar } from '../../ui/choice-bar.tsx';
import type { AppMessage } from '../app-messages.ts';
import { useFeatures } from '../use-api.ts';
import { useText } from '../use-text.ts';
import type { AssetFilter, AssetKind } from './use-assets.ts';

const KIND_TEXT: Readonly<Record<AssetKind, AppMessage>> = {
  picture: 'kindPicture',
  video: 'kindVideo',
  text: 'kindText',
  photo: 'kindPhoto',
};

interface FiltersProps {
  readonly filter: AssetFilter;
  readonly onChange: (change: Partial<AssetFilter>) => void;
}

/** What the library shows: kinds, cards, favourites, what was deleted, and words. */
export function LibraryFilters({ filter, onChange }: FiltersProps) {
  const { say } = useText();
  const shown = (kind: AssetKind | null): string => say(kind === null ? 'all' : KIND_TEXT[kind]);
  return (
    <div className="library-filters">
      <ChoiceBar
        legend={say('libraryKind')}
        name="kind"
        choices={[null, ...ASSET_KINDS].map((kind) => [kind, shown(kind)])}
        chosen={filter.kind}
        onChoose={(kind) => onChange({ kind })}
      >
        <Switch text="favourites" isOn={filter.favourite} onChange={(favourite) => onChange({ favourite })} />
        <Switch text="recentlyDeleted" isOn={filter.deleted} onChange={(deleted) => onChange({ deleted })} />
      </ChoiceBar>
      <div className="filter-row">
        <SearchBox label={say('librarySearch')} value={filter.search} onChange={(search) => onChange({ search })} />
        <CardSelect value={filter.featureId} onChange={(featureId) => onChange({ featureId })} />
      </div>
    </div>
  );
}

interface SwitchProps {
  readonly text: AppMessage;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Switch({ text, isOn, onChange }: SwitchProps) {
  const { say } = useText();
  return (
    <label className="filter">
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
      <span>{say(text)}</span>
    </label>
  );
}

/** Every card, also those that are closed now: their results are still there. */
export function CardSelect({
  value,
  onChange,
}: {
  readonly value: string | null;
  readonly onChange: (featureId: string | null) => void;
}) {
  const { say, language } = useText();
  const cards = useFeatures().data?.features ?? [];
  return (
    <select
      aria-label={say('libraryCard')}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
    >
      <option value="">{say('allCards')}</option>
      {cards.map(({ featureId, nameZh, nameEn }) => (
        <option key={featureId} value={featureId}>
          {language === 'en' ? nameEn : nameZh}
        </option>
      ))}
    </select>
  );
}

const TYPING_MS = 350;
const MAX_SEARCH = 60;

interface SearchProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** Asked for once the typing stops. */
export function SearchBox({ label, value, onChange }: SearchProps) {
  const [text, setText] = useState(value);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === value) return;
    const timer = setTimeout(() => onChange(wanted), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      maxLength={MAX_SEARCH}
      value={text}
      // What the service refuses cannot be typed: line breaks and the like come with pasted text.
      onChange={(event) => setText(event.target.value.replace(/\p{Cc}/gu, ' '))}
    />
  );
}
