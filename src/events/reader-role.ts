import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { backfillRoleName, READER_ACTIONS, readerRoleName, readerRolePrefix } from './contract';
import { acknowledgeResources, acknowledgeRule } from '../private/acknowledge';

/**
 * Lets the hub's backfill read what AWS Config found here. Trust goes to the hub's account, on condition of the role's name: a role that is
 * named as principal has to be there first, and trust in it breaks when it is made anew.
 */
export function makeReaderRole(scope: Construct, hubBus: events.IEventBus, prefix = readerRolePrefix(hubBus.eventBusName)): iam.Role {
  const stack = Stack.of(scope);
  const { account, region } = hubBus.env;
  const backfill = stack.formatArn({
    service: 'iam', region: '', account, resource: 'role', resourceName: backfillRoleName(hubBus.eventBusName, region),
  });
  const role = new iam.Role(scope, 'ReaderRole', {
    roleName: readerRoleName(prefix, stack.region),
    description: 'Lets the monitoring account read what AWS Config found here',
    assumedBy: new iam.AccountPrincipal(account).withConditions({ ArnEquals: { 'aws:PrincipalArn': backfill } }),
    maxSessionDuration: Duration.hours(1),
  });
  grantReadConfig(role, role);
  acknowledgeResources(role, ['*'], 'It lists rules and recorders whose names nobody here knows, and may read only');
  acknowledgeRule(role, 'IAMNoInlinePolicy', 'The policy belongs to this one role and goes with it: nobody else can be given it');
  refuseSameName(role);
  return role;
}

/** What is called, all of it reading. Results of a rule are asked for by its name; the other questions name nothing. */
export function grantReadConfig(scope: IConstruct, grantee: iam.IGrantable): void {
  const rules = Stack.of(scope).formatArn({ service: 'config', resource: 'config-rule', resourceName: '*' });
  const grant = (byName: boolean, resource: string) => iam.Grant.addToPrincipal({
    grantee, actions: READER_ACTIONS.filter((action) => (action === 'config:GetComplianceDetailsByConfigRule') === byName), resourceArns: [resource],
  });
  grant(true, rules);
  grant(false, '*');
  acknowledgeResources(scope, [rules], 'It reads the results of every rule, whose ids AWS Config chooses, and may read only');
}

/** A role's name is the account's: of two in one stack the second could not be made. */
function refuseSameName(role: iam.Role): void {
  const stack = Stack.of(role);
  const nameOf = (resource: iam.CfnRole) => JSON.stringify(stack.resolve(resource.roleName));
  const own = role.node.defaultChild as iam.CfnRole;
  role.node.addValidation({
    validate: () => {
      const [first] = stack.node.findAll().filter((other): other is iam.CfnRole =>
        other instanceof iam.CfnRole && Stack.of(other) === stack && nameOf(other) === nameOf(own));
      return first === own ? [] : [`CrossAccountEventForwarder.readerRolePrefix: got the name of the role at ${first.node.path}, but allowed is each name `
        + 'once in an account; give another readerRolePrefix, to the hub as well, or set readerRole to false'];
    },
  });
}
