/** Owns a local runtime with one frozen image instance, prints the ids of its processes, and waits to be killed. */
import { replyOf, startStage } from './scf-stage.ts';

const [, , distFolder = ''] = process.argv;
const stage = await startStage(distFolder, { 'starts-child': { memoryMb: 1024 }, echo: {} });
const child = await replyOf(stage.scf, 'starts-child');
const [instance] = stage.scf.instances();
process.stdout.write(`${JSON.stringify([instance?.pid, child])}\n`);
setInterval(() => undefined, 1_000);
