import * as v from 'valibot';
import { DELIVERY_FREQUENCIES } from '../../../src/rules/contract';
import { WantedRecorder } from '../ports';

const text = v.pipe(v.string(), v.minLength(1));
const types = v.pipe(v.array(text), v.minLength(1));
const frequency = v.picklist(['CONTINUOUS', 'DAILY']);
const flag = v.pipe(v.picklist(['true', 'false']), v.transform((value) => value === 'true'));

const document = v.object({
  Name: text,
  RoleArn: text,
  ServiceLinkedRole: flag,
  Recording: v.object({
    IncludedTypes: v.optional(types),
    ExcludedTypes: v.optional(types),
    GlobalTypes: flag,
    Frequency: frequency,
    Overrides: v.optional(v.array(v.object({ Types: types, Frequency: frequency })), []),
  }),
  Channel: v.object({ Bucket: text, Prefix: v.optional(text), KeyArn: v.optional(text), Frequency: v.picklist(DELIVERY_FREQUENCIES) }),
  Tags: v.optional(v.record(v.string(), v.string()), {}),
});

/** The custom resource's properties. */
export function readRecorder(properties: unknown): WantedRecorder {
  const parsed = v.safeParse(document, properties);
  if (!parsed.success) {
    const places = parsed.issues.map((issue) => v.getDotPath(issue) ?? 'document');
    throw new Error(`the properties of the recorder are not readable (${[...new Set(places)].join(', ')}); deploy the stack again`);
  }
  const { Name, RoleArn, ServiceLinkedRole, Recording, Channel, Tags } = parsed.output;
  return {
    name: Name,
    roleArn: RoleArn,
    serviceLinkedRole: ServiceLinkedRole,
    recording: {
      included: Recording.IncludedTypes,
      excluded: Recording.ExcludedTypes,
      globalTypes: Recording.GlobalTypes,
      frequency: Recording.Frequency,
      overrides: Recording.Overrides.map((override) => ({ types: override.Types, frequency: override.Frequency })),
    },
    channel: { bucket: Channel.Bucket, prefix: Channel.Prefix, keyArn: Channel.KeyArn, frequency: Channel.Frequency },
    tags: Tags,
  };
}
