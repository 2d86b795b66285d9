import { Duration, Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { requireAccount, requireFurtherSources } from './bus-statements';
import { ComplianceEventHubProps, ExpectedMember } from './compliance-event-hub-props';
import { LONGEST_HUB_NAME } from './contract';
import { HubAccess } from './hub-access';
import { HubBackfill } from './hub-backfill';
import { requireProfileIfGiven } from '../private/kinds';
import { refuse, requireDays, requireKind, requireOrganizationName } from '../private/validation';

const PROP = 'ComplianceEventHub';
const MOST_DAYS = 3_650;

export function checkHub(scope: IConstruct, props: ComplianceEventHubProps): void {
  requireKind(`${PROP}.access`, props.access, HubAccess, 'use HubAccess.organization(), .accounts() or .ownAccount()');
  requireProfileIfGiven(`${PROP}.profile`, props.profile);
  if (props.backfill !== undefined) {
    requireKind(`${PROP}.backfill`, props.backfill, HubBackfill, 'use HubBackfill.readerRoles(), .aggregator() or .none()');
  }
  if (props.organizationName !== undefined) { requireOrganizationName(`${PROP}.organizationName`, props.organizationName); }
  if (props.busName !== undefined) { checkName(props.busName); }
  requireFurtherSources(`${PROP}.additionalSources`, props.additionalSources ?? []);
  checkTime(`${PROP}.retention`, props.retention);
  checkTime(`${PROP}.archiveRetention`, props.archiveRetention);
  checkMembers(scope, props);
}

function checkName(name: string): void {
  if (Token.isUnresolved(name)) { refuse(`${PROP}.busName`, 'a token', 'a name that is known at synth, since members and roles are named after it', 'give the name itself'); }
  if (name === 'default' || name.length > LONGEST_HUB_NAME || !/^[A-Za-z0-9._-]+$/.test(name)) {
    refuse(`${PROP}.busName`, name, `1 to ${LONGEST_HUB_NAME} letters, digits and the characters . _ - , and not default`, 'choose another name, or leave it out');
  }
}

/** How long what is gone is remembered is counted from it. */
function checkTime(prop: string, time?: Duration): void {
  if (time === undefined) { return; }
  if (time instanceof Duration && time.isUnresolved()) { refuse(prop, 'a token', 'a time that is known at synth', 'give it as Duration.days(n)'); }
  requireDays(prop, time, 1, MOST_DAYS);
}

function checkMembers(scope: IConstruct, { access, expectedMembers = [], ownAccount = true }: ComplianceEventHubProps): void {
  const own = Stack.of(scope).account;
  expectedMembers.forEach(({ account, regions }, index) => {
    const prop = `${PROP}.expectedMembers[${index}]`;
    requireAccount(`${prop}.account`, account);
    if (expectedMembers.findIndex((other) => other.account === account) !== index) {
      refuse(`${prop}.account`, account, 'each account once', 'give its regions together');
    }
    // Of an account that is known only at deployment nobody can say here whether it is let in.
    const mayBeOwn = ownAccount && (account === own || Token.isUnresolved(own));
    if (!Token.isUnresolved(account) && !access._mayAdmit(account) && !mayBeOwn) {
      refuse(`${prop}.account`, account, 'an account that access lets in', 'add it to HubAccess.accounts(), or do not expect it');
    }
    checkRegions(`${prop}.regions`, { account, regions });
  });
}

function checkRegions(prop: string, { regions }: ExpectedMember): void {
  if (regions === undefined || regions.length === 0) { refuse(prop, regions, 'at least one region', 'name the regions that have a forwarder'); }
  regions.forEach((region, index) => {
    if (Token.isUnresolved(region)) { return; }
    if (!/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(region)) { refuse(`${prop}[${index}]`, region, 'a region such as eu-central-1', 'write its name, not its city'); }
    if (regions.indexOf(region) !== index) { refuse(`${prop}[${index}]`, region, 'each region once', 'remove the second one'); }
  });
}
