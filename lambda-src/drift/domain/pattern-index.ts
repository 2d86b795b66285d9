import { CompiledPattern, compilePattern } from '../../../src/drift/pattern';

interface Entry<T> {
  readonly order: number;
  readonly pattern: CompiledPattern;
  readonly item: T;
}

/** A glob of these signs alone matches segment by segment, so that a literal segment of it is one of each name that it matches. */
const PLAIN = /^[A-Za-z0-9_.\-/*?]+$/;

/**
 * Finds the first of many patterns that matches a name without trying them all: literal patterns by look-up, globs only for
 * names that have a segment which the glob asks for, the few others one after the other.
 */
export class PatternIndex<T> {
  private readonly byName = new Map<string, Entry<T>>();
  /** By the first whole segment that a glob spells out. */
  private readonly bySegment = new Map<string, Entry<T>[]>();
  /** By the beginning of a segment, for globs that spell no whole one out; and how long such beginnings are. */
  private readonly byStart = new Map<string, Entry<T>[]>();
  private readonly startLengths: number[];
  private readonly anywhere: Entry<T>[] = [];

  constructor(patterns: { readonly pattern: string; item(literal: boolean): T }[]) {
    patterns.forEach(({ pattern: source, item }, order) => {
      const pattern = compilePattern(source);
      const entry = { order, pattern, item: item(pattern.literal !== undefined) };
      if (pattern.literal !== undefined) {
        if (!this.byName.has(pattern.literal)) this.byName.set(pattern.literal, entry);
        return;
      }
      const segments = PLAIN.test(source) ? source.split('/') : [];
      const whole = segments.find((segment) => segment !== '' && !/[*?]/.test(segment));
      const start = segments.map((segment) => /^[^*?]*/.exec(segment)![0]).find((text) => text !== '');
      if (whole !== undefined) add(this.bySegment, whole, entry);
      else if (start !== undefined) add(this.byStart, start, entry);
      else this.anywhere.push(entry);
    });
    this.startLengths = [...new Set([...this.byStart.keys()].map((start) => start.length))];
  }

  public first(name: string): T | undefined {
    let best = this.byName.get(name);
    for (let from = 0, to = 0; to < name.length; from = to + 1) {
      const slash = name.indexOf('/', from);
      to = slash < 0 ? name.length : slash;
      best = earlier(this.bySegment.get(name.slice(from, to)), name, best);
      for (const length of this.startLengths) if (from + length <= to) best = earlier(this.byStart.get(name.slice(from, from + length)), name, best);
    }
    return earlier(this.anywhere, name, best)?.item;
  }

  /** The names that patterns without a wildcard spell out. */
  public literals(): string[] {
    return [...this.byName.keys()];
  }
}

function add<T>(index: Map<string, Entry<T>[]>, key: string, entry: Entry<T>): void {
  const entries = index.get(key);
  if (entries) entries.push(entry); else index.set(key, [entry]);
}

/** The first entry that matches, if it comes before the best one so far. */
function earlier<T>(entries: Entry<T>[] | undefined, name: string, best: Entry<T> | undefined): Entry<T> | undefined {
  for (const entry of entries ?? []) {
    if (best && entry.order > best.order) break;
    if (entry.pattern.matches(name)) return entry;
  }
  return best;
}
