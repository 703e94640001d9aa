import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './import-graph.ts';

/** The ordered texts' words: each begins a row of its own. */
const ORDERED = `
kind: Serverless-first deployment on Tencent SCF
packages: serverless | packages: @serverless/tencent-scf | packages: cos-nodejs-sdk-v5 | packages: tencentcloud-sdk-nodejs
packages: mysql2 | packages: jose | packages: zod | packages: esbuild | packages: vitest
top-level: functions | top-level: shared | top-level: infra | top-level: serverless.yml | top-level: scripts
top-level: tests | top-level: package.json | top-level: tsconfig.json | top-level: README.md
shape: each API operation is its own SCF function | shape: login | shape: create task | shape: query quota
shape: pay-callback | shape: behind API Gateway | shape: sharing a TypeScript core library
shape: COS upload events trigger processing functions | shape: that write task status straight to TencentDB MySQL
shape: and refunds straight to TencentDB MySQL
used-by: frontend calling API Gateway | used-by: COS event-driven processing | used-by: payment provider webhooks
生产环境控制台清理 | AI图片处理服务的SaaS平台 | 前后端分离 | 微服务和云原生 | 99元/月、100次处理配额
认证 | 会员管理 | 任务处理 | 配额管理 | 媒体服务 | 支付集成
前端应用 | 后端API服务 | SCF Worker | 部署脚本 | 自动化测试 | 角色技能说明书 | 微信小程序
任务服务 | 配额服务 | 认证中间件 | 任务控制器 | 配额扣减和返还的原子性 | 数据库 | 对象存储 | 云函数 | 用户
create( | createByFeature( | get( | updateStatus( | list( | processVideoGenerateTask( | handleVideoTaskFailure(
getQuotaCost( | getTaskTypeLabel( | cleanupTimeoutTasks( | refundQuota( | deduct( | refund( | getQuota( | checkQuota(
请求(含Bearer Token) | 提取Token | 验证JWT | 附加用户信息,继续处理 | 返回响应 | 返回401错误
收到创建任务请求 | 验证输入参数 | 参数有效? | 返回错误响应 | 检查配额 | 配额足够? | 返回配额不足 | 事务中扣减配额
创建任务记录 | 启动异步处理 | 返回成功响应
MySQL数据库 | 腾讯云COS | Redis | PM2集群配置: 3个实例, 最大内存600M, 每天凌晨4点重启 | Serverless Framework
日志级别info | 忽略监听node_modules | 事务+行锁 | 索引优化 | 视频任务异步处理 | 回调通知机制
检查服务状态 | 查看日志 | 验证数据库连接 | 确认配置正确性`
  .split(/[|\n]/)
  .map((word) => word.trim())
  .filter((word) => word !== '');

interface Row {
  readonly ordered: string;
  readonly here: string;
  readonly test: string;
}

function rowsOf(document: string): Row[] {
  return document
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ordered |'))
    .map((line) => {
      const [ordered = '', here = '', test = ''] = line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim());
      return { ordered, here, test };
    });
}

const isFile = (text: string): boolean => /^\.?[\w-]+(\/[\w.-]+)+$|^[\w.-]+\.(ts|yml|json|md)$/.test(text);

/** What a row names that is not there, or what it fails to name. */
function rowProblems({ ordered, here, test }: Row): string[] {
  const named = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text as string).filter(isFile);
  const files = [...named(here), ...named(test)];
  const links = [...here.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => `docs/${link}`);
  const missing = [...files, ...links].filter((file) => !existsSync(join(ROOT, file)));
  const tests = [...test.matchAll(/`(tests\/[^`]+)`(?: “([^”]+)”)?/g)].filter(
    ([, file, name]) =>
      name !== undefined && existsSync(join(ROOT, file as string)) && !textOf(file as string).includes(name),
  );
  const isPlanned = here.startsWith('`planned`');
  return [
    ...missing.map((file) => `${ordered}: ${file} does not exist`),
    ...tests.map(([, file, name]) => `${ordered}: ${file} has no test “${name}”`),
    ...(isPlanned || named(here).length + links.length > 0 ? [] : [`${ordered}: names nothing`]),
    ...(isPlanned || test !== '' || links.length > 0 ? [] : [`${ordered}: names no test`]),
  ];
}

/** A test's title may hold an apostrophe that the source escapes. */
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8').replaceAll("\\'", "'");

describe('docs/seed-map.md', () => {
  const document = readFileSync(join(ROOT, 'docs/seed-map.md'), 'utf8');
  const rows = rowsOf(document);

  it('names files, decisions and tests that exist', () => {
    expect(rows.flatMap(rowProblems)).toEqual([]);
  });

  it('has a row for each thing that was ordered, and each row once', () => {
    const begins = ({ ordered }: Row, word: string) =>
      ordered === word || /^[ ,]/.test(ordered.slice(word.length)) || word.endsWith('(');
    expect(ORDERED.filter((word) => !rows.some((row) => row.ordered.startsWith(word) && begins(row, word)))).toEqual(
      [],
    );
    expect(new Set(rows.map(({ ordered }) => ordered)).size).toBe(rows.length);
  });

  it.each([
    ['| a | `shared/none.ts` | `tests/unit/structure/seed-map.test.ts` |', 'shared/none.ts does not exist'],
    ['| a | `shared/clock.ts` | `tests/unit/none.test.ts` |', 'tests/unit/none.test.ts does not exist'],
    [
      '| a | `shared/clock.ts` | `tests/unit/structure/tables.test.ts` “no test has this name” |',
      'has no test “no test',
    ],
    ['| a | [decision 99](decisions/0099-none.md) | |', 'docs/decisions/0099-none.md does not exist'],
    ['| a | done | `tests/unit/structure/tables.test.ts` |', 'names nothing'],
    ['| a | `shared/clock.ts` | |', 'names no test'],
  ])('would be found wrong: %s', (line, problem) => {
    expect(rowsOf(line).flatMap(rowProblems).join('\n')).toContain(problem);
  });
});
