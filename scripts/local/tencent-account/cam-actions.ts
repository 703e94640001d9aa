import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import { LOCAL_OWNER } from '../tencent-api/local-owner.ts';
import { type Payload, text } from './scf-state.ts';

export interface CamState {
  readonly roles: Map<string, { id: string; trust: string; description: string; policies: Set<string> }>;
  readonly policies: Map<string, { id: number; document: string; description: string }>;
  lastId: number;
}

type Action = (state: CamState, payload: Payload) => Payload;

export const emptyCam = (): CamState => ({ roles: new Map(), policies: new Map(), lastId: 1000 });

const NAME = /^[A-Za-z0-9+=,.@_-]{1,128}$/;
const MOST_ROLES = 1000;

/** CAM 2019-01-16: custom policies, roles that a service takes on, who the account is. */
export const CAM_ACTIONS: Readonly<Record<string, Action>> = {
  GetUserAppId: () => ({ Uin: LOCAL_OWNER, OwnerUin: LOCAL_OWNER, AppId: 1_250_000_000 }),
  DescribeRoleList: ({ roles }, payload) => {
    const all = [...roles].map(([RoleName, { id, trust, description }]) => ({
      ...{ RoleId: id, RoleName, PolicyDocument: trust, Description: description },
    }));
    return { List: pageOf(all, payload), TotalNum: all.length };
  },
  CreateRole: (state, payload) => {
    const name = named(payload, 'RoleName');
    if (state.roles.has(name)) throw new ApiRefusal('InvalidParameter.RoleNameInUse', `Role ${name} exists.`);
    if (state.roles.size >= MOST_ROLES) throw new ApiRefusal('InvalidParameter.RoleFull', 'Too many roles.');
    const id = String(++state.lastId);
    const trust = checkedTrust(payload);
    state.roles.set(name, { id, trust, description: text(payload, 'Description'), policies: new Set() });
    return { RoleId: id };
  },
  UpdateAssumeRolePolicy: (state, payload) => {
    const role = roleOf(state, text(payload, 'RoleName'));
    role.trust = checkedTrust(payload);
    return {};
  },
  DeleteRole: (state, payload) => {
    roleOf(state, text(payload, 'RoleName'));
    state.roles.delete(text(payload, 'RoleName'));
    return {};
  },
  ListPolicies: ({ policies }, payload) => {
    const keyword = text(payload, 'Keyword');
    const all = [...policies]
      .filter(([name]) => name.includes(keyword))
      .map(([PolicyName, { id, description }]) => ({ PolicyId: id, PolicyName, Description: description, Type: 1 }));
    return { List: pageOf(all, payload), TotalNum: all.length };
  },
  GetPolicy: (state, payload) => {
    const [PolicyName, { document, description }] = policyById(state, payload['PolicyId']);
    return { PolicyName, PolicyDocument: document, Description: description, Type: 1 };
  },
  CreatePolicy: (state, payload) => {
    const name = named(payload, 'PolicyName');
    if (state.policies.has(name)) throw new ApiRefusal('FailedOperation.PolicyNameInUse', `Policy ${name} exists.`);
    const document = checkedPolicy(payload);
    const id = ++state.lastId;
    state.policies.set(name, { id, document, description: text(payload, 'Description') });
    return { PolicyId: id };
  },
  UpdatePolicy: (state, payload) => {
    const policy = state.policies.get(text(payload, 'PolicyName'));
    if (!policy) throw new ApiRefusal('ResourceNotFound.PolicyIdNotFound', 'The policy does not exist.');
    policy.document = checkedPolicy(payload);
    return { PolicyId: policy.id };
  },
  DeletePolicy: (state, payload) => {
    for (const id of payload['PolicyId'] as number[]) state.policies.delete(policyById(state, id)[0]); // checked by the model
    return {};
  },
  ListAttachedRolePolicies: (state, payload) => {
    const held = [...roleOf(state, text(payload, 'RoleName')).policies];
    const all = held.map((PolicyName) => ({ PolicyId: state.policies.get(PolicyName)?.id, PolicyName }));
    return { List: pageOf(all, payload), TotalNum: all.length };
  },
  AttachRolePolicy: (state, payload) => {
    const name = text(payload, 'PolicyName');
    if (!state.policies.has(name)) throw new ApiRefusal('ResourceNotFound.PolicyIdNotFound', 'No such policy.');
    roleOf(state, text(payload, 'AttachRoleName')).policies.add(name);
    return {};
  },
  DetachRolePolicy: (state, payload) => {
    const [name] = policyById(state, payload['PolicyId']);
    roleOf(state, text(payload, 'DetachRoleName')).policies.delete(name);
    return {};
  },
};

function named(payload: Payload, field: string): string {
  const name = text(payload, field);
  if (!NAME.test(name)) throw new ApiRefusal('InvalidParameter.ParamError', `${field} is not valid.`);
  return name;
}

function roleOf({ roles }: CamState, name: string) {
  const role = roles.get(name);
  if (!role) throw new ApiRefusal('InvalidParameter.RoleNotExist', `Role ${name} does not exist.`);
  return role;
}

function policyById({ policies }: CamState, id: unknown) {
  const found = [...policies].find(([, policy]) => policy.id === id);
  if (!found) throw new ApiRefusal('ResourceNotFound.PolicyIdNotFound', 'The policy does not exist.');
  return found;
}

interface Document {
  readonly version?: unknown;
  readonly statement?: readonly Readonly<Record<string, unknown>>[];
}

function parsed(payload: Payload): Document {
  try {
    const document = JSON.parse(text(payload, 'PolicyDocument')) as Document; // looked at below
    if (document.version === '2.0' && Array.isArray(document.statement) && document.statement.length > 0)
      return document;
  } catch {
    // Answered below.
  }
  throw new ApiRefusal('InvalidParameter.PolicyDocumentError', 'The policy document is not valid.');
}

const listed = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

function checkedPolicy(payload: Payload): string {
  for (const { effect, action, resource } of parsed(payload).statement ?? []) {
    const isAction = listed(action).every((one) => /^(\*|(name\/)?[a-z]+:(\*|[A-Za-z]+\*?))$/.test(one));
    if (!['allow', 'deny'].includes(String(effect)) || action === undefined || !isAction)
      throw new ApiRefusal('InvalidParameter.ActionError', 'An action or effect is not valid.');
    const isResource = listed(resource).every(
      (one) => one === '*' || /^qcs:[^:]*:[a-z]*:[a-z0-9-]*:[^:]*:.+$/.test(one),
    );
    if (resource === undefined || !isResource)
      throw new ApiRefusal('InvalidParameter.ResourceError', 'A resource is not in six parts.');
  }
  return text(payload, 'PolicyDocument');
}

function checkedTrust(payload: Payload): string {
  for (const { principal } of parsed(payload).statement ?? []) {
    const { service } = (principal ?? {}) as { service?: unknown };
    if (service === undefined || !listed(service).every((one) => /^[a-z0-9.-]+\.com$/.test(one)))
      throw new ApiRefusal('InvalidParameter.PrincipalError', 'The principal is not valid.');
  }
  return text(payload, 'PolicyDocument');
}

function pageOf<T>(items: readonly T[], payload: Payload): T[] {
  const [page, size] = [Number(payload['Page'] ?? 1), Number(payload['Rp'] ?? 20)];
  if (page < 1 || size < 1 || size > 200) throw new ApiRefusal('InvalidParameter.ParamError', 'Page or Rp is wrong.');
  return items.slice((page - 1) * size, page * size);
}
