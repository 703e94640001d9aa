import type { FaultGround } from './fault-ground.ts';
import { type As, newOperator } from './ops-scenarios.ts';
import type { Scenario } from './scenario.ts';

const CARD = {
  ...{ id: 'fault_card', nameZh: '故障', nameEn: 'Fault', category: 'test', descriptionZh: '', descriptionEn: '' },
  ...{ credits: 1, access: 'basic', enabled: true, position: 99 },
  form: [{ type: 'image', name: 'photo', labelZh: '照片', labelEn: 'Photo', required: true }],
  pipeline: [
    {
      ...{ name: 'clean', nameZh: '修图', nameEn: 'Clean-up', processor: 'basic-clean', inputs: [{ form: 'photo' }] },
      ...{ params: {}, units: 1, timeLimitSeconds: 240, attempts: 3, engines: ['embedded'] },
    },
  ],
  outputs: [{ step: 'clean', name: '*', contentType: 'image/jpeg' }],
};

/** Its versions count from 1 again. */
export const forgetCard = ({ stage }: FaultGround) =>
  stage.plain.query(
    "DELETE FROM features WHERE id = 'fault_card'; DELETE FROM feature_versions WHERE feature_id = 'fault_card'",
  );

/** What everybody is told of them is as deployed: warm functions keep it for a while, also those that are asked next. */
const SETTINGS = {
  ...{ resultDays: 90, smsDailyBudget: 3000, moderation: true, signUp: true, batchPhotos: 100, creditsLow: 10 },
  supportContact: '',
};
const PRESET = {
  ...{ presetId: 'jd-main', width: 800, height: 800, bytes: { min: 0, max: 1_000_000 }, ground: 'white', fill: 0.85 },
  ...{ margin: 0.03, source: '商家后台', sourceUrl: 'https://help.jd.com/', verified: true },
};
/** Their versions count from 2 again. */
const forgetSettings = ({ stage }: FaultGround) =>
  stage.plain.query('DELETE FROM settings WHERE version > 1; DELETE FROM platform_presets WHERE version > 1');

const PLAN = {
  ...{ planId: 'fault_plan', nameZh: '季度会员', nameEn: 'Quarterly', amountFen: 26_900, credits: 300, days: 90 },
  ...{ access: 'member', onSale: false, position: 9 },
};
const forgetPlan = ({ stage }: FaultGround) => stage.plain.query("DELETE FROM plans WHERE id = 'fault_plan'");

/** What the functions about cards do. Each saving begins with a card of its own that nobody has saved, or saved once. */
export function cardScenarios(as: As): Record<string, Scenario> {
  const save = async (ground: FaultGround, operator: string) => {
    const body = { card: CARD, baseVersion: 0, reason: '上新' };
    return as(ground, operator, 'save-card', { body });
  };
  const savedOnce = async (ground: FaultGround) => {
    await forgetCard(ground);
    await ground.call('save-card', await save(ground, await newOperator(ground)));
  };
  const read = (name: string, query: Record<string, string>): Scenario => ({
    prepare: async (ground) => {
      await savedOnce(ground);
      return as(ground, await newOperator(ground), name, { query });
    },
  });
  return {
    'list-model-photos': read('list-model-photos', {}),
    'save-model-photo': {
      prepare: async (ground) => {
        const body = { gender: 'female', scene: 'street', pose: 3, enabled: false };
        const upload = { contentType: 'image/jpeg', sizeBytes: 1000 };
        return as(ground, await newOperator(ground), 'save-model-photo', { body: { ...body, upload, reason: '上新' } });
      },
      timeless: true,
    },
    'get-settings': {
      prepare: async (ground) => {
        await forgetSettings(ground);
        return as(ground, await newOperator(ground), 'get-settings');
      },
    },
    'list-all-plans': {
      prepare: async (ground) => {
        await forgetPlan(ground);
        return as(ground, await newOperator(ground), 'list-all-plans');
      },
    },
    'save-plan': {
      prepare: async (ground) => {
        await forgetPlan(ground);
        const body = { ...PLAN, baseVersion: 0, reason: '上新' };
        return as(ground, await newOperator(ground), 'save-plan', { body });
      },
      timeless: true,
    },
    'list-presets': {
      prepare: async (ground) => {
        await forgetSettings(ground);
        return as(ground, await newOperator(ground), 'list-presets');
      },
    },
    'save-preset': {
      prepare: async (ground) => {
        await forgetSettings(ground);
        const body = { ...PRESET, baseVersion: 1, reason: '核对规则' };
        return as(ground, await newOperator(ground), 'save-preset', { body });
      },
      timeless: true,
    },
    'save-settings': {
      prepare: async (ground) => {
        await forgetSettings(ground);
        const body = { values: SETTINGS, baseVersion: 1, reason: '活动期间' };
        return as(ground, await newOperator(ground), 'save-settings', { body });
      },
      timeless: true,
    },
    'list-cards': read('list-cards', {}),
    'get-card': read('get-card', { featureId: 'fault_card' }),
    'compare-cards': read('compare-cards', { featureId: 'fault_card', from: '1', to: '1' }),
    'save-card': {
      prepare: async (ground) => {
        await forgetCard(ground);
        return save(ground, await newOperator(ground));
      },
      timeless: true,
    },
    'set-card-state': {
      prepare: async (ground) => {
        await savedOnce(ground);
        const body = { featureId: 'fault_card', version: 1, enabled: false, closedZh: '维护', closedEn: 'Maintenance' };
        return as(ground, await newOperator(ground), 'set-card-state', { body: { ...body, reason: '维护' } });
      },
      timeless: true,
    },
  };
}
