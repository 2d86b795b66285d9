/** Security Hub ends its rules' names with eight hexadecimal digits; those it made years ago with six letters and digits. */
const SECURITY_HUB = /^securityhub-(.+)-(?:[0-9a-f]{8}|(?=[a-z0-9]*[0-9])[a-z0-9]{6})$/;
const CONFORMANCE_PACK = /^(.+)-conformance-pack-[a-z0-9]+$/;
const ORGANIZATION = /^OrgConfigRule-(.+)-[a-z0-9]{8}$/;

/**
 * What rules find in common, whoever deployed them: the name without what Security Hub, conformance packs and organizations add to it, which
 * differs between accounts. A name that would be nothing without it stays as it is.
 */
export function causeOf(rule: string): string {
  return [CONFORMANCE_PACK, ORGANIZATION, SECURITY_HUB].reduce((name, added) => added.exec(name)?.[1] ?? name, rule);
}
