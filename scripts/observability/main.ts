/** `npm run events`: writes docs/events.md. */
import { writeFileSync } from 'node:fs';
import { eventsDocument } from './events-document.ts';

writeFileSync(new URL('../../docs/events.md', import.meta.url), eventsDocument());
