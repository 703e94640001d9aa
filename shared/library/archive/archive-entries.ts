import { CSV_MARK, csvRow } from '../../csv.ts';
import { shanghaiTime } from '../../shanghai-day.ts';
import { type Language, taskErrorText } from '../../tasks/task-summary.ts';
import type { ArchivedFile, ArchivedTask } from './archived-files.ts';
import { safeName, uniqueNames } from './safe-name.ts';

export interface ArchiveEntry {
  /** `001 shirt/white.jpg` */
  readonly path: string;
  readonly file: ArchivedFile;
  readonly task: ArchivedTask;
}

/** A folder for each task, numbered in their order and named for the merchant's own file, or for the card. */
export function archiveEntries(tasks: readonly ArchivedTask[], language: Language): ArchiveEntry[] {
  return tasks.flatMap((task, n) => {
    const card = language === 'zh' ? task.featureNameZh : task.featureNameEn;
    const title = safeName(task.fileName?.replace(/\.[^.]*$/, '') ?? card, 'photo');
    const folder = `${String(n + 1).padStart(3, '0')} ${title}`;
    const unique = uniqueNames();
    return task.files.map((file) => ({ path: `${folder}/${unique(safeName(file.name, 'file'))}`, file, task }));
  });
}

export const manifestName = (language: Language): string => (language === 'zh' ? '清单.csv' : 'list.csv');

const HEADERS: Readonly<Record<Language, readonly string[]>> = {
  zh: ['文件', '原照片', '功能', '状态', '宽', '高', '字节', '格式', '标记', '任务', '创建时间 (UTC+8)'],
  en: ['file', 'photo', 'card', 'state', 'width', 'height', 'bytes', 'type', 'marks', 'task', 'created (UTC+8)'],
};
const STATES: Readonly<Record<Language, { present: string; missing: string; open: string }>> = {
  zh: { present: '已打包', missing: '文件已不存在', open: '尚未完成' },
  en: { present: 'in the archive', missing: 'no longer there', open: 'not finished yet' },
};

/**
 * The list of all files as CSV for a spreadsheet: UTF-8 with its mark, nothing in it a formula. Photos of a batch without a result
 * have a line that says why.
 */
export function archiveManifest(
  tasks: readonly ArchivedTask[],
  entries: readonly ArchiveEntry[],
  { missing, language }: { missing: ReadonlySet<ArchiveEntry>; language: Language },
): string {
  const words = STATES[language];
  const about = ({ taskId, createdAtMs }: ArchivedTask) => [taskId, shanghaiTime(createdAtMs)];
  const origin = (task: ArchivedTask) => [
    task.fileName ?? '',
    language === 'zh' ? task.featureNameZh : task.featureNameEn,
  ];
  const lines = tasks.flatMap((task) => {
    const own = entries.filter((entry) => entry.task === task);
    if (own.length === 0)
      return [csvRow(['', ...origin(task), whyNone(task, language), '', '', '', '', '', ...about(task)])];
    return own.map((entry) => {
      const { width, height, sizeBytes, contentType, flags } = entry.file;
      const state = missing.has(entry) ? words.missing : words.present;
      return csvRow([entry.path, ...origin(task), state, width, height, sizeBytes, contentType, flags, ...about(task)]);
    });
  });
  return CSV_MARK + csvRow(HEADERS[language]) + lines.join('');
}

function whyNone({ state, errorCode }: ArchivedTask, language: Language): string {
  if (errorCode !== null) return taskErrorText(errorCode, language);
  return STATES[language][state === 'succeeded' ? 'missing' : 'open'];
}
