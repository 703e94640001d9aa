import { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_client.js';

export interface CloudAccess {
  readonly credentials: { readonly secretId: string; readonly secretKey: string; readonly sessionToken?: string };
  readonly region: string;
  /** `http://127.0.0.1:PORT` for a stand-in; absent: Tencent's own. */
  readonly endpoint?: string | undefined;
}

type Method<A> = A extends (request: infer Request, callback?: never) => Promise<infer Response>
  ? { request: Request; response: Response }
  : never;

/** The actions of SCF 2018-04-16 that are used here. */
export type ScfAction =
  | 'CreateAlias'
  | 'CreateCustomDomain'
  | 'CreateFunction'
  | 'CreateNamespace'
  | 'CreateTrigger'
  | 'DeleteCustomDomain'
  | 'DeleteFunction'
  | 'DeleteFunctionVersion'
  | 'DeleteLayerVersion'
  | 'DeleteNamespace'
  | 'DeleteReservedConcurrencyConfig'
  | 'DeleteTrigger'
  | 'GetAccount'
  | 'GetAlias'
  | 'GetCustomDomain'
  | 'GetFunction'
  | 'GetFunctionEventInvokeConfig'
  | 'GetLayerVersion'
  | 'GetReservedConcurrencyConfig'
  | 'InvokeFunction'
  | 'ListCustomDomains'
  | 'ListFunctions'
  | 'ListLayerVersions'
  | 'ListLayers'
  | 'ListNamespaces'
  | 'ListTriggers'
  | 'ListVersionByFunction'
  | 'PublishLayerVersion'
  | 'PublishVersion'
  | 'PutReservedConcurrencyConfig'
  | 'UpdateAlias'
  | 'UpdateCustomDomain'
  | 'UpdateFunctionCode'
  | 'UpdateFunctionConfiguration'
  | 'UpdateFunctionEventInvokeConfig'
  | 'UpdateTrigger';

export type ScfRequest<A extends ScfAction> = Method<Client[A]>['request'];
export type ScfResponse<A extends ScfAction> = Method<Client[A]>['response'];

/** One call of the API. @throws the SDK's exception, whose `code` is Tencent's; '' when no answer came */
export type ScfCall = <A extends ScfAction>(action: A, request: ScfRequest<A>) => Promise<ScfResponse<A>>;

/** What the SDK's clients are opened with. */
export function clientConfig({ credentials, region, endpoint }: CloudAccess, reqTimeout = REQUEST_SECONDS) {
  const at = endpoint === undefined ? null : /^(https?:\/\/)(.+)$/.exec(endpoint);
  const { secretId, secretKey, sessionToken } = credentials;
  return {
    credential: { secretId, secretKey, ...(sessionToken !== undefined && { token: sessionToken }) },
    region,
    profile: { httpProfile: { reqTimeout, ...(at && { protocol: at[1] as string, endpoint: at[2] as string }) } },
  };
}

const REQUEST_SECONDS = 60;
/** A function that is invoked answers within 300 s, or the platform does in its place. */
const INVOKE_SECONDS = 310;

export function openScf(access: CloudAccess): ScfCall {
  const client = new Client(clientConfig(access));
  const patient = new Client(clientConfig(access, INVOKE_SECONDS));
  // The SDK sends `request(action, …)` for each of its methods; called by name they could not be paced in one place.
  return async (action, request) =>
    (await (action === 'InvokeFunction' ? patient : client).request(action, request)) as ScfResponse<typeof action>;
}
