import { isoDay } from '../../core/format.ts';
import { pathPart } from '../../core/pack-files.ts';
import type { Language } from '../../core/preferences.ts';
import type { Asset } from './use-assets.ts';

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
};

type Named = Pick<
  Asset,
  'kind' | 'taskId' | 'featureNameZh' | 'featureNameEn' | 'name' | 'fileName' | 'contentType' | 'createdAtMs'
>;

/** Where an asset stands in an archive: its card, its photo and day, its name. The task's last letters keep two photos of one name apart. */
export function archivePath(asset: Named, language: Language): string {
  const card = pathPart(language === 'en' ? asset.featureNameEn : asset.featureNameZh);
  const day = isoDay(asset.createdAtMs);
  const photo = asset.fileName === undefined ? day : `${asset.fileName.replace(/\.\w{1,5}$/, '')}-${day}`;
  const name =
    asset.kind === 'photo' ? `photo-${asset.name}.${EXTENSIONS[asset.contentType] ?? 'bin'}` : pathPart(asset.name);
  return `${card}/${pathPart(photo)}-${asset.taskId.slice(-6)}/${name}`;
}
