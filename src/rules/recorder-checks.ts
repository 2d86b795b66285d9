import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { GLOBAL_IAM_TYPES, RecordingDocument } from './contract';
import { CreatedRecorderOptions, RecorderOptions, RecordingOverride } from './recorder-options';
import { RecordingFrequency } from './recording-frequency';
import { refuse } from '../private/validation';

const TYPE = /^[A-Za-z0-9]+(::[A-Za-z0-9]+){2,3}$/;
const PREFIX = /^[A-Za-z0-9!_.*'()-]+(\/[A-Za-z0-9!_.*'()-]+)*$/;
const LONGEST_PREFIX = 256;
/** AWS Config records these when they change, or not at all. */
const NEVER_DAILY = ['AWS::Config::ConfigurationRecorder', 'AWS::Config::ConformancePackCompliance', 'AWS::Config::ResourceCompliance'];
/** Regions of later than February 2022: AWS Config cannot record global IAM types there. */
const WITHOUT_GLOBAL_TYPES = [
  'ap-east-2', 'ap-south-2', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7', 'ca-west-1', 'eu-central-2', 'eu-south-2',
  'il-central-1', 'me-central-1', 'mx-central-1',
];

/** Refuses what AWS Config would refuse. */
export function checkRecorder(options: CreatedRecorderOptions): void {
  const { resourceTypes, excludedResourceTypes, recordGlobalTypes, recordingOverrides = [], deliveryPrefix, role, createServiceLinkedRole } = options;
  requireTypes('RecorderOptions.resourceTypes', resourceTypes);
  requireTypes('RecorderOptions.excludedResourceTypes', excludedResourceTypes);
  if (resourceTypes && excludedResourceTypes) {
    refuse('RecorderOptions.excludedResourceTypes', excludedResourceTypes, 'nothing beside resourceTypes', 'leave one of the two lists out');
  }
  if (resourceTypes && recordGlobalTypes !== undefined) {
    refuse('RecorderOptions.recordGlobalTypes', recordGlobalTypes, 'nothing beside resourceTypes', 'name AWS::IAM::User and the like in resourceTypes, or leave the list out');
  }
  recordingOverrides.forEach((override, index) => checkOverride(`RecorderOptions.recordingOverrides[${index}]`, override));
  refuseTwice('RecorderOptions.recordingOverrides', recordingOverrides.flatMap((override) => override.resourceTypes));
  if (deliveryPrefix !== undefined) { requirePrefix(deliveryPrefix); }
  if (role && createServiceLinkedRole) {
    refuse('CreatedRecorderOptions.createServiceLinkedRole', true, 'nothing beside a role of your own', 'leave createServiceLinkedRole or role out');
  }
}

/** The same for the resource and for the function that makes a recorder. */
export function recordingOf(scope: IConstruct, options: RecorderOptions): RecordingDocument {
  const { resourceTypes, excludedResourceTypes, recordingOverrides } = options;
  const globalTypes = options.recordGlobalTypes ?? !WITHOUT_GLOBAL_TYPES.includes(Stack.of(scope).region);
  const frequency = options.recordingFrequency ?? RecordingFrequency.CONTINUOUS;
  return {
    IncludedTypes: resourceTypes,
    // Beside exclusions AWS Config takes no switch for the global types.
    ExcludedTypes: excludedResourceTypes && [...new Set([...excludedResourceTypes, ...(globalTypes ? [] : GLOBAL_IAM_TYPES)])],
    GlobalTypes: globalTypes && !resourceTypes && !excludedResourceTypes ? 'true' : 'false',
    Frequency: frequency._value(),
    Overrides: recordingOverrides?.map((override) => ({ Types: override.resourceTypes, Frequency: override.recordingFrequency._value() })),
  };
}

function checkOverride(prop: string, { resourceTypes, recordingFrequency }: RecordingOverride): void {
  requireTypes(`${prop}.resourceTypes`, resourceTypes);
  const never = recordingFrequency === RecordingFrequency.DAILY ? resourceTypes.find((type) => NEVER_DAILY.includes(type)) : undefined;
  if (never) { refuse(`${prop}.resourceTypes`, never, 'a type that can be recorded daily', 'leave it out: AWS Config records it continuously or not at all'); }
}

function requireTypes(prop: string, types?: string[]): void {
  if (types === undefined || Token.isUnresolved(types)) { return; }
  if (types.length === 0) { refuse(prop, types, 'at least one type', 'name a type, or leave the list out'); }
  const wrong = types.find((type) => !Token.isUnresolved(type) && !TYPE.test(type));
  if (wrong !== undefined) { refuse(prop, wrong, 'a type as AWS Config names it, such as AWS::S3::Bucket', 'look it up in the list of supported resource types of AWS Config'); }
  refuseTwice(prop, types);
}

function refuseTwice(prop: string, types: string[]): void {
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  if (twice !== undefined) { refuse(prop, twice, 'each type once', 'remove the second one'); }
}

function requirePrefix(prefix: string): void {
  if (Token.isUnresolved(prefix)) { return; }
  if (!PREFIX.test(prefix) || prefix.length > LONGEST_PREFIX || prefix.split('/').includes('AWSLogs')) {
    refuse('RecorderOptions.deliveryPrefix', prefix, `up to ${LONGEST_PREFIX} letters, digits and the characters ! _ . * ' ( ) - in levels with single slashes between them, none named AWSLogs`,
      'give it as audit/config: AWS Config adds /AWSLogs by itself');
  }
}
