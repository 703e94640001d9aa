import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, peer?: boolean,
 *   link?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lock
 */

/**
 * Whether node_modules holds what package-lock.json asks for, by the record that npm itself keeps in
 * node_modules/.package-lock.json. It is written last, so an interrupted install does not match; and a stamp of our own
 * would call for a reinstall after every `npm install` of a developer's.
 *
 * @param {string} root
 */
export function packagesMatchLock(root) {
  const wanted = readLock(join(root, 'package-lock.json'));
  const installed = readLock(join(root, 'node_modules/.package-lock.json'));
  return wanted !== undefined && installed !== undefined && lockIsInstalled(wanted, installed);
}

/**
 * @param {Lock} wanted
 * @param {Lock} installed
 */
export function lockIsInstalled(wanted, installed) {
  return Object.entries(wanted.packages ?? {}).every(([path, entry]) => {
    if (path === '') return true;
    const present = installed.packages?.[path];
    // Another system's binaries are in the lock and never on the disk.
    if (present === undefined) return entry.optional === true || entry.devOptional === true;
    return present.version === entry.version && present.integrity === entry.integrity;
  });
}

/**
 * @param {string} file
 * @returns {Lock | undefined}
 */
function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
