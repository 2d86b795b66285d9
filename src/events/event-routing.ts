import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct, IConstruct } from 'constructs';
import { ComplianceEventHub } from './compliance-event-hub';
import { ComplianceEventHubOptions } from './compliance-event-hub-props';
import { CrossAccountEventForwarder } from './cross-account-event-forwarder';
import { CrossAccountEventForwarderOptions } from './cross-account-event-forwarder-props';
import { HubAccess } from './hub-access';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { GovernanceTags } from '../foundation/governance-tags';

interface RoutingContext {
  readonly organizationName: string;
  readonly profile: EnvironmentProfile;
  readonly encryptionKey: kms.IKey;
  readonly alertTopic: sns.ITopic;
  readonly criticalTopic?: sns.ITopic;
  readonly reportsBucket?: s3.IBucket;
  readonly alarms?: boolean;
  readonly runtime?: lambda.Runtime;
  readonly tags?: GovernanceTags;
}

interface Route {
  /** What carries the events. */
  readonly rules: IConstruct[];
  readonly forwarder?: CrossAccountEventForwarder;
  readonly eventHub?: ComplianceEventHub;
}

/**
 * Where an account's compliance events go. An account has one route in a region, however many environments live there.
 *
 * Another route on a live stack takes the old one away: of a hub, table and bucket stay where its removal policy says so.
 */
export class EventRouting {
  /**
   * To the bus of a hub in another account or region.
   *
   * @param hubBus The bus, mostly by `EventBus.fromEventBusArn`.
   * @param options What differs from the defaults.
   */
  public static forwardTo(hubBus: events.IEventBus, options: CrossAccountEventForwarderOptions = {}): EventRouting {
    return new EventRouting((scope, { profile, encryptionKey, alertTopic, alarms }) => {
      const forwarder = new CrossAccountEventForwarder(scope, 'Forwarder', { alarms, ...options, hubBus, profile, encryptionKey, alertTopic });
      return { forwarder, rules: [forwarder.rule] };
    });
  }

  /**
   * To a hub that is made here, in this account and region.
   *
   * @param access Which accounts may send, beside this one.
   * @param options What differs from the defaults.
   */
  public static hub(access: HubAccess, options: ComplianceEventHubOptions = {}): EventRouting {
    return new EventRouting((scope, { alarms, runtime, reportsBucket, ...context }) => {
      const eventHub = new ComplianceEventHub(scope, 'Hub', { alarms, runtime, reportsBucket, ...options, ...context, access });
      return { eventHub, rules: eventHub.ownAccountRules };
    });
  }

  /**
   * Nowhere: events stay on the account's default bus.
   */
  public static none(): EventRouting {
    return new EventRouting(() => ({ rules: [] }));
  }

  private constructor(private readonly make: (scope: Construct, context: RoutingContext) => Route) {}

  /** @internal */
  public _bind(scope: Construct, context: RoutingContext): Route {
    return this.make(scope, context);
  }
}
