import { getHeapStatistics } from 'node:v8';
import { callHandler, type Handler } from './call-handler.ts';
import { captureOutput } from './capture-output.ts';
import type { InstanceEvent, InstanceInit, InstanceLink, UserError } from './instance-messages.ts';
import { shiftDate } from './shift-date.ts';

/** The life of an instance: load the function once, then one event after the other, standing still in between. */
export function runInside(link: InstanceLink): void {
  let clockOffsetMs = 0;
  let init: InstanceInit | undefined;
  let handler: Handler | undefined;
  const setClock = (offsetMs: number): void => {
    clockOffsetMs = offsetMs;
  };
  shiftDate(() => clockOffsetMs);
  captureOutput((stream, text) => link.send({ kind: 'output', stream, text }));
  process.on('uncaughtException', (error) => {
    link.send({ kind: 'crashed', error: describe(error) }, () => process.exit(1));
  });

  link.onMessage((message) => {
    setClock(message.clockOffsetMs);
    if (message.kind === 'init') {
      init = message;
      handler = load(link, message);
      link.freeze();
    } else if (message.kind === 'event' && init && handler) {
      void answer(link, handler, init, message);
    }
  });
}

function load(link: InstanceLink, init: InstanceInit): Handler | undefined {
  try {
    const exported = require(init.file) as Record<string, unknown>;
    const handler = exported[init.handler];
    if (typeof handler !== 'function') throw new Error(`${init.file} exports no function ${init.handler}`);
    link.send({ kind: 'ready', codeCache: String(exported['codeCache'] ?? 'none') });
    return handler as Handler;
  } catch (error) {
    link.send({ kind: 'initFailed', error: describe(error) });
    return undefined;
  }
}

async function answer(link: InstanceLink, handler: Handler, init: InstanceInit, event: InstanceEvent): Promise<void> {
  const { requestId } = event;
  try {
    const value = await callHandler(handler, init, event);
    link.send({ kind: 'reply', requestId, text: JSON.stringify(value) ?? 'null', memoryMb: memoryMb() });
  } catch (error) {
    link.send({ kind: 'threw', requestId, error: describe(error) });
  }
  link.freeze();
}

/** Of this thread alone: its heap and the buffers that it holds. */
function memoryMb(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return (used_heap_size + external_memory) / (1024 * 1024);
}

function describe(error: unknown): UserError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: String(error) };
  return { name: error.name, message: error.message, stack: error.stack ?? String(error) };
}
