import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';
import { packetReader } from './packet-reader.ts';

/** How a connection fails. `halfOpen`: nobody closes anything, and no answer comes. */
export type CutKind = 'beforeSend' | 'midRequest' | 'afterSend' | 'midReply' | 'halfOpen';

export interface Cut {
  /** Counted from 0 over all connections since `arm`. */
  readonly exchange: number;
  readonly kind: CutKind;
  /** For `midReply` and `midRequest`: the part that still passes, 0 … 1; at least one byte does and one does not. */
  readonly part?: number;
}

/** Something that was asked and has an answer. */
export interface Exchange {
  /** `greeting`, `login`, or the client's command. */
  readonly label: string;
  /** The statement that is asked; of `execute` that of its `prepare`. */
  readonly text: string;
}

/** A proxy between a function and its database that counts what goes to and fro, and cuts where it is told to. */
export interface CuttingProxy {
  readonly port: number;
  /** Closes all connections, counts from 0 again, and cuts once if told to. */
  readonly arm: (cut: Cut | null) => void;
  readonly exchanges: () => readonly Exchange[];
  readonly hasCut: () => boolean;
  readonly close: () => Promise<void>;
}

const PREPARE = 22;
const EXECUTE = 23;
const COMMANDS: Readonly<Record<number, string>> = {
  3: 'query',
  14: 'ping',
  [PREPARE]: 'prepare',
  [EXECUTE]: 'execute',
};
const QUIT = 1;
const CLOSE_STATEMENT = 25;
const PING = Buffer.from([1, 0, 0, 0, 14]);

export async function startCuttingProxy(target: NetConnectOpts): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let cut: Cut | null = null;
  let cuts = 0;
  let exchanges: Exchange[] = [];
  /** @returns the cut that befalls this exchange */
  const begin: Begin = (label, text = '') => {
    exchanges.push({ label, text });
    if (cut === null || cut.exchange !== exchanges.length - 1) return undefined;
    cuts += 1;
    return cut;
  };
  const server = createServer((client) => {
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    relay(client, upstream, begin);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const closeAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    arm: (next) => {
      closeAll();
      [cut, cuts, exchanges] = [next, 0, []];
    },
    exchanges: () => exchanges,
    hasCut: () => cuts > 0,
    close: () =>
      new Promise((resolve) => {
        closeAll();
        server.close(() => resolve());
      }),
  };
}

type Begin = (label: string, text?: string) => Cut | undefined;

function relay(client: Socket, upstream: Socket, begin: Begin): void {
  let answer: (bytes: Buffer) => void = (bytes) => void client.write(bytes);
  const fail = (found: Cut, request: Buffer, isWhole: (reply: Buffer) => boolean) => {
    if (found.kind === 'beforeSend') return void client.destroy();
    if (found.kind === 'midRequest') {
      answer = () => undefined;
      return void upstream.write(partOf(request, found), () => setTimeout(() => upstream.destroy(), 5));
    }
    let reply = Buffer.alloc(0);
    answer = (bytes) => {
      reply = Buffer.concat([reply, bytes]);
      if (found.kind === 'halfOpen' || !isWhole(reply)) return;
      answer = () => undefined;
      if (found.kind === 'midReply') client.write(partOf(withoutPing(reply), found), () => client.destroy());
      else client.destroy();
    };
    upstream.write(request);
  };

  const greeting = begin('greeting');
  if (greeting) fail(greeting, Buffer.alloc(0), () => true);
  let loggedIn = false;
  /** Servers number a connection's statements from 1. */
  const prepared: string[] = [];
  const readPackets = packetReader();
  client.on('data', (bytes: Buffer) => {
    for (const packet of readPackets(bytes)) {
      const sequence = packet[3];
      const command = packet[4] ?? 0;
      if (!loggedIn) {
        loggedIn = true;
        const found = begin('login');
        if (found) fail(found, packet, () => true);
        else upstream.write(packet);
      } else if (sequence !== 0 || command === QUIT || command === CLOSE_STATEMENT) {
        upstream.write(packet);
      } else {
        const text = command === EXECUTE ? (prepared[packet.readUInt32LE(5) - 1] ?? '') : packet.toString('utf8', 5);
        if (command === PREPARE) prepared.push(text);
        const found = begin(COMMANDS[command] ?? `command ${command}`, text);
        if (!found) upstream.write(packet);
        // The server answers one after the other: with the ping's answer the other one is whole, and its work is done.
        else if (found.kind === 'beforeSend' || found.kind === 'midRequest') fail(found, packet, () => true);
        else fail(found, Buffer.concat([packet, PING]), (reply) => pingAt(reply) > 0);
      }
    }
  });
  upstream.on('data', (bytes: Buffer) => answer(bytes));
}

function partOf(bytes: Buffer, { part = 0.5 }: Cut): Buffer {
  return bytes.subarray(0, Math.min(bytes.length - 1, Math.max(1, Math.floor(bytes.length * part))));
}

/** Where the ping's answer begins: packets are numbered from 1 in each answer. 0 while it is not there. */
function pingAt(reply: Buffer): number {
  let at = 0;
  for (const packet of packetReader()(reply)) {
    if (at > 0 && packet[3] === 1) return at;
    at += packet.length;
  }
  return 0;
}

const withoutPing = (reply: Buffer): Buffer => reply.subarray(0, pingAt(reply) || reply.length);
