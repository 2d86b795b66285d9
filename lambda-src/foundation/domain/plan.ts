import { StoredParameter, Wanted } from '../ports';
import { hashesOf, HeldVersion, NOBODY, Ownership, readOwnership } from './ownership';

/** Where the value is to come from. */
export type Origin =
  | { readonly kind: 'source' }
  | { readonly kind: 'parameter'; readonly name: string; readonly version?: number };

export type Plan =
  | { readonly kind: 'refuse'; readonly reason: string }
  /** The parameter holds what is wanted; only its tags may differ. */
  | { readonly kind: 'keep' }
  | { readonly kind: 'create'; readonly origin: Origin }
  | { readonly kind: 'overwrite'; readonly origin: Origin; readonly adoptedFrom?: string; readonly previous?: HeldVersion };

export interface Known {
  readonly name: string;
  readonly found?: StoredParameter;
}

/**
 * What to do so that a parameter becomes what is wanted. `renamed`: the parameter that the resource had before, under another name.
 *
 * A rollback comes as one more update, with the properties of before. So a generated value is remembered by its source: the source of
 * now keeps the value, the one of before brings its version back, and only a third one makes a new value.
 */
export function planFor(wanted: Wanted, owner: string, { found }: Known, renamed?: Known): Plan {
  if (!found) return { kind: 'create', origin: carriedOver(wanted, owner, renamed) };
  if (found.type !== 'SecureString') {
    return refuse(wanted, `exists as a ${found.type}, which Parameter Store cannot turn into a SecureString; delete it, or choose another name`);
  }
  const ownership = readOwnership(found.tags);
  if (ownership.owner !== owner) return adoption(wanted, ownership);

  const { state, previous } = ownership;
  if (state?.settings === hashesOf(wanted).settings && state.version === found.version) return { kind: 'keep' };
  return { kind: 'overwrite', origin: remembered(wanted, ownership), previous: state ?? previous };
}

function adoption(wanted: Wanted, { owner }: Ownership): Plan {
  if (!wanted.adopt) {
    const whose = owner === undefined ? 'was not made by this resource' : `belongs to ${owner}`;
    return refuse(wanted, `exists and ${whose}, so it is not overwritten; delete it, choose another name, or set adopt: true to take it over`);
  }
  // What is there is in use: a value that would be made up now would lock out whoever uses it.
  const origin: Origin = wanted.source.kind === 'generated' ? { kind: 'parameter', name: wanted.name } : { kind: 'source' };
  return { kind: 'overwrite', origin, adoptedFrom: owner ?? NOBODY };
}

/** Of a parameter that is ours. */
function remembered(wanted: Wanted, { state, previous }: Ownership): Origin {
  if (wanted.source.kind === 'secret') return { kind: 'source' };
  const { source } = hashesOf(wanted);
  // Somebody may have changed the value by hand since: it stays.
  if (state?.source === source) return { kind: 'parameter', name: wanted.name };
  if (previous?.source === source) return { kind: 'parameter', name: wanted.name, version: previous.version };
  // Nothing is known when its tags were removed: better an old value than a surprise.
  return state || previous ? { kind: 'source' } : { kind: 'parameter', name: wanted.name };
}

function carriedOver(wanted: Wanted, owner: string, renamed?: Known): Origin {
  if (!renamed?.found || wanted.source.kind === 'secret') return { kind: 'source' };
  const ownership = readOwnership(renamed.found.tags);
  const origin = ownership.owner === owner ? remembered(wanted, ownership) : { kind: 'source' as const };
  return origin.kind === 'parameter' ? { ...origin, name: renamed.name } : origin;
}

const refuse = ({ name }: Wanted, why: string): Plan => ({ kind: 'refuse', reason: `the parameter ${name} ${why}` });
