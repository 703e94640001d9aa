import type { AccountCall, Answer } from '../provision/account-call.ts';
import type { Service } from '../serverless/service.ts';
import { type Check, ok, wrong } from './finding.ts';

/** Each instance has an address in the subnet. */
const FEW_ADDRESSES = 20;

export function networkChecks(call: AccountCall, { vpc, region }: Service): Check[] {
  if (vpc === null) {
    const todo = 'provider.vpcConfig in serverless.yml: functions reach TencentDB in its own VPC alone';
    return [{ name: 'VPC', look: async () => [wrong('VPC', 'none is named', todo)] }];
  }
  const filter = (Name: string, value: string) => ({ Filters: [{ Name, Values: [value] }] });
  return [
    {
      name: 'VPC',
      look: async () => {
        const { VpcSet } = await call('vpc', 'DescribeVpcs', filter('vpc-id', vpc.vpcId));
        if ((VpcSet as Answer[] | undefined)?.length) return [ok('VPC', vpc.vpcId)];
        return [wrong('VPC', `${vpc.vpcId} is not in ${region}`, 'VPC_ID: of a VPC in the region of the functions')];
      },
    },
    {
      name: 'subnet',
      look: async () => {
        const { SubnetSet } = await call('vpc', 'DescribeSubnets', filter('subnet-id', vpc.subnetId));
        const [subnet] = (SubnetSet as Answer[] | undefined) ?? [];
        if (!subnet || subnet['VpcId'] !== vpc.vpcId) {
          const where = subnet ? `belongs to ${String(subnet['VpcId'])}` : `is not in ${region}`;
          return [wrong('subnet', `${vpc.subnetId} ${where}`, `SUBNET_ID: of a subnet of ${vpc.vpcId}`)];
        }
        const free = Number(subnet['AvailableIpAddressCount']);
        if (free >= FEW_ADDRESSES) return [ok('subnet', `${vpc.subnetId}, ${free} addresses free`)];
        return [
          wrong(
            'subnet',
            `${free} addresses are free`,
            'SUBNET_ID: a subnet with room for the instances, such as a /22',
          ),
        ];
      },
    },
  ];
}
