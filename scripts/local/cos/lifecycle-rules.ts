import { CosError } from './cos-error.ts';
import { childrenOf, parseXml, renderXml, textOf } from './xml.ts';

/** Days count from an object's last change, or from an upload's beginning. */
export type LifecycleRule = {
  id: string;
  enabled: boolean;
  /** '' for the whole bucket. */
  prefix: string;
  expirationDays?: number;
  abortIncompleteDays?: number;
};

const days = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new CosError('MalformedXML');
  return Number(text);
};

/** What this stand-in does not do (transitions, tags, versions) is refused, not ignored. @throws CosError */
export function parseLifecycle(xml: string): LifecycleRule[] {
  const root = parseXml(xml);
  const nodes = childrenOf(root, 'Rule');
  if (root?.name !== 'LifecycleConfiguration' || nodes.length === 0) throw new CosError('MalformedXML');
  return nodes.map((node, index) => {
    const known = ['ID', 'Status', 'Filter', 'Expiration', 'AbortIncompleteMultipartUpload'];
    const other = node.children.find(({ name }) => !known.includes(name));
    if (other) throw new CosError('NotImplemented', `lifecycle: ${other.name} is not implemented`);
    const filter = childrenOf(node, 'Filter')[0];
    if (filter?.children.some(({ name }) => name !== 'Prefix')) {
      throw new CosError('NotImplemented', 'lifecycle: only a Prefix filter is implemented');
    }
    const status = textOf(node, 'Status');
    if (status !== 'Enabled' && status !== 'Disabled') throw new CosError('MalformedXML');
    const expirationDays = days(textOf(childrenOf(node, 'Expiration')[0], 'Days'));
    const abortIncompleteDays = days(
      textOf(childrenOf(node, 'AbortIncompleteMultipartUpload')[0], 'DaysAfterInitiation'),
    );
    if (expirationDays === undefined && abortIncompleteDays === undefined) throw new CosError('MalformedXML');
    return {
      id: textOf(node, 'ID') ?? `rule-${index}`,
      enabled: status === 'Enabled',
      prefix: textOf(filter, 'Prefix') ?? '',
      ...(expirationDays !== undefined && { expirationDays }),
      ...(abortIncompleteDays !== undefined && { abortIncompleteDays }),
    };
  });
}

export const renderLifecycle = (rules: readonly LifecycleRule[]): string =>
  renderXml('LifecycleConfiguration', {
    Rule: rules.map((rule) => ({
      ID: rule.id,
      Filter: { Prefix: rule.prefix },
      Status: rule.enabled ? 'Enabled' : 'Disabled',
      ...(rule.expirationDays !== undefined && { Expiration: { Days: rule.expirationDays } }),
      ...(rule.abortIncompleteDays !== undefined && {
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: rule.abortIncompleteDays },
      }),
    })),
  });
