export { second } from './second.ts';
