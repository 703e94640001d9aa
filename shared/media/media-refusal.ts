import type { TaskErrorCode } from '../contract/errors.ts';

/** Why a photo is refused: the input's fault, told to its merchant. */
export type InputErrorCode = Extract<TaskErrorCode, `INPUT_${string}`>;

/** A photo that cannot be worked on. `code` is stored on the task; `detail` is for the log only. */
export class MediaRefusal extends Error {
  override readonly name = 'MediaRefusal';
  readonly code: TaskErrorCode;
  readonly detail: string;

  constructor(code: TaskErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }
}
