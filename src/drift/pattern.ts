/**
 * Globs on relative parameter names, the same for the constructs (which refuse bad ones) and the functions (which match them).
 * It imports nothing but picomatch, or every bundle would carry it.
 */
import { makeRe } from 'picomatch';

/** A pattern ready to match. `literal`, `prefix` and `suffix` let a caller index many patterns instead of trying each. */
export interface CompiledPattern {
  readonly source: string;
  /** The one name that matches, when the pattern holds no glob. */
  readonly literal?: string;
  /** Each name that matches starts with this (may be empty). */
  readonly prefix: string;
  /** Each name that matches ends with this (may be empty). */
  readonly suffix: string;
  matches(name: string): boolean;
}

/** SSM's longest parameter name. */
export const MAX_PATTERN_LENGTH = 1011;

const OPTIONS = { dot: true, strictBrackets: true, nocase: false, debug: true };
const ALLOWED = /^[A-Za-z0-9_.\-/*?[\]{}()!|,@+^]*$/;
const GLOB = /[*?[\]{}()!|,@+^]/;
/** Everything below a folder, by far the most common glob: it needs no regular expression. */
const SUBTREE = /^((?:[A-Za-z0-9_.-]+\/)*)\*\*$/;

/** Says what is wrong with a pattern; nothing when it is usable. */
export function patternProblem(source: string): string | undefined {
  if (source.length === 0) { return 'it is empty'; }
  if (source.length > MAX_PATTERN_LENGTH) { return `it has ${source.length} characters`; }
  if (/^!?\.{0,2}\//.test(source)) { return 'it starts with a slash or a dot and a slash, but names are relative to their environment'; }
  if (source.endsWith('/') || source.includes('//')) { return 'it has an empty level, which no name has'; }
  if (!ALLOWED.test(source)) { return 'it holds characters that are neither of a parameter name nor of a glob'; }
  if (/[@+](?!\()|(?<!\[)\^/.test(source) || !isBalanced(source)) {
    return 'it holds a sign of a glob out of its place (`,` belongs into braces, `@` and `+` before parentheses, `^` into brackets)';
  }
  try {
    compilePattern(source);
    return undefined;
  } catch {
    return 'it is not a readable glob (unbalanced brackets or a reversed range)';
  }
}

/** Braces are closed and never opened twice, and commas stand within them. */
function isBalanced(source: string): boolean {
  let depth = 0;
  for (const sign of source) {
    if (sign === '{') { depth += 1; }
    if (sign === '}') { depth -= 1; }
    if (depth < 0 || (sign === ',' && depth === 0)) { return false; }
  }
  return depth === 0;
}

/** Compiles a glob; throws when it is none. */
export function compilePattern(source: string): CompiledPattern {
  if (!GLOB.test(source)) {
    return { source, literal: source, prefix: source, suffix: source, matches: (name) => name === source };
  }
  const subtree = SUBTREE.exec(source);
  if (subtree) { return compileSubtree(source, subtree[1]); }

  const { prefix, suffix } = fixedEnds(source);
  const expression = makeRe(source, OPTIONS);
  return {
    source,
    prefix,
    suffix,
    matches: (name) => name.startsWith(prefix) && name.endsWith(suffix) && expression.test(name),
  };
}

/** `app/**` matches what is below `app`, and `app` itself; `**` matches all. */
function compileSubtree(source: string, folder: string): CompiledPattern {
  if (folder === '') { return { source, prefix: '', suffix: '', matches: () => true }; }
  const prefix = folder.slice(0, -1);
  return { source, prefix, suffix: '', matches: (name) => name.startsWith(folder) || name === prefix };
}

/** The literal ends of a glob. Negation and top-level alternatives have none; the slash beside a globstar is optional. */
function fixedEnds(source: string): { prefix: string; suffix: string } {
  if (/[!|]/.test(source)) { return { prefix: '', suffix: '' }; }
  const prefix = /^[A-Za-z0-9_.\-/]*/.exec(source)![0];
  const suffix = /[A-Za-z0-9_.\-/]*$/.exec(source)![0];
  return { prefix: prefix.replace(/\/+$/, ''), suffix: suffix.replace(/^\/+/, '') };
}
