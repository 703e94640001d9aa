import { useQuery } from '@tanstack/react-query';
import { getSettings } from '../../../../shared/contract/settings.ts';
import { formatStamp } from '../../core/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { useConsole } from '../console-context.ts';
import { PageHead } from '../page-head.tsx';
import { DeployedFacts } from '../settings/deployed-facts.tsx';
import { SettingsForm } from '../settings/settings-form.tsx';
import { useText } from '../use-text.ts';

/** What may be changed while it runs, and what was deployed. */
export function SettingsPage() {
  const { say, language } = useText();
  const { client } = useConsole();
  const settings = useQuery({
    queryKey: ['get-settings'],
    queryFn: ({ signal }) => client.call(getSettings, {}, { signal }),
  });
  return (
    <div className="page page-wide">
      <PageHead title={say('settings')} lead={say('settingsLead', { n: settings.data?.freshSeconds ?? '…' })} />
      <Loaded query={settings}>
        {(shown) => (
          <>
            <p className="muted">
              {say('settingsVersion', {
                n: shown.version,
                who: shown.savedBy === 'migration' ? say('settingsByMigration') : shown.savedBy,
                time: formatStamp(shown.savedAtMs, language),
              })}{' '}
              <a href="#/audit?action=save-settings">{say('settingsHistory')}</a>
            </p>
            <SettingsForm key={shown.version} settings={shown} />
            <DeployedFacts deployed={shown.deployed} />
          </>
        )}
      </Loaded>
    </div>
  );
}
