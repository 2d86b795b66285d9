import { Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ComplianceFramework, DatabaseCapacity, DatabaseOptions, DatabaseSource, EnvironmentProfile, RequiredTag } from '../../../src';
import { rulesIn } from '../rules/rules-support';
import { stackOf, systemIn } from '../support';

/** As JavaScript lets it happen: nothing looks at types there. */
const system = (props: object) => () => systemIn(stackOf(), props);
const profile = (instanceType: string) => () => EnvironmentProfile.DEV.withOverrides({ databaseInstanceType: new ec2.InstanceType(instanceType) });
const PROFILE_FIX = 'allowed is an EnvironmentProfile; use EnvironmentProfile.PROD or one of the others, or EnvironmentProfile.custom()';
const SOURCE_FIX = 'make one by its static methods';
const FRAMEWORK_FIX = 'allowed is a ComplianceFramework; use one of its members, such as ComplianceFramework.PCI_DSS_4_0_1';

test.each<[string, () => unknown, string]>([
  ['no organization', system({ organizationName: undefined }),
    'ComplianceMonitoringSystem.organizationName: got nothing, but allowed is up to 64 letters, digits and the characters _ . - '
    + 'of which the first is a letter or a digit; choose a name without slashes or spaces'],
  ['no profile', system({ profile: undefined }), `ComplianceMonitoringSystem.profile: got nothing, but ${PROFILE_FIX}`],
  ['the name of a profile', system({ profile: 'Prod' }), `ComplianceMonitoringSystem.profile: got "Prod", but ${PROFILE_FIX}`],
  ['no policy', system({ parity: undefined }), 'ComplianceMonitoringSystem.parity: got nothing, but allowed is a ParityPolicy; make one by ParityPolicy.of()'],
  ['props of a policy', system({ parity: {} }), 'ComplianceMonitoringSystem.parity: got "Object", but allowed is a ParityPolicy; make one by ParityPolicy.of()'],
  ['a construct as database', system({ database: new Stack() }), `ComplianceMonitoringSystem.database: got "Stack", but allowed is a DatabaseSource; ${SOURCE_FIX}`],
  ['null as buckets', system({ buckets: null }), `ComplianceMonitoringSystem.buckets: got nothing, but allowed is a BucketsSource; ${SOURCE_FIX}`],
  ['a flag as account', system({ account: false }), `ComplianceMonitoringSystem.account: got false, but allowed is an AccountServices; ${SOURCE_FIX}`],
  ['a check each second', system({ driftCheckInterval: Duration.seconds(1) }),
    'ComplianceMonitoringSystem.driftCheckInterval: got "Duration.seconds(1)", but allowed is a whole number of minutes from 5 to 1440; '
    + 'choose a time between 5 minutes and a day'],
  ['no network', system({ database: DatabaseSource.create({} as DatabaseOptions) }),
    'ComplianceDatabase.vpc: got nothing, but allowed is a VPC; give the network that the database stands in'],
  ['the name of a framework', () => rulesIn(stackOf(), { frameworks: ['PCI_DSS_4_0_1' as unknown as ComplianceFramework] }),
    `ConfigRuleSet.frameworks[0]: got "PCI_DSS_4_0_1", but ${FRAMEWORK_FIX}`],
  ['a mistyped framework', () => rulesIn(stackOf(), { frameworks: [ComplianceFramework.GDPR, undefined as unknown as ComplianceFramework] }),
    `ConfigRuleSet.frameworks[1]: got nothing, but ${FRAMEWORK_FIX}`],
  ['a text as tag', () => rulesIn(stackOf(), { requiredTags: ['CostCenter' as unknown as RequiredTag] }),
    'ConfigRuleSet.requiredTags[0].key: got nothing, but allowed is a text; give each tag as { key, values }'],
  ['a class of RDS as instance type', () => DatabaseCapacity.provisioned({ instanceType: new ec2.InstanceType('db.r8g.large') }),
    'ProvisionedCapacityOptions.instanceType: got "db.r8g.large", but allowed is an instance type without db. before it; write it as r8g.large'],
  ['a class of RDS in a profile', profile('db.r5.large'),
    'EnvironmentProfile.databaseInstanceType: got "db.r5.large", but allowed is an instance type without db. before it; write it as r5.large'],
])('%s is refused before anything is made of it', (_, make, message) => {
  expect(make).toThrow(new Error(message));
});
