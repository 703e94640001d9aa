import { loadProcessor } from './load-processor.ts';
import { MediaRefusal } from './media-refusal.ts';
import type { InputCount, MediaInput, ProcessorCall, ProcessorOutput, ProcessorServices } from './processor.ts';
import { type ParamsOf, PROCESSORS, type ProcessorName } from './processors.ts';

/**
 * Runs one processor: its files counted by name, its params filled with their defaults. Throws MediaRefusal for files
 * that it does not take, ZodError for params, and what the processor throws.
 */
export async function runProcessor<Name extends ProcessorName>(
  name: Name,
  call: Omit<ProcessorCall<unknown>, 'params'> & { params: unknown },
  services: ProcessorServices,
): Promise<ProcessorOutput[]> {
  checkInputs(call.inputs, PROCESSORS[name].inputs);
  // The schema is the one of this name; TypeScript does not follow that through the table.
  const params = PROCESSORS[name].params.parse(call.params) as ParamsOf<Name>;
  const run = await loadProcessor(name);
  return run({ ...call, params }, services);
}

function checkInputs(inputs: readonly MediaInput[], takes: Readonly<Record<string, InputCount>>): void {
  for (const { name } of inputs) {
    if (!(name in takes)) throw new MediaRefusal('INPUT_CORRUPT', `${name}: this processor takes no such file`);
  }
  for (const [name, { min, max }] of Object.entries(takes)) {
    const count = inputs.filter((input) => input.name === name).length;
    if (count >= min && count <= max) continue;
    throw new MediaRefusal('INPUT_CORRUPT', `${name}: ${count} files, takes ${min} to ${max}`);
  }
}
