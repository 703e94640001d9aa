import type { LogTopic } from '../deploy/desired-function.ts';
import { type AccountCall, type Answer, listAll } from './account-call.ts';
import type { Part } from './part.ts';

const DAYS_KEPT = 30;
const TOPIC = 'functions';

/** One log set a stage with one topic for all its functions, searchable: a request's lines are found by its id. */
export function logParts(call: AccountCall, name: string): Part[] {
  const logset = () => findLogset(call, name);
  const topic = () => findTopic(call, name);
  return [
    {
      name: `log set ${name}`,
      look: async () =>
        (await logset()) ? null : { change: 'create', run: () => call('cls', 'CreateLogset', { LogsetName: name }) },
    },
    {
      name: `log topic ${name}/${TOPIC}`,
      look: async () => {
        const found = await topic();
        if (!found) return { change: 'create', note: `${DAYS_KEPT} days`, run: () => createTopic(call, logset) };
        if (found['Period'] === DAYS_KEPT) return null;
        const run = () => call('cls', 'ModifyTopic', { TopicId: found['TopicId'], Period: DAYS_KEPT });
        return { change: 'update', note: `${String(found['Period'])} days become ${DAYS_KEPT}`, run };
      },
    },
    {
      name: `log index ${name}/${TOPIC}`,
      look: async () => {
        const found = await topic();
        if (found?.['Index'] === true) return null;
        return { change: 'create', run: () => createIndex(call, topic) };
      },
    },
  ];
}

async function findLogset(call: AccountCall, name: string): Promise<Answer | undefined> {
  const found = await filtered(call, 'DescribeLogsets', 'Logsets', 'logsetName', name);
  return found.find((one) => one['LogsetName'] === name);
}

async function findTopic(call: AccountCall, name: string): Promise<Answer | undefined> {
  const set = await findLogset(call, name);
  if (!set) return undefined;
  const topics = await filtered(call, 'DescribeTopics', 'Topics', 'logsetId', String(set['LogsetId']));
  return topics.find((one) => one['TopicName'] === TOPIC);
}

/** Where a stage's functions write their logs; null: provisioning has not been here. */
export async function findLogTopic(call: AccountCall, name: string): Promise<LogTopic | null> {
  const found = await findTopic(call, name);
  return found ? { logsetId: String(found['LogsetId']), topicId: String(found['TopicId']) } : null;
}

const filtered = (call: AccountCall, action: string, list: string, Key: string, value: string): Promise<Answer[]> =>
  listAll(call, 'cls', action, list, { Filters: [{ Key, Values: [value] }] });

async function createTopic(call: AccountCall, logset: () => Promise<Answer | undefined>): Promise<void> {
  const LogsetId = (await logset())?.['LogsetId'];
  await call('cls', 'CreateTopic', { LogsetId, TopicName: TOPIC, Period: DAYS_KEPT, StorageType: 'hot' });
}

async function createIndex(call: AccountCall, topic: () => Promise<Answer | undefined>): Promise<void> {
  const FullText = { CaseSensitive: false, Tokenizer: '@&()=\'",;:<>[]{}/ \n\t\r', ContainZH: true };
  await call('cls', 'CreateIndex', { TopicId: (await topic())?.['TopicId'], Rule: { FullText }, Status: true });
}
