import { startSite } from './site-language.ts';

startSite();
