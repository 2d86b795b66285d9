import { createHash } from 'node:crypto';
import { SECURE_STRING_TAGS } from '../../../src/foundation/contract';
import { canonicalJson } from '../../shared/canonical-json';
import { Tags, Wanted } from '../ports';

const LONGEST_TAG = 256;
/** Stands where the version stands while a write is under way: what the parameter holds is then unknown. */
export const CHANGING = 'changing';
/** Who owned an adopted parameter that nobody of ours had. */
export const NOBODY = 'nobody';

/** Stack name, stack id and logical id as one tag value. A stack that is made again is another one. */
export function ownerOf(stackId: string, logicalId: string): string {
  const owner = `${stackId.split(':stack/').at(-1)}/${logicalId}`;
  return owner.length <= LONGEST_TAG ? owner : `${owner.slice(0, LONGEST_TAG - 65)}:${createHash('sha256').update(owner).digest('hex')}`;
}

/** A version of a parameter, and the source that its value came from. */
export interface HeldVersion {
  readonly version: number;
  readonly source: string;
}
export interface State extends HeldVersion {
  readonly settings: string;
}

export interface Ownership {
  readonly owner?: string;
  readonly adoptedFrom?: string;
  /** Absent when nothing is known, and while a write is under way. */
  readonly state?: State;
  readonly previous?: HeldVersion;
}

export function readOwnership(tags: Tags): Ownership {
  const state = /^(\d+)\/([0-9a-f]+)\/([0-9a-f]+)$/.exec(tags[SECURE_STRING_TAGS.state] ?? '');
  const previous = /^(\d+)\/([0-9a-f]+)$/.exec(tags[SECURE_STRING_TAGS.previous] ?? '');
  return {
    owner: tags[SECURE_STRING_TAGS.owner],
    adoptedFrom: tags[SECURE_STRING_TAGS.adopted],
    state: state ? { version: Number(state[1]), settings: state[2], source: state[3] } : undefined,
    previous: previous ? { version: Number(previous[1]), source: previous[2] } : undefined,
  };
}

export const stateTag = ({ version, settings, source }: State): Tags => ({ [SECURE_STRING_TAGS.state]: `${version}/${settings}/${source}` });
export const previousTag = ({ version, source }: HeldVersion): Tags => ({ [SECURE_STRING_TAGS.previous]: `${version}/${source}` });

export const followedTag = (version: number, secretVersion: string): Tags => ({ [SECURE_STRING_TAGS.followed]: `${version}/${secretVersion}` });

/** Whether a deployment is writing the parameter at this moment. */
export const isChanging = (tags: Tags) => tags[SECURE_STRING_TAGS.state] === CHANGING;

/** Whether a full name belongs to the environment. */
export const isBelow = (prefix: string, name: string) => name.startsWith(`${prefix}/`);

/** What is wanted, as hashes. They are over settings that stand in the template, never over a value. */
export function hashesOf({ tier, keyArn, description, source }: Wanted): { settings: string; source: string } {
  return { settings: hash({ tier, keyArn, description, source }), source: hash(source) };
}

const hash = (content: object) => createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 32);
