import { startProductServer } from './product-server.ts';
import { becomeSimulation } from './simulation/seeded-crypto.ts';
import { openGround, simulate } from './simulation/simulate.ts';

// One worker of a simulation: `simulate-process.ts <first seed> <sequences> <seconds>` runs seeds on a database of its own
// until either is reached, and prints one line of JSON (Simulated).

const [from = 1, sequences = 1, seconds = 60] = process.argv.slice(2).map(Number);
const endsAtMs = performance.now() + seconds * 1000;
const product = await startProductServer({ flush: 0, maxConnections: 10 });
try {
  becomeSimulation();
  const ground = await openGround(product);
  const result = await simulate(ground, from, (count) => count >= sequences || performance.now() >= endsAtMs);
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  await product.stop();
}
