import { Duration, Lazy, RemovalPolicy } from 'aws-cdk-lib';
import { InstanceClass, InstanceSize, InstanceType } from 'aws-cdk-lib/aws-ec2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { EnvironmentProfile, EnvironmentProfileOptions } from '../../../src';

const settingsOf = (profile: EnvironmentProfile) => ({
  name: profile.name,
  window: profile.promotionWindow.toDays(),
  logs: profile.logRetention,
  versions: profile.noncurrentVersionExpiration.toDays(),
  reports: profile.reportRetention.toDays(),
  removal: profile.removalPolicy,
  production: profile.production,
});

const databaseOf = (profile: EnvironmentProfile) => [
  profile.databaseInstanceType.toString(), profile.databaseReaders, profile.databaseMinCapacity, profile.databaseMaxCapacity,
  profile.backupRetention.toDays(), profile.monitoringInterval.toSeconds(), profile.deletionProtection,
];

test.each([
  [EnvironmentProfile.DEV, ['r8g.large', 0, 1, 2, 7, 0, true]],
  [EnvironmentProfile.STAGING, ['r8g.xlarge', 1, 2, 4, 14, 60, true]],
  [EnvironmentProfile.PROD, ['r8g.2xlarge', 1, 4, 8, 30, 60, true]],
  [EnvironmentProfile.EPHEMERAL, ['t4g.medium', 0, 0.5, 1, 1, 0, false]],
])('%# has the database that its docs name', (profile, expected) => {
  expect(databaseOf(profile)).toEqual(expected);
});

test('a database can be set in every respect', () => {
  const changed = EnvironmentProfile.DEV.withOverrides({
    databaseInstanceType: InstanceType.of(InstanceClass.R5, InstanceSize.LARGE), databaseReaders: 15,
    databaseMinCapacity: 0, databaseMaxCapacity: 256, backupRetention: Duration.days(35), monitoringInterval: Duration.seconds(1),
    deletionProtection: false,
  });
  expect(databaseOf(changed)).toEqual(['r5.large', 15, 0, 256, 35, 1, false]);
});

test('deletion protection follows the removal policy that is given with it, unless it is given itself', () => {
  const { DEV } = EnvironmentProfile;
  expect(DEV.withOverrides({ removalPolicy: RemovalPolicy.DESTROY }).deletionProtection).toBe(false);
  expect(DEV.withOverrides({ removalPolicy: RemovalPolicy.DESTROY, deletionProtection: true }).deletionProtection).toBe(true);
  expect(DEV.withOverrides({ deletionProtection: false }).withOverrides({ promotionWindow: Duration.days(1) }).deletionProtection).toBe(false);
  expect(EnvironmentProfile.EPHEMERAL.withOverrides({ removalPolicy: RemovalPolicy.RETAIN }).deletionProtection).toBe(true);
});

test.each<[EnvironmentProfileOptions, string]>([
  [{ databaseReaders: 16 }, 'databaseReaders: got 16, but allowed is a whole number from 0 to 15; choose fewer readers, or none'],
  [{ databaseReaders: Lazy.number({ produce: () => 1 }) },
    'databaseReaders: got "a token", but allowed is a number that is known at synth, since each reader is a resource; give the number itself'],
  [{ databaseReaders: 0.5 }, 'databaseReaders: got 0.5, but allowed is a whole number from 0 to 15; choose fewer readers, or none'],
  [{ databaseMinCapacity: 0.3 },
    'databaseMinCapacity: got 0.3, but allowed is a number from 0 to 256 in steps of 0.5; give Aurora capacity units, such as 0.5 or 4'],
  [{ databaseMaxCapacity: 0.5 },
    'databaseMaxCapacity: got 0.5, but allowed is a number from 1 to 256 in steps of 0.5; give Aurora capacity units, such as 0.5 or 4'],
  [{ databaseMinCapacity: 8 }, 'databaseMinCapacity: got 8, but allowed is at most databaseMaxCapacity, which is 2; lower the one or raise the other'],
  [{ backupRetention: Duration.days(36) },
    'backupRetention: got "Duration.days(36)", but allowed is a whole number of days from 1 to 35; give it as Duration.days(n)'],
  [{ monitoringInterval: Duration.seconds(20) },
    'monitoringInterval: got "Duration.seconds(20)", but allowed is 0, 1, 5, 10, 15, 30, 60 seconds; choose one of these; 0 switches enhanced monitoring off'],
])('%j is refused', (options, message) => {
  expect(() => EnvironmentProfile.DEV.withOverrides(options)).toThrow(new Error(`EnvironmentProfile.${message}`));
});

