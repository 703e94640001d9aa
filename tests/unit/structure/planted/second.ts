import { third } from './third.ts';

export const second = (): unknown => third();
