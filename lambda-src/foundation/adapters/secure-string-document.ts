import * as v from 'valibot';
import { CharacterClass, CHARACTERS } from '../../../src/foundation/contract';
import { ownerOf } from '../domain/ownership';
import { GeneratedSource, SecretSource, Wanted } from '../ports';

const text = v.pipe(v.string(), v.minLength(1));
const revision = v.optional(text);

const secret = v.object({ Secret: text, JsonKey: v.optional(text), Revision: revision });
const generated = v.object({
  Length: v.pipe(v.string(), v.regex(/^[1-9]\d{0,3}$/), v.transform(Number)),
  Characters: v.pipe(v.array(v.picklist(Object.keys(CHARACTERS) as CharacterClass[])), v.minLength(1)),
  Revision: revision,
});

const document = v.object({
  Name: text,
  Tier: v.picklist(['Standard', 'Advanced']),
  KeyArn: text,
  Description: v.optional(v.string()),
  Adopt: v.picklist(['true', 'false']),
  Tags: v.optional(v.record(v.string(), v.string()), {}),
  Source: v.union([secret, generated]),
});

/** The custom resource's properties. What is wrong is named by its place, not by what stands there. */
export function readSecureString(properties: unknown): Wanted {
  const parsed = v.safeParse(document, properties);
  if (!parsed.success) {
    const places = parsed.issues.map((issue) => v.getDotPath(issue) ?? 'document');
    throw new Error(`the properties of the SecureString are not readable (${[...new Set(places)].join(', ')}); deploy the stack again`);
  }
  const { Name, Tier, KeyArn, Description, Adopt, Tags, Source } = parsed.output;
  return { name: Name, tier: Tier, keyArn: KeyArn, description: Description, adopt: Adopt === 'true', tags: Tags, source: sourceOf(Source) };
}

const followed = v.object({ StackId: text, LogicalResourceId: text, ResourceProperties: v.unknown() });

/** What a rule sends: a SecureString that follows a secret, and whose it is. */
export function readFollowed(event: unknown): { wanted: Wanted; owner: string } {
  const { success, output } = v.safeParse(followed, event);
  if (!success) throw new Error('the event is not one of this function\'s rules; it is invoked by them only');
  return { wanted: readSecureString(output.ResourceProperties), owner: ownerOf(output.StackId, output.LogicalResourceId) };
}

function sourceOf(source: v.InferOutput<typeof secret> | v.InferOutput<typeof generated>): SecretSource | GeneratedSource {
  return 'Secret' in source
    ? { kind: 'secret', secret: source.Secret, jsonKey: source.JsonKey, revision: source.Revision }
    : { kind: 'generated', length: source.Length, characters: source.Characters, revision: source.Revision };
}
