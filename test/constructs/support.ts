import { App, AppProps, Aws, Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import {
  AccountServices, AnnouncementTopic, BucketsSource, ComplianceApi, ComplianceEventHub, ComplianceFramework, ComplianceMonitoringSystem,
  ComplianceMonitoringSystemProps, CrossAccountEventForwarder, DailyReport, DatabaseSource, DriftMonitor, DriftMonitorProps, EnvironmentProfile,
  EventRouting, HubAccess, ParityPolicy, RecorderSource, SlackNotifier,
} from '../../src';

export const ENVIRONMENTS = ['Dev', 'Staging', 'Prod'];
export const parityOf = (environments = ENVIRONMENTS, baseline = 'Prod') => ParityPolicy.of({ environments, baseline });

export interface Resource {
  readonly Type: string;
  readonly Properties: { [name: string]: unknown };
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string[];
}
export type Resources = { [logicalId: string]: Resource };

export function stackOf(props?: StackProps, appProps?: AppProps): Stack {
  return new Stack(new App(appProps), 'Stack', props);
}

export function monitorIn(stack: Stack, props: Partial<DriftMonitorProps> = {}, id = 'Drift'): DriftMonitor {
  return new DriftMonitor(stack, id, { organizationName: 'bank', profile: EnvironmentProfile.STAGING, parity: parityOf(), ...props });
}

export function systemIn(stack: Stack, props: Partial<ComplianceMonitoringSystemProps> = {}, id = 'System'): ComplianceMonitoringSystem {
  return new ComplianceMonitoringSystem(stack, id, {
    organizationName: 'bank', profile: EnvironmentProfile.STAGING, parity: parityOf(), ...props,
  });
}

export const FRAMEWORKS = [
  ComplianceFramework.PCI_DSS_4_0_1, ComplianceFramework.PCI_DSS_3_2_1, ComplianceFramework.SOC_2, ComplianceFramework.ISO_27001_2022,
  ComplianceFramework.GDPR,
];

/** A system with everything that it can have, in a VPC of its own unless one is given. */
export function everythingIn(stack: Stack, props: Partial<ComplianceMonitoringSystemProps> = {}, id = 'System'): ComplianceMonitoringSystem {
  const vpc = props.vpc ?? new Vpc(stack, `${id}Vpc`, { maxAzs: 2, natGateways: 1 });
  const lasting = (props.profile ?? EnvironmentProfile.PROD).removalPolicy !== EnvironmentProfile.EPHEMERAL.removalPolicy;
  return systemIn(stack, {
    profile: EnvironmentProfile.PROD,
    vpc,
    alertEmails: ['platform@bank.example'],
    database: DatabaseSource.create({ vpc, passwordParameter: true, generalLog: true }),
    buckets: BucketsSource.create(lasting ? { evidence: { retention: Duration.days(365) } } : {}),
    account: AccountServices.create({ recorder: RecorderSource.create(), frameworks: FRAMEWORKS, routing: EventRouting.hub(HubAccess.ownAccount()) }),
    deployments: { deploymentVersion: '1.2.3' },
    drift: { driftAlarmAction: true },
    monthlyBudget: 10_000,
    exportOutputs: true,
    ...props,
  }, id);
}

/** A hub with all that can be attached to one, and a member's way to another. */
export function organizationIn(scope: Construct, profile = EnvironmentProfile.PROD, otherHub = 'compliance'): ComplianceEventHub {
  const hub = new ComplianceEventHub(scope, 'Hub', { access: HubAccess.organization('o-a1b2c3d4e5'), profile, alertEmails: ['platform@bank.example'] });
  const webhookSecret = Secret.fromSecretNameV2(scope, 'Webhook', 'slack');
  const told = { hub, profile, alertTopic: hub.alertTopic };
  new ComplianceApi(scope, 'Api', { ...told, readerAccounts: ['222222222222'] });
  new SlackNotifier(scope, 'Slack', { ...told, webhookSecret });
  new AnnouncementTopic(scope, 'Told', { ...told, emails: ['team@bank.example'] });
  new DailyReport(scope, 'Report', { ...told, webhookSecret, emails: ['auditors@bank.example'] });
  const hubBus = EventBus.fromEventBusArn(scope, 'OtherHub', `arn:${Aws.PARTITION}:events:eu-central-1:222222222222:event-bus/${otherHub}`);
  new CrossAccountEventForwarder(scope, 'Forwarder', { hubBus, profile });
  return hub;
}

export const resourcesOf = (stack: Stack) => (Template.fromStack(stack).toJSON() as { Resources: Resources }).Resources;

export function ofType(resources: Resources, type: string): [string, Resource][] {
  return Object.entries(resources).filter(([, resource]) => resource.Type === type);
}

/** The one resource of a type whose logical id matches. */
export function only(resources: Resources, type: string, id: RegExp = /./): Resource {
  const found = ofType(resources, type).filter(([logicalId]) => id.test(logicalId));
  if (found.length !== 1) { throw new Error(`${found.length} resources of type ${type} match ${id}`); }
  return found[0][1];
}

export interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
  readonly Effect: string;
  readonly Principal?: unknown;
}

export const statementsOf = (resource: Resource, property = 'PolicyDocument') =>
  (resource.Properties[property] as { Statement: Statement[] }).Statement;

/** A template's value as one line: `${Ref}` and `${Name.Attribute}` in place of intrinsics. */
export function flat(value: unknown): string {
  if (typeof value !== 'object' || value === null) { return String(value); }
  const [name, argument] = Object.entries(value)[0] as [string, unknown];
  if (name === 'Ref') { return `\${${argument as string}}`; }
  if (name === 'Fn::GetAtt') { return `\${${(argument as string[]).join('.')}}`; }
  if (name === 'Fn::Join') { return (argument as [string, unknown[]])[1].map(flat).join((argument as [string])[0]); }
  return JSON.stringify(value);
}

export const flatList = (value: unknown) => (Array.isArray(value) ? value : [value]).map(flat);

/** What CloudFormation makes before a resource, by all that it refers to and depends on, and so on. */
export function madeBefore(resources: Resources, logicalId: string): Set<string> {
  const before = new Set<string>();
  const referredTo = (value: unknown): string[] => {
    if (typeof value !== 'object' || value === null) { return []; }
    return Object.entries(value).flatMap(([name, argument]: [string, unknown]) => {
      if (name === 'Ref' || name === 'DependsOn') { return argument as string | string[]; }
      if (name === 'Fn::GetAtt') { return (argument as string[])[0]; }
      return referredTo(argument);
    });
  };
  const visit = (id: string) => referredTo(resources[id]).filter((other) => other in resources && !before.has(other)).forEach((other) => {
    before.add(other);
    visit(other);
  });
  visit(logicalId);
  return before;
}
