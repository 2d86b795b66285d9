import { CompiledPattern, compilePattern } from '../../../src/drift/pattern';

interface Entry<T> {
  readonly order: number;
  readonly pattern: CompiledPattern;
  readonly item: T;
}

/**
 * Finds the first of many patterns that matches a name without trying them all: literal patterns by look-up, globs that
 * begin with a whole segment only for names in that segment, the others one after the other.
 */
export class PatternIndex<T> {
  private readonly byName = new Map<string, Entry<T>>();
  private readonly bySegment = new Map<string, Entry<T>[]>();
  private readonly anywhere: Entry<T>[] = [];

  constructor(patterns: { readonly pattern: string; item(literal: boolean): T }[]) {
    patterns.forEach(({ pattern: source, item }, order) => {
      const pattern = compilePattern(source);
      const entry = { order, pattern, item: item(pattern.literal !== undefined) };
      const slash = pattern.prefix.indexOf('/');
      if (pattern.literal !== undefined) {
        if (!this.byName.has(pattern.literal)) this.byName.set(pattern.literal, entry);
      } else if (slash >= 0) {
        const segment = pattern.prefix.slice(0, slash);
        const entries = this.bySegment.get(segment);
        if (entries) entries.push(entry); else this.bySegment.set(segment, [entry]);
      } else {
        this.anywhere.push(entry);
      }
    });
  }

  public first(name: string): T | undefined {
    const slash = name.indexOf('/');
    let best = this.byName.get(name);
    best = earlier(slash < 0 ? undefined : this.bySegment.get(name.slice(0, slash)), name, best);
    return earlier(this.anywhere, name, best)?.item;
  }

  /** The names that patterns without a wildcard spell out. */
  public literals(): string[] {
    return [...this.byName.keys()];
  }
}

/** The first entry that matches, if it comes before the best one so far. */
function earlier<T>(entries: Entry<T>[] | undefined, name: string, best: Entry<T> | undefined): Entry<T> | undefined {
  for (const entry of entries ?? []) {
    if (best && entry.order > best.order) break;
    if (entry.pattern.matches(name)) return entry;
  }
  return best;
}
