import { Finding, Outbox, OutboxEntry, OutboxSection, Transition } from '../ports';

/** So many names of each kind a message spells out; the others it counts. */
const ENTRIES_KEPT = 20;

/** And so many characters of each explanation. */
const LONGEST_EXPLANATION = 500;

const NOTHING: OutboxSection = { count: 0, entries: [] };

/** The outbox with what these changes add; undefined while there is nothing to tell. */
export function addToOutbox(
  outbox: Outbox | undefined, id: string, at: string, transitions: Transition[], warned: Finding[],
): Outbox | undefined {
  const told = transitions.filter((transition) => transition.told);
  if (told.length === 0 && warned.length === 0) return outbox;
  const of = (kind: Transition['kind']) => told.filter((transition) => transition.kind === kind).map((transition) => transition.finding);
  return {
    id: outbox?.id ?? id,
    since: outbox?.since ?? at,
    opened: add(outbox?.opened, of('opened')),
    reopened: add(outbox?.reopened, of('reopened')),
    changed: add(outbox?.changed, of('changed')),
    resolved: add(outbox?.resolved, of('resolved')),
    expiring: add(outbox?.expiring, warned),
  };
}

function add(section: OutboxSection = NOTHING, findings: Finding[]): OutboxSection {
  const room = Math.max(0, ENTRIES_KEPT - section.entries.length);
  return { count: section.count + findings.length, entries: [...section.entries, ...findings.slice(0, room).map(entry)] };
}

const entry = ({ name, difference, explanation, waivedUntil }: Finding): OutboxEntry =>
  ({ name, difference, explanation: cut(explanation), ...(waivedUntil ? { waivedUntil } : {}) });

/** The sentence may hold long names and values; all of an outbox together must fit into an item of 400 KB. */
const cut = (text: string) => text.length <= LONGEST_EXPLANATION ? text : `${text.slice(0, LONGEST_EXPLANATION)}…`;
