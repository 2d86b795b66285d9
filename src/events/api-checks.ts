import { Token } from 'aws-cdk-lib';
import { ApiAuthorization } from './api-authorization';
import { ComplianceApiProps } from './compliance-api-props';
import { requireHub, requireProfileIfGiven } from '../private/kinds';
import { refuse, requireKind, requireWholeNumber } from '../private/validation';

const PROP = 'ComplianceApi';

export function checkApi(props: ComplianceApiProps): void {
  const { authorization, readerAccounts, readerRoleName, rateLimit, burstLimit, latencyThreshold, allowedOrigins = [] } = props;
  requireHub(`${PROP}.hub`, props.hub);
  requireProfileIfGiven(`${PROP}.profile`, props.profile);
  if (authorization !== undefined) { requireKind(`${PROP}.authorization`, authorization, ApiAuthorization, 'use ApiAuthorization.iam(), .jwt() or .cognito()'); }
  if (readerAccounts) { checkReaders(readerAccounts, authorization); }
  if (readerRoleName !== undefined) { checkRoleName(readerRoleName, readerAccounts); }
  if (rateLimit !== undefined) { requireWholeNumber(`${PROP}.rateLimit`, rateLimit, 1, 10_000, 'leave it out for 50 a second'); }
  if (burstLimit !== undefined) { requireWholeNumber(`${PROP}.burstLimit`, burstLimit, 1, 5_000, 'leave it out for 100'); }
  if (latencyThreshold && !latencyThreshold.isUnresolved()) {
    const seconds = latencyThreshold.toSeconds({ integral: false });
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > 30) {
      refuse(`${PROP}.latencyThreshold`, latencyThreshold, 'a whole number of seconds from 1 to 30', 'leave it out for 10 seconds');
    }
  }
  allowedOrigins.forEach((origin, index) => {
    if (Token.isUnresolved(origin) || /^https?:\/\/[^\s/*?#]+$/.test(origin)) { return; }
    refuse(`${PROP}.allowedOrigins[${index}]`, origin, 'an origin as https://host or https://host:port', 'name each page\'s origin, without path or wildcard');
  });
}

function checkReaders(accounts: string[], authorization?: ApiAuthorization): void {
  if (authorization && !authorization._isIam) {
    refuse(`${PROP}.readerAccounts`, accounts, 'none with tokens instead of IAM', 'leave it out: whoever has a token needs no role');
  }
  if (accounts.length === 0) { refuse(`${PROP}.readerAccounts`, accounts, 'at least one account', 'leave it out when no other account is to ask'); }
  accounts.forEach((account, index) => {
    if (Token.isUnresolved(account)) { return; }
    if (!/^\d{12}$/.test(account)) { refuse(`${PROP}.readerAccounts[${index}]`, account, 'an account id of 12 digits', 'write it as a text'); }
    if (accounts.indexOf(account) !== index) { refuse(`${PROP}.readerAccounts[${index}]`, account, 'each account once', 'remove the second one'); }
  });
}

function checkRoleName(name: string, accounts?: string[]): void {
  if (!accounts) { refuse(`${PROP}.readerRoleName`, name, 'no name without readerAccounts', 'give readerAccounts, or leave it out'); }
  if (!Token.isUnresolved(name) && !/^[\w+=,.@-]{1,64}$/.test(name)) {
    refuse(`${PROP}.readerRoleName`, name, 'up to 64 letters, digits and the characters _+=,.@-', 'choose another name');
  }
}
