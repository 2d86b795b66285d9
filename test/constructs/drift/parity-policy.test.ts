import { Lazy } from 'aws-cdk-lib';
import { ParityPolicy, ParityPolicyOptions, ParityRule, ParityWaiver } from '../../../src';
import { OWN_PARAMETERS } from '../../../src/foundation/contract';
import { ENVIRONMENTS } from '../support';

const WAIVER: ParityWaiver = { pattern: 'app/**', environment: 'Dev', reason: 'a test runs', owner: 'team', expiresOn: '2099-12-31' };
const policy = (options: Partial<ParityPolicyOptions> = {}) => ParityPolicy.of({ environments: ENVIRONMENTS, ...options });
const waived = (change: object) => () => policy({ waivers: [WAIVER, { ...WAIVER, ...change }] });
const ruled = (rule: ParityRule) => () => policy({ rules: [ParityRule.same('a'), rule] });
const OWN_RULES = Object.values(OWN_PARAMETERS).map((pattern) => ({ kind: 'mayDiffer', pattern }));

test('has the defaults that its docs name', () => {
  expect(policy()._render()).toEqual({
    version: '1', baseline: 'Prod', environments: ENVIRONMENTS, rules: OWN_RULES, waivers: [], reportPlainSecrets: 'true',
  });
  expect(policy().readRate).toBe(20);
});

test("renders rules in order, the library's own after the consumer's, as strings, lists and maps", () => {
  const document = policy({
    baseline: 'Staging',
    reportPlainSecrets: false,
    rules: [
      ParityRule.same('database/password'),
      ParityRule.mayDiffer('app/endpoint'),
      ParityRule.expected('app/level', { Dev: 'debug', Staging: 'info', Prod: '{environment}-{account}-{region}' }),
      ParityRule.ignored('build/**', 'per run'),
    ],
    waivers: [WAIVER, { ...WAIVER, ticket: 'T-1' }],
  })._render();
  expect(document).toEqual({
    version: '1',
    baseline: 'Staging',
    environments: ENVIRONMENTS,
    rules: [
      { kind: 'same', pattern: 'database/password' },
      { kind: 'mayDiffer', pattern: 'app/endpoint' },
      { kind: 'expected', pattern: 'app/level', values: { Dev: 'debug', Staging: 'info', Prod: '{environment}-{account}-{region}' } },
      { kind: 'ignored', pattern: 'build/**', reason: 'per run' },
      ...OWN_RULES,
    ],
    waivers: [WAIVER, { ...WAIVER, ticket: 'T-1' }],
    reportPlainSecrets: 'false',
  });
});

test('what is known at deployment only passes through', () => {
  const late = Lazy.string({ produce: () => '' });
  expect(() => policy({
    environments: ['Prod', late],
    rules: [ParityRule.same(late), ParityRule.ignored('a', late), ParityRule.expected('b', { Prod: late, [late]: late })],
    waivers: [{ pattern: late, environment: late, reason: late, owner: late, expiresOn: late, ticket: late }],
  })).not.toThrow();
});

test('environments that differ only in case are different environments', () => {
  expect(policy({ environments: ['Prod', 'prod'] }).environments).toEqual(['Prod', 'prod']);
});

const NAME_RULE = 'up to 64 letters, digits and the characters _ . - of which the first is a letter or a digit; choose a name without slashes or spaces';
const GLOB_RULE = 'a glob of up to 1011 characters on names relative to their environment';
const VALUES_RULE = 'a value for each environment (Dev, Staging, Prod)';
const DATE_RULE = 'a date of the calendar as YYYY-MM-DD; give the last day on which the waiver holds';
const RATE_RULE = 'a whole number from 3 (one call a second for each environment) to 100; choose one between them';

