import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 50;
const abandonedStealMs = 10_000;

/**
 * Runs `work` while holding `lockFile`, so that two processes never do it at once. The file holds its owner's process
 * id; the lock of an owner that is gone is taken over. (Node has no flock, and flock(1) is not on macOS.)
 *
 * @template T
 * @param {string} lockFile
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once when somebody else holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(lockFile, work, onWait) {
  let told = false;
  while (!takeLock(lockFile)) {
    if (!told) onWait?.();
    told = true;
    await sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

/** @param {string} lockFile */
function takeLock(lockFile) {
  if (createExclusively(lockFile)) return true;
  if (ownerIsAlive(lockFile)) return false;
  // Only one process at a time may judge and remove a dead owner's lock; otherwise two could each remove the other's.
  const steal = `${lockFile}.steal`;
  if (!createExclusively(steal)) {
    if (ageMs(steal) > abandonedStealMs) rmSync(steal, { force: true });
    return false;
  }
  try {
    if (!ownerIsAlive(lockFile)) rmSync(lockFile, { force: true });
    return createExclusively(lockFile);
  } finally {
    rmSync(steal, { force: true });
  }
}

/** @param {string} file */
function createExclusively(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} lockFile */
function ownerIsAlive(lockFile) {
  if (!existsSync(lockFile)) return false;
  const pid = Number(readOrEmpty(lockFile));
  // An empty file is a lock between its creation and its first write.
  if (!pid) return ageMs(lockFile) < abandonedStealMs;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {string} file */
function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} file */
function ageMs(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
