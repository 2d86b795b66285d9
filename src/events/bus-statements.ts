import { Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CONFIG_SOURCE, OWN_SOURCE } from './contract';
import { RequiredBusStatementsOptions } from './cross-account-event-forwarder-props';
import { refuse } from '../private/validation';

const PROP = 'CrossAccountEventForwarder.requiredBusStatements';
/** Beside the organization's statement they fit into the 10,240 characters of a bus's policy. */
const MOST_ACCOUNTS = 100;
const LONGEST_SOURCES = 1_024;
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
  if (organizationId !== undefined) { requireOrganizationId(`${PROP}.organizationId`, organizationId); }
  requireAccounts(`${PROP}.accounts`, accounts, 'give organizationId');
  requireSources(`${PROP}.additionalSources`, additionalSources);
}

export function requireOrganizationId(prop: string, organizationId: string): void {
  if (!Token.isUnresolved(organizationId) && !ORGANIZATION.test(organizationId)) {
    refuse(prop, organizationId, 'o- and 10 to 32 lower-case letters or digits', 'take it from AWS Organizations');
  }
}

export function requireAccounts(prop: string, accounts: string[], fixTooMany: string): void {
  if (accounts.length > MOST_ACCOUNTS) { refuse(prop, `${accounts.length} accounts`, `up to ${MOST_ACCOUNTS}`, fixTooMany); }
  accounts.forEach((account, index) => {
    requireAccount(`${prop}[${index}]`, account);
    if (accounts.indexOf(account) !== index) { refuse(`${prop}[${index}]`, account, 'each account once', 'remove the second one'); }
  });
}

export function requireAccount(prop: string, account: string): void {
  if (!Token.isUnresolved(account) && (typeof account !== 'string' || !ACCOUNT.test(account))) {
    refuse(prop, account, 'an account id of 12 digits', 'write it as a text, with its leading zeros');
  }
}

export function requireSources(prop: string, sources: string[]): void {
  sources.forEach((source, index) => {
    if (!Token.isUnresolved(source) && (source.trim() === '' || source.length > 256)) {
      refuse(`${prop}[${index}]`, source, 'a text of 1 to 256 characters', 'name the source as its events have it');
    }
  });
}

/** Sources that are let in beside those that always are. The pattern of a rule has 2,048 characters. */
export function requireFurtherSources(prop: string, sources: string[]): void {
  requireSources(prop, sources);
  const length = sources.filter((source) => !Token.isUnresolved(source)).join().length;
  if (length > LONGEST_SOURCES) {
    refuse(prop, `${length} characters`, `up to ${LONGEST_SOURCES} characters together`, 'name those that matter, and give the others a rule of your own');
  }
  sources.forEach((source, index) => {
    if (source === CONFIG_SOURCE || source === OWN_SOURCE) {
      refuse(`${prop}[${index}]`, source, `sources beside ${CONFIG_SOURCE} and ${OWN_SOURCE}, which are let in anyway`, 'leave it out');
    }
    if (sources.indexOf(source) !== index) { refuse(`${prop}[${index}]`, source, 'each source once', 'remove the second one'); }
  });
}
