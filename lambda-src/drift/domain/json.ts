/** A value that is a JSON object or list, parsed; undefined for everything else. */
export function asJson(value: string): object | undefined {
  if (!/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value) as object;
  } catch {
    return undefined;
  }
}