test.each([
  [EnvironmentProfile.DEV, { name: 'Dev', window: 14, logs: 7, versions: 30, reports: 365, removal: 'retain', production: false }],
  [EnvironmentProfile.STAGING, { name: 'Staging', window: 3, logs: 30, versions: 90, reports: 365, removal: 'retain', production: false }],
  [EnvironmentProfile.PROD, { name: 'Prod', window: 0, logs: 90, versions: 365, reports: 2555, removal: 'retain', production: true }],
  [EnvironmentProfile.EPHEMERAL, { name: 'Ephemeral', window: 0, logs: 7, versions: 30, reports: 365, removal: 'destroy', production: false }],
])('%# has the settings that its docs name', (profile, expected) => {
  expect(settingsOf(profile)).toEqual(expected);
});

test('overrides make a new profile and change none', () => {
  const changed = EnvironmentProfile.PROD.withOverrides({ promotionWindow: Duration.hours(48), logRetention: RetentionDays.ONE_YEAR });
  expect(settingsOf(changed)).toEqual({ name: 'Prod', window: 2, logs: 365, versions: 365, reports: 2555, removal: 'retain', production: true });
  expect(EnvironmentProfile.PROD.promotionWindow.toDays()).toBe(0);
});

test('a custom profile has its own name and takes the rest from its base', () => {
  const custom = EnvironmentProfile.custom('qa.eu-1', {
    basedOn: EnvironmentProfile.STAGING, production: true, removalPolicy: RemovalPolicy.DESTROY, noncurrentVersionExpiration: Duration.days(5),
    reportRetention: Duration.days(400),
  });
  expect(settingsOf(custom)).toEqual({ name: 'qa.eu-1', window: 3, logs: 30, versions: 5, reports: 400, removal: 'destroy', production: true });
});

const NAME_RULE = 'but allowed is up to 64 letters, digits and the characters _ . - of which the first is a letter or a digit; '
  + 'choose a name without slashes or spaces';

test.each(['', ' ', 'Dev/1', 'De v', '-dev', '.dev', 'dev#1', 'dév', 'd'.repeat(65)])('the name "%s" is refused', (name) => {
  expect(() => EnvironmentProfile.custom(name, { basedOn: EnvironmentProfile.DEV }))
    .toThrow(new Error(`EnvironmentProfile.name: got ${JSON.stringify(name)}, ${NAME_RULE}`));
});

test.each(['d', '1', 'Dev_1.a-b', 'd'.repeat(64)])('the name "%s" is accepted', (name) => {
  expect(EnvironmentProfile.custom(name, { basedOn: EnvironmentProfile.DEV }).name).toBe(name);
});

test('names and times that are known at deployment only pass through', () => {
  const name = Lazy.string({ produce: () => 'late' });
  const late = Duration.minutes(Lazy.number({ produce: () => 7 }));
  const profile = EnvironmentProfile.custom(name, {
    basedOn: EnvironmentProfile.DEV, promotionWindow: late, noncurrentVersionExpiration: late, reportRetention: late,
    backupRetention: late, monitoringInterval: late,
    databaseMinCapacity: Lazy.number({ produce: () => 99 }),
  });
  expect(profile.name).toBe(name);
});

test('a window that is no whole number of minutes, or mistyped by far, is refused', () => {
  const rule = 'but allowed is a whole number of minutes from 0 to 5256000; give it in days, hours or minutes; zero switches it off';
  expect(() => EnvironmentProfile.DEV.withOverrides({ promotionWindow: Duration.seconds(90) }))
    .toThrow(new Error(`EnvironmentProfile.promotionWindow: got "Duration.seconds(90)", ${rule}`));
  expect(() => EnvironmentProfile.DEV.withOverrides({ promotionWindow: Duration.days(4000) }))
    .toThrow(new Error(`EnvironmentProfile.promotionWindow: got "Duration.days(4000)", ${rule}`));
});

test('a negative window is refused by Duration itself', () => {
  expect(() => EnvironmentProfile.DEV.withOverrides({ promotionWindow: Duration.days(-1) })).toThrow('Duration amounts cannot be negative. Received: -1');
});

test.each([Duration.days(0), Duration.hours(36)])('%# versions are kept for whole days', (noncurrentVersionExpiration) => {
  expect(() => EnvironmentProfile.DEV.withOverrides({ noncurrentVersionExpiration })).toThrow(new Error(
    `EnvironmentProfile.noncurrentVersionExpiration: got "${noncurrentVersionExpiration.toString()}", `
    + 'but allowed is a whole number of days, at least 1; give it as Duration.days(n)'));
});

test.each([Duration.days(0), Duration.days(30), Duration.hours(1000)])('%# reports are kept for longer than they take to move to Standard-IA', (reportRetention) => {
  expect(() => EnvironmentProfile.DEV.withOverrides({ reportRetention })).toThrow(new Error(
    `EnvironmentProfile.reportRetention: got "${reportRetention.toString()}", but allowed is a whole number of days, at least 31; give it as Duration.days(n)`));
});