test.each<[string, () => unknown, string]>([
  ['no environment', () => policy({ environments: [] }),
    'ParityPolicy.environments: got [], but allowed is at least one name; list every environment, the baseline included'],
  ['environment twice', () => policy({ environments: ['Dev', 'Prod', 'Dev'] }),
    'ParityPolicy.environments[2]: got "Dev", but allowed is each environment once; remove the second one'],
  ['bad environment name', () => policy({ environments: ['Prod', 'De v'] }),
    `ParityPolicy.environments[1]: got "De v", but allowed is ${NAME_RULE}`],
  ['default baseline missing', () => policy({ environments: ['Dev', 'Live'] }),
    'ParityPolicy.baseline: got "Prod", but allowed is one of the environments (Dev, Live); name one of them, or add it to them'],
  ['unknown baseline', () => policy({ baseline: 'prod' }),
    'ParityPolicy.baseline: got "prod", but allowed is one of the environments (Dev, Staging, Prod); name one of them, or add it to them'],
  ['read rate below one each', () => policy({ readRate: 2 }), `ParityPolicy.readRate: got 2, but allowed is ${RATE_RULE}`],
  ['read rate above AWS', () => policy({ readRate: 101 }), `ParityPolicy.readRate: got 101, but allowed is ${RATE_RULE}`],
  ['read rate in parts', () => policy({ readRate: 4.5 }), `ParityPolicy.readRate: got 4.5, but allowed is ${RATE_RULE}`],
  ['empty pattern', ruled(ParityRule.same('')), `ParityPolicy.rules[1].pattern: got "", but allowed is ${GLOB_RULE}; it is empty: write it like app/limits/* or app/**`],
  ['absolute pattern', ruled(ParityRule.mayDiffer('/bank/Dev/app')),
    `ParityPolicy.rules[1].pattern: got "/bank/Dev/app", but allowed is ${GLOB_RULE}; `
    + 'it starts with a slash or a dot and a slash, but names are relative to their environment: write it like app/limits/* or app/**'],
  ['unbalanced pattern', ruled(ParityRule.ignored('app/[ab', 'why')),
    `ParityPolicy.rules[1].pattern: got "app/[ab", but allowed is ${GLOB_RULE}; `
    + 'it is not a readable glob (unbalanced brackets or a reversed range): write it like app/limits/* or app/**'],
  ['foreign characters', ruled(ParityRule.same('app name')),
    `ParityPolicy.rules[1].pattern: got "app name", but allowed is ${GLOB_RULE}; `
    + 'it holds characters that are neither of a parameter name nor of a glob: write it like app/limits/* or app/**'],
  ['long pattern', ruled(ParityRule.same('a'.repeat(1012))),
    `ParityPolicy.rules[1].pattern: got "${'a'.repeat(116)}..., but allowed is ${GLOB_RULE}; it has 1012 characters: write it like app/limits/* or app/**`],
  ['ignored without reason', ruled(ParityRule.ignored('a', ' ')),
    'ParityPolicy.rules[1].reason: got " ", but allowed is a text of 1 to 1000 characters; say why nobody needs to compare these parameters'],
  ['expected misses one', ruled(ParityRule.expected('a', { Dev: 'x', Prod: 'y' })),
    `ParityPolicy.rules[1].values: got ["Dev","Prod"], but allowed is ${VALUES_RULE}; add one for Staging`],
  ['expected names an unknown one', ruled(ParityRule.expected('a', { Dev: 'x', Staging: 'y', Prod: 'z', Qa: 'q' })),
    `ParityPolicy.rules[1].values: got ["Dev","Staging","Prod","Qa"], but allowed is ${VALUES_RULE}; remove Qa, or add it to environments`],
  ['expected with an empty value', ruled(ParityRule.expected('a', { Dev: '', Staging: 'y', Prod: 'z' })),
    'ParityPolicy.rules[1].values.Dev: got "", but allowed is a text of 1 to 8192 characters; give the value that the parameter must have there'],
  ['waiver for an unknown environment', waived({ environment: 'dev' }),
    'ParityPolicy.waivers[1].environment: got "dev", but allowed is one of the policy\'s environments (Dev, Staging, Prod); name one of them, or add it to them'],
  ['waiver with a bad pattern', waived({ pattern: 'a)' }),
    `ParityPolicy.waivers[1].pattern: got "a)", but allowed is ${GLOB_RULE}; `
    + 'it is not a readable glob (unbalanced brackets or a reversed range): write it like app/limits/* or app/**'],
  ['waiver without reason', waived({ reason: '' }),
    'ParityPolicy.waivers[1].reason: got "", but allowed is a text of 1 to 1000 characters; say why the difference is acceptable'],
  ['waiver without owner', waived({ owner: undefined }),
    'ParityPolicy.waivers[1].owner: got nothing, but allowed is a text of 1 to 256 characters; say who answers for it'],
  ['waiver without date', waived({ expiresOn: undefined }), `ParityPolicy.waivers[1].expiresOn: got nothing, but allowed is ${DATE_RULE}`],
  ['waiver with another format', waived({ expiresOn: '31.12.2099' }), `ParityPolicy.waivers[1].expiresOn: got "31.12.2099", but allowed is ${DATE_RULE}`],
  ['waiver on a day that is none', waived({ expiresOn: '2099-02-30' }), `ParityPolicy.waivers[1].expiresOn: got "2099-02-30", but allowed is ${DATE_RULE}`],
  ['waiver in a month that is none', waived({ expiresOn: '2099-13-01' }), `ParityPolicy.waivers[1].expiresOn: got "2099-13-01", but allowed is ${DATE_RULE}`],
  ['waiver with a time', waived({ expiresOn: '2099-12-31T00:00:00Z' }),
    `ParityPolicy.waivers[1].expiresOn: got "2099-12-31T00:00:00Z", but allowed is ${DATE_RULE}`],
  ['waiver with an empty ticket', waived({ ticket: '' }),
    'ParityPolicy.waivers[1].ticket: got "", but allowed is a text of 1 to 256 characters; leave it out when there is none'],
])('refused: %s', (_title, make, text) => {
  expect(make).toThrow(new Error(text));
});

test('a policy that CloudFormation could not carry is refused', () => {
  const rules = Array.from({ length: 300 }, (_, index) => ParityRule.ignored(`app/${index}`, 'x'.repeat(700)));
  expect(() => policy({ rules })).toThrow(
    /^ParityPolicy\.rules: got "306 rules and 0 waivers in \d+ bytes", but allowed is a policy of up to 204800 bytes of JSON; join rules by wider patterns, and remove waivers that have ended$/);
});

test('a leap day is a day', () => {
  expect(waived({ expiresOn: '2096-02-29' })).not.toThrow();
});
