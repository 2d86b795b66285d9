import { Token } from 'aws-cdk-lib';
import { LONGEST_MEMBERS_SETTING } from './around-props';
import { membersAsSetting, MemberScope } from './contract';
import { refuse } from '../private/validation';

/** The list as functions read it. One that does not fit is refused here, since the deployment would fail late and say little. */
export function membersSetting(prop: string, members: readonly MemberScope[]): string {
  const setting = membersAsSetting(members, members.some(({ account, region }) => Token.isUnresolved(account) || Token.isUnresolved(region)));
  if (setting.length > LONGEST_MEMBERS_SETTING) {
    refuse(prop, `${members.length} accounts and regions`, `a list that takes ${LONGEST_MEMBERS_SETTING} characters: some 350 accounts of the same regions`,
      'leave out accounts that are heard of already, which are missed without being listed, or divide them among several hubs');
  }
  return setting;
}
