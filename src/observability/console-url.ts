import { Aws, CfnMapping, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';

const CONSOLE_DOMAINS: { readonly [partition: string]: string } = {
  'aws': 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** URL of a dashboard in the console of its partition. Where the partition is known only at deployment, a mapping in the template decides. */
export function dashboardUrl(scope: Construct, dashboardName: string): string {
  const { region } = Stack.of(scope);
  const domain = Token.isUnresolved(region) ? domainAtDeployment(scope) : CONSOLE_DOMAINS[partitionOf(region)];
  return `https://${region}.${domain}/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) { return 'aws-cn'; }
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function domainAtDeployment(scope: Construct): string {
  const mapping = Object.fromEntries(Object.entries(CONSOLE_DOMAINS).map(([partition, domain]) => [partition, { domain }]));
  return new CfnMapping(scope, 'Console', { mapping, lazy: true }).findInMap(Aws.PARTITION, 'domain');
}
