/** Texts of batches: Chinese, English. */
export const BATCH_MESSAGES = {
  batch: ['批次', 'Batch'],
  batchTitle: ['这一批 {n} 张', 'A batch of {n}'],
  batchAllOrNone: [
    '这一批的额度一次扣除；额度不够时整批都不会创建。',
    'The credits of all are taken at once; where they do not suffice nothing is created.',
  ],
  batchRecent: ['最近的批次', 'Recent batches'],
  batchOpen: ['查看这一批', 'Open the batch'],
  batchDone: ['已完成 {n}', '{n} done'],
  batchFailed: ['未成功 {n}', '{n} not done'],
  batchRunning: ['进行中 {n}', '{n} under way'],
  batchPercent: ['整体进度 {n}%', '{n}% of all'],
  batchLeft: ['约还需 {n} 分钟', 'about {n} min left'],
  batchRetry: ['重试未成功的 {n} 张', 'Try {n} again'],
  batchRetried: ['已重新处理 {n} 张', '{n} begun again'],
  batchNothingToRetry: ['这些照片换一张才能成功', 'These need another photo'],
  batchStopped: ['其余没有重试，请稍后再试', 'The others were not begun; try again later'],
  batchShort: ['额度不足，其余没有重试', 'Too few credits: the others were not begun'],
  batchMissing: [
    '{n} 张照片没有送达过，请重新上传；它们的额度已返还',
    '{n} photo(s) never arrived; upload them again. Their credits came back',
  ],
  batchCancel: ['取消未开始的 {n} 张', 'Cancel {n} that have not begun'],
  batchUploads: ['照片在上传队列里', 'The photos are among the uploads'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;
