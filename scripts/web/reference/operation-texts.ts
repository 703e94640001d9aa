import type { Both } from './html.ts';

interface Told {
  readonly title: Both;
  /** In Chinese; in English the contract's own summary says it. */
  readonly zh: string;
  /** A valid input, as the examples send it. */
  readonly example: Readonly<Record<string, unknown>>;
}

const TASK = 'tsk_01JDCZ7Q4R8S9T0V1W2X3Y4Z5A';
const BATCH = 'bat_01JDCZ7Q4R8S9T0V1W2X3Y4Z5A';
const RESULT = `${TASK}/1/0/white.jpg`;
const PHOTO = { contentType: 'image/jpeg', sizeBytes: 2_345_678 };

/** What an API key can call, in the order in which a program meets it. */
export const GROUPS: readonly { readonly id: string; readonly title: Both; readonly operations: readonly string[] }[] =
  [
    { id: 'cards', title: ['功能卡', 'Feature cards'], operations: ['list-features'] },
    {
      ...{ id: 'tasks', title: ['任务', 'Tasks'] },
      operations: ['create-task', 'get-task', 'list-tasks', 'cancel-task', 'retry-task'],
    },
    {
      ...{ id: 'batches', title: ['批次', 'Batches'] },
      operations: ['create-batch', 'get-batch', 'list-batches', 'retry-batch'],
    },
    {
      ...{ id: 'results', title: ['成品与打包', 'Results and archives'] },
      operations: ['list-assets', 'delete-assets', 'restore-assets', 'create-archive', 'get-archive'],
    },
    { id: 'credits', title: ['额度', 'Credits'], operations: ['query-quota', 'list-quota-entries'] },
    { id: 'deliveries', title: ['发送记录', 'Deliveries'], operations: ['list-webhook-deliveries'] },
  ];

export const OPERATION_TEXTS: Readonly<Record<string, Told>> = {
  'list-features': {
    title: ['列出功能卡', 'List the cards'],
    zh: '全部功能卡：价格、要填写的表单和会得到的成品；暂未开放的会说明原因。',
    example: {},
  },
  'create-task': {
    title: ['创建任务', 'Create a task'],
    zh: '扣除功能卡的额度并创建任务，返回照片的上传地址。照片用 PUT 直接发到该地址，传完即开始处理。',
    example: { featureId: 'basic_clean', inputs: [PHOTO] },
  },
  'get-task': {
    title: ['查询任务', 'Read a task'],
    zh: '任务的状态、进度和成品链接。按 pollAfterMs 间隔查询，并带上 If-None-Match，没有变化时返回 304。',
    example: { taskId: TASK },
  },
  'list-tasks': {
    title: ['列出任务', 'List tasks'],
    zh: '按创建时间倒序，可按状态、功能卡、时间和文件名筛选。',
    example: { state: 'succeeded', limit: '20' },
  },
  'cancel-task': {
    title: ['取消任务', 'Cancel a task'],
    zh: '取消还没有结束的任务，正在处理的也可以：额度全部退回，已做的部分不保留。已交给 AI 引擎的任务，每天最多取消五个。',
    example: { taskId: TASK },
  },
  'retry-task': {
    title: ['重做任务', 'Retry a task'],
    zh: '用未成功任务的照片新建一个任务，已上传的照片不必重传。填写 form 则以新内容从头制作，已成功的任务也可以，按整价扣额度。',
    example: { taskId: TASK },
  },
  'create-batch': {
    title: ['创建批次', 'Create a batch'],
    zh: '每张照片一个任务，功能卡和表单相同；要么全部创建并扣除全部额度，要么一个也不创建。',
    example: { featureId: 'basic_clean', photos: [{ name: 'shirt-01.jpg', ...PHOTO }] },
  },
  'get-batch': {
    title: ['查询批次', 'Read a batch'],
    zh: '批次中每张照片的任务状态和总体进度。',
    example: { batchId: BATCH },
  },
  'list-batches': {
    title: ['列出批次', 'List batches'],
    zh: '按创建时间倒序，附每个批次的进度。',
    example: { limit: '20' },
  },
  'retry-batch': {
    title: ['重做批次中失败的照片', 'Retry what failed of a batch'],
    zh: '重做批次中未成功的任务，逐个扣额度，扣费规则同重做任务；重复调用不会重复扣费。',
    example: { batchId: BATCH },
  },
  'list-assets': {
    title: ['列出成品', 'List results'],
    zh: '全部任务的成品，按创建时间倒序；kind=photo 时列出仍保存着的原图。',
    example: { kind: 'picture', limit: '20' },
  },
  'delete-assets': {
    title: ['删除成品', 'Delete results'],
    zh: '删除成品，七天内可以恢复，之后彻底删除。',
    example: { assetIds: [RESULT] },
  },
  'restore-assets': {
    title: ['恢复成品', 'Restore results'],
    zh: '恢复七天内删除的成品。',
    example: { assetIds: [RESULT] },
  },
  'create-archive': {
    title: ['打包成品', 'Make an archive'],
    zh: '把一个批次或选中的成品打成 ZIP：每张照片一个文件夹，附文件清单（CSV）。后台打包，用 get-archive 查询；不扣额度。',
    example: { batchId: BATCH },
  },
  'get-archive': {
    title: ['查询打包', 'Read an archive'],
    zh: '打包的进度；完成后返回短时有效的下载链接。',
    example: { archiveId: 'arc_01JDCZ7Q4R8S9T0V1W2X3Y4Z5A' },
  },
  'query-quota': {
    title: ['查询额度', 'Read the credits'],
    zh: '现在可用的额度，以及各批额度的剩余，按到期时间排列。',
    example: {},
  },
  'list-quota-entries': {
    title: ['额度明细', 'Read the ledger'],
    zh: '额度的每一笔变动，按时间倒序；给出 taskId 则只列该任务的。',
    example: { limit: '20' },
  },
  'list-webhook-deliveries': {
    title: ['列出发送记录', 'List deliveries'],
    zh: '已经发送和等待发送的 Webhook 消息，按时间倒序，保留 30 天。接收端停机后可从这里补取消息内容。',
    example: { limit: '20' },
  },
};
