import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listPresets } from '../../../../shared/contract/presets.ts';
import { formatStamp } from '../../core/format.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Tag } from '../../ui/state-tag.tsx';
import { useConsole } from '../console-context.ts';
import { PageHead } from '../page-head.tsx';
import { PresetDialog } from '../presets/preset-dialog.tsx';
import { isStale, PLATFORM_TEXTS, type Preset } from '../presets/preset-draft.ts';
import { sourceText } from '../presets/source-text.ts';
import { useText } from '../use-text.ts';

const percent = (share: number): string => `${Math.round(share * 1000) / 10}%`;

/** What shops ask of pictures, and when somebody last compared it with their pages. */
export function PresetsPage() {
  const { say, language } = useText();
  const { client, canWrite } = useConsole();
  const presets = useQuery({
    queryKey: ['list-presets'],
    queryFn: ({ signal }) => client.call(listPresets, {}, { signal }),
  });
  const [chosen, setChosen] = useState<Preset | null>(null);
  const nameOf = ({ platform, zh, en }: Preset): string => {
    const at = language === 'en' ? 1 : 0;
    return `${PLATFORM_TEXTS[platform][at]} · ${at === 1 ? en : zh}`;
  };
  const columns: readonly Column<Preset>[] = [
    { head: say('presetPicture'), cell: nameOf, isText: true },
    { head: say('presetSize'), cell: ({ width, height }) => `${width}×${height}` },
    { head: say('presetBytes'), cell: ({ bytes }) => `${bytes.min}–${bytes.max}` },
    { head: say('presetGround'), cell: ({ ground }) => say(ground === 'white' ? 'groundWhite' : 'groundScene') },
    { head: say('presetShares'), cell: ({ fill, margin }) => `${percent(fill)} / ${percent(margin)}` },
    {
      head: say('presetVerified'),
      cell: (preset) => (
        <Tag tone={isStale(preset, Date.now()) ? 'warn' : 'good'}>{preset.verifiedAt ?? say('presetNever')}</Tag>
      ),
    },
    {
      head: say('presetSource'),
      cell: ({ source, sourceUrl }) =>
        sourceUrl === '' ? (
          sourceText(source, language)
        ) : (
          <a href={sourceUrl} target="_blank" rel="noreferrer">
            {sourceText(source, language)}
          </a>
        ),
      isText: true,
    },
    ...(canWrite
      ? [
          {
            head: say('actions'),
            cell: (preset: Preset) => (
              <button type="button" className="button button-small" onClick={() => setChosen(preset)}>
                {say('presetEdit')}
              </button>
            ),
          },
        ]
      : []),
  ];
  return (
    <div className="page page-wide">
      <PageHead title={say('presets')} lead={say('presetsLead')} />
      <Loaded query={presets}>
        {({ items, version, savedBy, savedAtMs }) => {
          const stale = items.filter((one) => isStale(one, Date.now())).length;
          const who = savedBy === 'migration' ? say('settingsByMigration') : savedBy;
          return (
            <>
              <p className="muted">
                {say('presetsVersion', { n: version, who, time: formatStamp(savedAtMs, language) })}
              </p>
              {stale > 0 && (
                <p className="warn-text" role="status">
                  {say('presetsStale', { n: stale })}
                </p>
              )}
              <DataTable label={say('presets')} columns={columns} rows={items} keyOf={({ id }) => id} />
              {chosen && (
                <PresetDialog preset={chosen} name={nameOf(chosen)} version={version} onClose={() => setChosen(null)} />
              )}
            </>
          );
        }}
      </Loaded>
    </div>
  );
}
