import { createHash } from 'node:crypto';
import { randomLetters } from '../id.ts';

const CHARS = 20;

/** 20 characters, 100 random bits: at ten tries a merchant and ten minutes, nobody guesses one. */
export const newRedeemCode = (): string => randomLetters(CHARS).match(/.{5}/g)!.join('-');

/** SHA-256 (hex) of the code as its owner meant it: no case, hyphens or spaces; O is 0, I and L are 1. */
export function hashRedeemCode(code: string): string {
  const meant = code.toUpperCase().replaceAll(/[ -]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return createHash('sha256').update(meant).digest('hex');
}
