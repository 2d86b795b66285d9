import { SECURE_STRING_TAGS } from '../../../src/foundation/contract';
import { Wanted } from '../ports';
import { FollowDependencies } from './dependencies';
import { followedTag, hashesOf, isBelow, isChanging, readOwnership, stateTag } from './ownership';
import { requireFitting, takeValue } from './take-value';

/**
 * Brings a SecureString to what its secret holds now, or fails and says why. It writes with the settings of the last deployment and says
 * so in the parameter's tags, so that the next deployment, and a rollback, find what they would have written themselves.
 *
 * It compares ids of versions, which say nothing of a value; only when they differ is the secret read.
 */
export async function followSecret(dependencies: FollowDependencies, wanted: Wanted, owner: string): Promise<void> {
  const { store, secrets, log, prefix } = dependencies;
  const { name, source } = wanted;
  if (source.kind !== 'secret') throw new Error(`the parameter ${name} has no secret that it could follow; deploy the stack again`);
  if (!isBelow(prefix, name)) throw new Error(`the parameter ${name} is not below ${prefix}, where alone this function may write; deploy the stack again`);
  const found = await store.find(name);
  if (!found) throw new Error(`the parameter ${name} is gone, so that it cannot follow its secret; give its source another revision and deploy, which makes it again`);
  const { owner: present, state } = readOwnership(found.tags);
  if (present !== owner) {
    throw new Error(`the parameter ${name} ${present === undefined ? 'is not marked as this stack\'s own' : `belongs to ${present}`}, so that it is not overwritten; `
      + 'give its source another revision, set adopt: true and deploy');
  }

  const hashes = hashesOf(wanted);
  const intact = state?.version === found.version;
  if (isChanging(found.tags) || (intact && state.settings !== hashes.settings)) {
    log.info(`${name} is being changed by a deployment: the next check sees to it`);
    return;
  }
  const current = await secrets.current(source.secret);
  if (intact && found.tags[SECURE_STRING_TAGS.followed] === followedTag(found.version, current)[SECURE_STRING_TAGS.followed]) {
    log.info(`${name} holds what its secret holds`);
    return;
  }
  const value = takeValue(await secrets.read(source.secret, current), source);
  requireFitting(value, wanted);
  // Another version than ours was written by somebody else, perhaps with a key that this function may not use: it is replaced unread.
  const same = intact && value.equals(await store.value(name, found.version));
  const version = same ? found.version : await store.overwrite(wanted, value);
  if (!same && version !== found.version + 1) {
    // Parameter Store knows no condition. The tags stay as they are: they no longer fit the version, and whoever comes next writes again.
    throw new Error(`the parameter ${name} was written by somebody else at the same moment; it is compared again`);
  }
  await store.tag(name, { ...stateTag({ version, ...hashes }), ...followedTag(version, current) });
  log.info(`${name} ${same ? 'holds what its secret holds' : 'follows its secret to another version'}`, { version });
}
