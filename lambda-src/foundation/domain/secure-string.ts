import { SECURE_STRING_TAGS } from '../../../src/foundation/contract';
import { Tags, Wanted } from '../ports';
import { SecureStringDependencies } from './dependencies';
import { generate } from './generate';
import { CHANGING, hashesOf, isBelow, NOBODY, previousTag, readOwnership, stateTag } from './ownership';
import { Origin, Plan, planFor } from './plan';
import { SecretValue } from './secret-value';
import { requireFitting, takeValue } from './take-value';

/** What the resource was before an update. */
export interface Before {
  /** Its physical id. */
  readonly name: string;
  readonly tags: Tags;
}

/** Makes the parameter what is wanted, or fails and says why. */
export async function applySecureString(dependencies: SecureStringDependencies, wanted: Wanted, owner: string, before?: Before): Promise<void> {
  const { store, log, prefix } = dependencies;
  if (!isBelow(prefix, wanted.name)) throw new Error(`the parameter ${wanted.name} is not below ${prefix}, where alone this function may write; deploy the stack again`);
  const found = await store.find(wanted.name);
  const renamed = before && before.name !== wanted.name && isBelow(prefix, before.name)
    ? { name: before.name, found: await store.find(before.name) } : undefined;
  const plan = planFor(wanted, owner, { name: wanted.name, found }, renamed);
  if (plan.kind === 'refuse') throw new Error(plan.reason);
  if (plan.kind === 'create') {
    const value = await valueFrom(dependencies, wanted, plan.origin);
    await store.create(wanted, value, { ...wanted.tags, ...ownerTag(owner), ...stateTag({ version: 1, ...hashesOf(wanted) }) });
  } else {
    if (plan.kind === 'overwrite') await overwrite(dependencies, wanted, owner, plan);
    await settleTags(dependencies, wanted, found!.tags, before);
  }
  log.info(`${wanted.name} is as the template wants it`, { done: plan.kind, value: plan.kind === 'keep' ? 'kept' : described(plan.origin, wanted) });
}

/** Deletes the parameter, if it is this resource's own. An adopted one stays and goes back to whoever had it. */
export async function removeSecureString({ store, log, prefix }: SecureStringDependencies, name: string, owner: string): Promise<void> {
  if (!isBelow(prefix, name)) {
    log.info(`${name} is not below ${prefix}: nothing is deleted`);
    return;
  }
  const found = await store.find(name);
  const ownership = readOwnership(found?.tags ?? {});
  if (!found || ownership.owner !== owner) {
    log.info(found ? `${name} is left: it is not this resource's own` : `${name} is gone already`);
  } else if (ownership.adoptedFrom === undefined) {
    await store.delete(name);
    log.info(`${name} is deleted`);
  } else {
    const back = ownership.adoptedFrom === NOBODY ? undefined : ownerTag(ownership.adoptedFrom);
    if (back) await store.tag(name, back);
    const { owner: ownerKey, ...others } = SECURE_STRING_TAGS;
    await store.untag(name, [...Object.values(others), ...(back ? [] : [ownerKey])]);
    log.info(`${name} is left: it was adopted`);
  }
}

async function overwrite(dependencies: SecureStringDependencies, wanted: Wanted, owner: string, plan: Plan & { kind: 'overwrite' }): Promise<void> {
  const { store } = dependencies;
  // All that may fail for reasons of the value comes before the first change.
  const value = await valueFrom(dependencies, wanted, plan.origin);
  await store.tag(wanted.name, {
    ...ownerTag(owner),
    ...(plan.adoptedFrom === undefined ? {} : { [SECURE_STRING_TAGS.adopted]: plan.adoptedFrom }),
    ...(plan.previous ? previousTag(plan.previous) : {}),
    [SECURE_STRING_TAGS.state]: CHANGING,
  });
  const version = await store.overwrite(wanted, value);
  await store.tag(wanted.name, stateTag({ version, ...hashesOf(wanted) }));
}

async function settleTags({ store }: SecureStringDependencies, wanted: Wanted, present: Tags, before?: Before): Promise<void> {
  const missing = Object.entries(wanted.tags).filter(([key, value]) => present[key] !== value);
  if (missing.length > 0) await store.tag(wanted.name, Object.fromEntries(missing));
  // Only what an earlier template put there: others may have tagged it as well.
  const gone = Object.keys(before?.tags ?? {}).filter((key) => !(key in wanted.tags) && key in present);
  if (gone.length > 0) await store.untag(wanted.name, gone);
}

async function valueFrom(dependencies: SecureStringDependencies, wanted: Wanted, origin: Origin): Promise<SecretValue> {
  const value = origin.kind === 'parameter' ? await kept(dependencies, origin) ?? await fresh(dependencies, wanted) : await fresh(dependencies, wanted);
  requireFitting(value, wanted);
  return value;
}

async function kept({ store, log }: SecureStringDependencies, { name, version }: Origin & { kind: 'parameter' }): Promise<SecretValue | undefined> {
  const value = await store.value(name, version);
  if (!value) log.warn(`${version === undefined ? 'the value' : `version ${version}`} of ${name} is gone, so that a new value is made`);
  return value;
}

async function fresh({ secrets, random }: SecureStringDependencies, { source }: Wanted): Promise<SecretValue> {
  return source.kind === 'generated' ? generate(source, random) : takeValue(await secrets.read(source.secret), source);
}

function described(origin: Origin, { source }: Wanted): string {
  if (origin.kind === 'parameter') return origin.version === undefined ? 'kept' : `brought back from version ${origin.version}`;
  return source.kind === 'generated' ? 'generated' : 'read from the secret';
}

const ownerTag = (owner: string): Tags => ({ [SECURE_STRING_TAGS.owner]: owner });
