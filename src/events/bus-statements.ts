import { Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CONFIG_SOURCE, OWN_SOURCE } from './contract';
import { RequiredBusStatementsOptions } from './cross-account-event-forwarder-props';
import { refuse } from '../private/validation';

const PROP = 'CrossAccountEventForwarder.requiredBusStatements';
/** Beside the organization's statement they fit into the 10,240 characters of a bus's policy. */
const MOST_ACCOUNTS = 100;
const ORGANIZATION = /^o-[a-z0-9]{10,32}$/;
const ACCOUNT = /^\d{12}$/;

/** What the policy of the hub's bus must allow, and no more: events of these sources only. */
export function busStatements(hubBus: events.IEventBus, options: RequiredBusStatementsOptions): iam.PolicyStatement[] {
  const { organizationId, accounts = [] } = options;
  check(options);
  const sources = sourceConditions(options.additionalSources ?? []);
  const admit = (sid: string, principals: iam.IPrincipal[], conditions: { [operator: string]: { [key: string]: unknown } }) =>
    new iam.PolicyStatement({ sid, principals, actions: ['events:PutEvents'], resources: [hubBus.eventBusArn], conditions });
  return [
    ...(organizationId === undefined ? []
      : [admit('ComplianceEventsOfOrganization', [new iam.StarPrincipal()], { StringEquals: { 'aws:PrincipalOrgID': organizationId }, ...sources })]),
    ...(accounts.length === 0 ? []
      : [admit('ComplianceEventsOfAccounts', accounts.map((account) => new iam.AccountPrincipal(account)), sources)]),
  ];
}

/** `ForAllValues` is true as well where there is no source at all. */
const sourceConditions = (additional: string[]) => ({
  'ForAllValues:StringEquals': { 'events:source': [CONFIG_SOURCE, OWN_SOURCE, ...additional] },
  'Null': { 'events:source': 'false' },
});

function check({ organizationId, accounts = [], additionalSources = [] }: RequiredBusStatementsOptions): void {
  if (organizationId === undefined && accounts.length === 0) {
    refuse(`${PROP}.organizationId`, organizationId, 'an organization, accounts, or both', 'say who may send events');
  }
  if (organizationId !== undefined && !Token.isUnresolved(organizationId) && !ORGANIZATION.test(organizationId)) {
    refuse(`${PROP}.organizationId`, organizationId, 'o- and 10 to 32 lower-case letters or digits', 'take it from AWS Organizations');
  }
  if (accounts.length > MOST_ACCOUNTS) {
    refuse(`${PROP}.accounts`, `${accounts.length} accounts`, `up to ${MOST_ACCOUNTS}`, 'give organizationId');
  }
  accounts.forEach((account, index) => {
    if (!Token.isUnresolved(account) && !ACCOUNT.test(account)) {
      refuse(`${PROP}.accounts[${index}]`, account, 'an account id of 12 digits', 'write it as a text, with its leading zeros');
    }
    if (accounts.indexOf(account) !== index) { refuse(`${PROP}.accounts[${index}]`, account, 'each account once', 'remove the second one'); }
  });
  additionalSources.forEach((source, index) => {
    if (!Token.isUnresolved(source) && (source.trim() === '' || source.length > 256)) {
      refuse(`${PROP}.additionalSources[${index}]`, source, 'a text of 1 to 256 characters', 'name the source as its events have it');
    }
  });
}
