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
        if (found?.['Index'] !== true) return { change: 'create', run: () => writeIndex(call, 'CreateIndex', topic) };
        const { Rule } = await call('cls', 'DescribeIndex', { TopicId: found['TopicId'] });
        if (hasFields(Rule)) return null;
        const note = `${Object.keys(FIELDS).join(' and ')} can be asked about`;
        return { change: 'update', note, run: () => writeIndex(call, 'ModifyIndex', topic) };
      },
    },
  ];
}

export async function findLogset(call: AccountCall, name: string): Promise<Answer | undefined> {
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

const TOKENIZER = '@&()=\'",;:<>[]{}/ \n\t\r';
/** What the dashboard and the alarms read: SQL over the printed line, which the platform's own lines are told from by their type. */
const FIELDS: Readonly<Record<string, Answer>> = {
  SCF_Message: { Type: 'text', Tokenizer: TOKENIZER, SqlFlag: true, ContainZH: true },
  SCF_Type: { Type: 'text', Tokenizer: '', SqlFlag: true, ContainZH: false },
};

async function writeIndex(
  call: AccountCall,
  action: 'CreateIndex' | 'ModifyIndex',
  topic: () => Promise<Answer | undefined>,
): Promise<void> {
  const FullText = { CaseSensitive: false, Tokenizer: TOKENIZER, ContainZH: true };
  const KeyValues = Object.entries(FIELDS).map(([Key, Value]) => ({ Key, Value }));
  const Rule = { FullText, KeyValue: { CaseSensitive: false, KeyValues } };
  await call('cls', action, { TopicId: (await topic())?.['TopicId'], Rule, Status: true });
}

/** Fields that an operator has added stay out of it: what is written anew is written only when one of ours is missing. */
function hasFields(rule: unknown): boolean {
  const { KeyValue } = (rule ?? {}) as { KeyValue?: { KeyValues?: { Key: string; Value: Answer }[] } | null }; // by the SDK's models
  return Object.keys(FIELDS).every((name) =>
    KeyValue?.KeyValues?.some(({ Key, Value }) => Key === name && Value['SqlFlag'] === true),
  );
}
