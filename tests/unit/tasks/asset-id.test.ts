import { describe, expect, it } from 'vitest';
import { parsePhotoId, parseResultId, photoId, resultId } from '../../../shared/tasks/asset-id.ts';

describe('what the library calls a picture', () => {
  const result = { taskId: 'tsk_1', step: 2, unit: 11, name: 'frame' };

  it('is its task, step, unit and name when it was made', () => {
    expect(resultId(result)).toBe('tsk_1/2/11/frame');
    expect(parseResultId('tsk_1/2/11/frame')).toEqual(result);
  });

  it('is its task and number when it was brought', () => {
    expect(photoId({ taskId: 'tsk_1', n: 3 })).toBe('tsk_1/3');
    expect(parsePhotoId('tsk_1/3')).toEqual({ taskId: 'tsk_1', n: 3 });
  });

  it.each(['tsk_1', 'tsk_1/0', 'tsk_1/0/1'])('%s is no result', (id) => {
    expect(parseResultId(id)).toBeUndefined();
  });

  it.each(['tsk_1', 'tsk_1/0/1', 'tsk_1/2/11/frame'])('%s is no photo', (id) => {
    expect(parsePhotoId(id)).toBeUndefined();
  });
});
