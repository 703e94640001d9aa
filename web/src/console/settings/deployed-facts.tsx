import { Tag } from '../../ui/state-tag.tsx';
import { type Fact, FactList } from '../fact-list.tsx';
import { useText } from '../use-text.ts';
import type { ShownSettings } from './settings-draft.ts';

/** What only a deploy changes: figures, and whether a thing is configured. */
export function DeployedFacts({ deployed }: Pick<ShownSettings, 'deployed'>) {
  const { say } = useText();
  const state = (isConfigured: boolean) => (
    <Tag tone={isConfigured ? 'good' : 'plain'}>{say(isConfigured ? 'configured' : 'notConfigured')}</Tag>
  );
  const facts: Fact[] = [
    ...deployed.channels.map(
      ({ name, configured }): Fact => [say(name === 'wechat' ? 'payWechat' : 'payAlipay'), state(configured)],
    ),
    [say('moderationSetting'), state(deployed.moderation)],
    [say('captchaSetting'), state(deployed.captcha)],
    ...deployed.engines.map(({ name, configured }): Fact => [say('engineOf', { name }), state(configured)]),
    [say('inputDays'), deployed.inputDays],
    [say('resultDaysMost'), deployed.resultDays],
    [say('smsDeployed'), deployed.smsDailyBudget],
  ];
  return (
    <section className="panel">
      <h2>{say('settingsDeployed')}</h2>
      <p className="hint">{say('settingsDeployedText')}</p>
      <FactList facts={facts} />
    </section>
  );
}
