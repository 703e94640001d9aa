import type { Database } from '../db/database.ts';
import type { FilledForm } from '../features/read-form.ts';
import { readInputs, readOutputs } from './read-task.ts';
import type { TaskFiles } from './resolve-work.ts';

/** What the units of a task's step work on. `formJson`: as it stands in the task's row. */
export async function readTaskFiles(
  db: Database,
  { taskId, step }: { readonly taskId: string; readonly step: number },
  formJson: string | null,
): Promise<TaskFiles> {
  const form = formJson === null ? undefined : (JSON.parse(formJson) as FilledForm); // written by createTask
  const inputs = await readInputs(db, taskId);
  return { form, inputs, outputs: step === 0 ? [] : await readOutputs(db, taskId) };
}
