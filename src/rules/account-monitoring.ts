import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AccountMonitoringProps } from './account-monitoring-props';
import { ComplianceFramework } from './compliance-framework';
import { ConfigRecorder } from './config-recorder';
import { ConfigRuleSet } from './config-rule-set';
import { makeDeliveryBucket } from './delivery-bucket';
import { refuseSecondInAccount } from './one-per-account';
import { RecorderSource } from './recorder-source';
import { AlertTopics } from '../alerts/alert-topics';
import { ComplianceEventHub } from '../events/compliance-event-hub';
import { CrossAccountEventForwarder } from '../events/cross-account-event-forwarder';
import { EventRouting } from '../events/event-routing';
import { applyGovernanceTags } from '../foundation/apply-governance-tags';
import { ComplianceKey } from '../foundation/compliance-key';
import { requireProfile } from '../private/kinds';
import { refuse, requireKind, requireOrganizationName } from '../private/validation';

/**
 * What an account has once in a region, however many environments live there: the Config recorder with a watch over its health,
 * the rules, and the route of its compliance events.
 *
 * Two in one account and region of an app are refused when it is synthesised.
 */
export class AccountMonitoring extends Construct {
  /** The account's Config recorder. */
  public readonly recorder: ConfigRecorder;
  /** The account's rules. */
  public readonly ruleSet: ConfigRuleSet;
  /** Sends the account's compliance events to another account's hub, if they are routed there. */
  public readonly forwarder?: CrossAccountEventForwarder;
  /** The hub of the account's compliance events, if it is made here. */
  public readonly eventHub?: ComplianceEventHub;
  /** Where a recorder that is made delivers. */
  public readonly deliveryBucket?: s3.IBucket;
  /** Whom alarms tell. */
  public readonly alertTopic: sns.ITopic;
  /** Whom what cannot wait is told; in production, or where it is given. */
  public readonly criticalTopic?: sns.ITopic;
  /** Key that everything is encrypted with. */
  public readonly encryptionKey: kms.IKey;

  /**
   * @param scope Where it belongs: a stack in the account and region.
   * @param id Its name there. Another id on a live stack makes everything anew, but for an ensured recorder,
   *   which is left as it is.
   * @param props The environment, and whom to tell.
   */
  constructor(scope: Construct, id: string, props: AccountMonitoringProps) {
    super(scope, id);
    const { organizationName, profile, tags } = props;
    checkKinds(props);
    requireOrganizationName('AccountMonitoring.organizationName', organizationName);
    refuseSecondInAccount(this, 'AccountMonitoring', (other) => other instanceof AccountMonitoring);

    const { key: encryptionKey } = new ComplianceKey(this, 'Key', { profile, encryptionKey: props.encryptionKey });
    const { alertTopic, criticalTopic } = new AlertTopics(this, 'Topics', {
      profile, encryptionKey, alertTopic: props.alertTopic, criticalTopic: props.criticalTopic, alertEmails: props.alertEmails,
    });
    const source = props.recorder ?? RecorderSource.ensure();
    this.deliveryBucket = source._delivers() ? props.deliveryBucket ?? makeDeliveryBucket(this, 'Delivery', profile, encryptionKey) : undefined;
    this.recorder = new ConfigRecorder(this, 'Recorder', {
      organizationName,
      profile,
      tags,
      source,
      encryptionKey,
      alertTopic,
      criticalTopic,
      deliveryBucket: this.deliveryBucket,
      healthCheckInterval: props.healthCheckInterval,
      alarms: props.alarms,
      runtime: props.runtime,
    });
    const route = props.routing?._bind(this, {
      organizationName,
      profile,
      tags,
      encryptionKey,
      alertTopic,
      criticalTopic,
      reportsBucket: props.reportsBucket,
      alarms: props.alarms,
      runtime: props.runtime,
    });
    this.forwarder = route?.forwarder;
    this.eventHub = route?.eventHub;
    this.ruleSet = new ConfigRuleSet(this, 'Rules', {
      ...props.ruleSet, frameworks: frameworksOf(props), organizationName, environments: props.environments ?? [profile.name],
    });
    // What the rules find first is on its way already.
    this.ruleSet.node.addDependency(this.recorder, ...route?.rules ?? []);
    this.encryptionKey = encryptionKey;
    this.alertTopic = alertTopic;
    this.criticalTopic = criticalTopic;
    applyGovernanceTags(this, organizationName, profile.name, tags);
  }
}

function checkKinds({ profile, recorder, routing }: AccountMonitoringProps): void {
  requireProfile('AccountMonitoring.profile', profile);
  if (recorder !== undefined) { requireKind('AccountMonitoring.recorder', recorder, RecorderSource, 'make one by its static methods'); }
  if (routing !== undefined) { requireKind('AccountMonitoring.routing', routing, EventRouting, 'use EventRouting.forwardTo(), .hub() or .none()'); }
}

function frameworksOf({ frameworks, ruleSet }: AccountMonitoringProps): ComplianceFramework[] | undefined {
  if (frameworks && ruleSet?.frameworks) {
    refuse('AccountMonitoring.ruleSet.frameworks', ruleSet.frameworks.map(({ key }) => key), 'no frameworks in both places', 'give frameworks beside ruleSet only');
  }
  return frameworks ?? ruleSet?.frameworks;
}
