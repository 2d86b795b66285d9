import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Refuses, when the app is synthesised, all but the first of a kind that an account has one of in a region. */
export function refuseSecondInAccount(construct: IConstruct, kind: string, isOfKind: (other: IConstruct) => boolean): void {
  construct.node.addValidation({
    validate: () => {
      const place = placeOf(construct);
      const [first] = construct.node.root.node.findAll().filter((other) => isOfKind(other) && placeOf(other).key === place.key);
      if (first === construct) { return []; }
      return [`${kind}: got a second one ${place.text} beside ${first.node.path}, but allowed is one in an account and region; ${place.fix}`];
    },
  });
}

interface Place {
  readonly key: string;
  readonly text: string;
  readonly fix: string;
}

const SHARE = 'give AccountServices.shared() to one of the two systems';

/** Of two stacks without an account nobody knows before they are deployed whether they meet: they count as one place. */
function placeOf(construct: IConstruct): Place {
  const { account, region } = Stack.of(construct);
  const known = [account, region].map((value) => (Token.isUnresolved(value) ? undefined : value));
  const key = JSON.stringify(known.map((value) => value ?? ''));
  const [accountId, regionName] = known;
  if (accountId !== undefined && regionName !== undefined) {
    return { key, text: `in account ${accountId} and region ${regionName}`, fix: SHARE };
  }
  const missing = accountId === undefined ? (regionName === undefined ? 'account and region' : 'an account') : 'a region';
  return {
    key,
    text: `in a stack without ${missing} in its env`,
    fix: `${SHARE}, or, where they are deployed to different accounts or regions, give env to both stacks`,
  };
}
