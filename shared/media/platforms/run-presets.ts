import { MediaRefusal } from '../media-refusal.ts';
import { oneInput, type ProcessorOutput, type RunProcessor } from '../processor.ts';
import { readGarment } from '../storyboard/garment.ts';
import { labelledAnew } from '../watermark/draw-ai-label.ts';
import { checkPreset } from './check-preset.ts';
import { drawPreset } from './draw-preset.ts';
import type { PlatformPackParams, ResizePresetParams } from './platform-params.ts';
import { PLATFORMS, PRESETS, presetOf } from './presets.ts';

/** One picture as one preset asks. */
export const runResizePreset: RunProcessor<ResizePresetParams> = async (
  { inputs, params, presets },
  { mediaFolder },
) => {
  const preset = presetOf(params.preset, presets);
  if (!preset) throw new MediaRefusal('INPUT_CORRUPT', `preset: ${params.preset} is not known`);
  const garment = await readGarment(oneInput(inputs, 'cutout'), 'auto');
  return [await drawPreset(garment, preset, (scene) => labelledAnew(scene, inputs, mediaFolder))];
};

/** All pictures of the platforms, and a report of every rule that each was checked by, and by figures of which day. */
export const runPlatformPack: RunProcessor<PlatformPackParams> = async (
  { inputs, params, presets = PRESETS },
  { mediaFolder },
) => {
  const garment = await readGarment(oneInput(inputs, 'cutout'), 'auto');
  const outputs: ProcessorOutput[] = [];
  const files = [];
  for (const preset of presets.filter(({ platform }) => params.platforms.includes(platform))) {
    const picture = await drawPreset(garment, preset, (scene) => labelledAnew(scene, inputs, mediaFolder));
    const rules = await checkPreset(picture.bytes, preset);
    const pass = rules.every((rule) => rule.pass);
    outputs.push(pass ? picture : { ...picture, flags: [...picture.flags, 'rules_not_met'] });
    const { zh, en } = PLATFORMS[preset.platform];
    files.push({
      ...{ file: picture.name, preset: preset.id, platform: { zh, en }, name: { zh: preset.zh, en: preset.en } },
      ...{ pass, rules, verifiedAt: preset.verifiedAt, source: preset.source, sourceUrl: preset.sourceUrl },
    });
  }
  const report = { pass: files.every(({ pass }) => pass), files };
  const bytes = Buffer.from(`${JSON.stringify(report, null, 2)}\n`);
  outputs.push({
    name: 'platform-report.json',
    contentType: 'application/json',
    bytes,
    width: 0,
    height: 0,
    flags: [],
  });
  return outputs;
};
