import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';
import { requireFurtherSources } from './bus-statements';
import { LONGEST_HUB_NAME, LONGEST_READER_PREFIX } from './contract';
import { CrossAccountEventForwarderProps } from './cross-account-event-forwarder-props';
import { requireProfileIfGiven } from '../private/kinds';
import { refuse, requireMinutes, requireObject, requireWholeNumber } from '../private/validation';

const PROP = 'CrossAccountEventForwarder';

export function checkForwarder(scope: IConstruct, props: CrossAccountEventForwarderProps): void {
  requireObject(`${PROP}.hubBus`, props.hubBus, 'eventBusArn', 'an event bus', 'give EventBus.fromEventBusArn()');
  requireProfileIfGiven(`${PROP}.profile`, props.profile);
  checkPlace(scope, props.hubBus);
  if (props.heartbeatInterval) {
    requireMinutes(`${PROP}.heartbeatInterval`, props.heartbeatInterval, 1, 1440, 'give it in minutes or hours');
  }
  if (props.retryAttempts !== undefined) {
    requireWholeNumber(`${PROP}.retryAttempts`, props.retryAttempts, 0, 185, "leave it out for EventBridge's own 185");
  }
  if (props.maxEventAge) { checkAge(props.maxEventAge); }
  requireFurtherSources(`${PROP}.additionalSources`, props.additionalSources ?? []);
  if (props.readerRole ?? true) { checkReader(props); }
}

function checkReader({ hubBus, readerRolePrefix: prefix }: CrossAccountEventForwarderProps): void {
  if (prefix !== undefined) { requireReaderPrefix(`${PROP}.readerRolePrefix`, prefix); }
  const { eventBusName } = hubBus;
  if (!Token.isUnresolved(eventBusName) && eventBusName.length > LONGEST_HUB_NAME) {
    refuse(`${PROP}.hubBus`, eventBusName, `a bus whose name has up to ${LONGEST_HUB_NAME} characters, since names of roles derive from it`,
      'set readerRole to false, or send to a bus with a shorter name');
  }
}

export function requireReaderPrefix(prop: string, prefix: string): void {
  if (!Token.isUnresolved(prefix) && !(/^[\w+=,.@-]+$/.test(prefix) && prefix.length <= LONGEST_READER_PREFIX)) {
    refuse(prop, prefix, `1 to ${LONGEST_READER_PREFIX} letters, digits and the characters + = , . @ _ -`, 'choose a shorter name without other characters');
  }
}

function checkAge(age: Duration): void {
  requireObject(`${PROP}.maxEventAge`, age, 'toSeconds', 'a Duration', "leave it out for EventBridge's own 24 hours");
  if (age.isUnresolved()) { return; }
  const seconds = age.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < 60 || seconds > 86_400) {
    refuse(`${PROP}.maxEventAge`, age, 'a whole number of seconds from 60 to 86,400', "leave it out for EventBridge's own 24 hours");
  }
}

/** A hop to a bus in the same place costs and can fail, and gains nothing: rules of the default bus reach what stands beside it. */
function checkPlace(scope: IConstruct, hubBus: events.IEventBus): void {
  const stack = Stack.of(scope);
  const { account, region } = hubBus.env;
  if (same(stack, hubBus, account, stack.account) && same(stack, hubBus, region, stack.region)) {
    refuse(`${PROP}.hubBus`, shown(hubBus.eventBusArn), 'a bus in another account or another region than the stack\'s',
      'leave the forwarder out: there a rule on the default bus reaches whatever listens, without a second bus');
  }
  const theirs = /^arn:([^:]+):/.exec(hubBus.eventBusArn)?.[1];
  // By its region: CDK leaves a stack's partition to the deployment unless a feature flag says otherwise.
  const ours = Token.isUnresolved(stack.region) ? undefined : RegionInfo.get(stack.region).partition;
  if (theirs !== undefined && !Token.isUnresolved(theirs) && ours !== undefined && theirs !== ours) {
    refuse(`${PROP}.hubBus`, hubBus.eventBusArn, `a bus in partition ${ours}, as the stack is`, 'events do not cross partitions: give each its own hub');
  }
}

/** Two stacks whose account is not known may be deployed to different ones; one stack may not. */
function same(stack: Stack, hubBus: events.IEventBus, one: string, other: string): boolean {
  return one === other && (!Token.isUnresolved(one) || Stack.of(hubBus) === stack);
}

const shown = (arn: string) => Token.isUnresolved(arn) ? 'a bus of the stack\'s own place' : arn;
