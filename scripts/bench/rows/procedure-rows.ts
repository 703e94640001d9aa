import { createConnection } from 'mysql2/promise';
import { systemClock } from '../../../shared/clock.ts';
import { openDatabase } from '../../../shared/db/database.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { type BenchStage, startBenchStage } from '../bench-stage.ts';
import { checkLedgers } from '../check-ledgers.ts';
import { lanesSlice } from '../lanes-slice.ts';
import { createInSixTrips } from '../peers/six-trips.ts';
import { addSmallestProcedure, createBySmallest } from '../peers/smallest-procedure.ts';
import { compareRounds } from '../ratios.ts';
import { refillRate } from '../refill-rate.ts';
import { type BenchRow, type BenchSettings, checksOf, describeSamples, type Reach, type RowResult } from '../row.ts';
import { type Contender, runRounds } from '../run-rounds.ts';
import { merchantId } from '../seed-merchants.ts';

interface ProcedureCell {
  readonly against: string;
  /** `smallest`: what the six trips cost as one procedure over the peer's tables, to know what can be reached at all. */
  readonly ours: 'create_task' | 'smallest';
  readonly peer: 'bare' | 'six-trips';
  readonly farDatabase: boolean;
  readonly connections: number;
  readonly reach: Reach;
}

const CELLS: readonly ProcedureCell[] = [
  {
    against: 'bare autocommit UPDATE, 8 connections, one hot row',
    ours: 'create_task',
    peer: 'bare',
    farDatabase: false,
    connections: 8,
    reach: { wall: 0.5 },
  },
  {
    against: 'the same, by the smallest procedure there could be: two tables, no key, no lots',
    ours: 'smallest',
    peer: 'bare',
    farDatabase: false,
    connections: 8,
    reach: {},
  },
  {
    against: 'six trips at 1 ms, 32 connections, one hot merchant',
    ours: 'create_task',
    peer: 'six-trips',
    farDatabase: true,
    connections: 32,
    reach: { wall: 10 },
  },
];

async function measure(cell: ProcedureCell, settings: BenchSettings): Promise<RowResult> {
  const stage = await startBenchStage({ farDatabase: cell.farDatabase });
  const stopRefilling = refillRate(stage.connection);
  const ours = ourConnections(stage, cell.connections);
  const peers = await Promise.all(Array.from({ length: cell.connections }, () => createConnection(stage.peerSecret)));
  try {
    const database = { databaseMs: stage.databaseCpuMs };
    if (cell.ours === 'smallest') await addSmallestProcedure(peers[0]!);
    const measured = cell.ours === 'smallest' ? peers.map((connection) => PEERS.smallest(connection)) : ours.create;
    const theirs = peers.map((connection) => PEERS[cell.peer](connection));
    const contenders: Contender<'ours' | 'peer'>[] = [
      { name: 'ours', slice: () => lanesSlice(measured, settings.sliceMs, database) },
      { name: 'peer', slice: () => lanesSlice(theirs, settings.sliceMs, database) },
    ];
    const samples = await runRounds(contenders, settings.rounds, 3);
    if (cell.peer === 'six-trips') await checkLedgers(stage.connection);
    const comparison = compareRounds(samples.ours, samples.peer);
    const { against, reach } = cell;
    const figures = [describeSamples('ours', samples.ours), describeSamples('peer', samples.peer)];
    const { wall, cpu } = comparison;
    return { row: 'create-task-procedure', against, wall, cpu, checks: checksOf(comparison, reach), figures };
  } finally {
    await stopRefilling();
    await Promise.all([ours.close(), ...peers.map((connection) => connection.end())]);
    await stage.stop();
  }
}

let keys = 0;
const INPUTS = [{ contentType: 'image/jpeg' as const, sizeBytes: 2_400_000 }];

function ourConnections(stage: BenchStage, count: number) {
  const databases = Array.from({ length: count }, () => openDatabase({ readSecret: async () => stage.secret }));
  const create = databases.map((db) => async () => {
    const task = { merchantId: merchantId(0), featureId: 'basic_clean', inputs: INPUTS, requestHash: 'a'.repeat(64) };
    await createTask(db, { ...task, idempotencyKey: `key-${++keys}`, nowMs: systemClock() });
  });
  return { create, close: () => Promise.all(databases.map((db) => db.close())) };
}

const newPeerId = (): string => `bench${String(++keys).padStart(21, '0')}`;

type PeerConnection = Awaited<ReturnType<typeof createConnection>>;

const PEERS: Record<ProcedureCell['peer'] | 'smallest', (connection: PeerConnection) => () => Promise<unknown>> = {
  bare: (connection) => () =>
    connection.execute('UPDATE account SET remaining = remaining - 1, used = used + 1 WHERE id = ?', [1]),
  smallest: (connection) => () =>
    createBySmallest(connection, { taskId: newPeerId(), userId: 1, nowMs: systemClock() }),
  'six-trips': (connection) => () => {
    const task = {
      taskId: newPeerId(),
      userId: 1,
      type: 'basic_clean',
      cost: 1,
      input: 'inputs/photo.jpg',
      nowMs: systemClock(),
    };
    return createInSixTrips(connection, task);
  },
};

export const PROCEDURE_ROW: BenchRow = {
  name: 'create-task-procedure',
  title: 'the create_task procedure alone',
  run: async (settings) => {
    const results: RowResult[] = [];
    for (const cell of CELLS) results.push(await measure(cell, settings));
    return results;
  },
};
