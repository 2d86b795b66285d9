/**
 * A tag that resources must carry.
 */
export interface RequiredTag {
  /**
   * Key of the tag: 1 to 128 letters, digits, spaces and the characters `_.:/=+-@`, not starting with `aws:`.
   */
  readonly key: string;

  /**
   * Values of which the tag must have one: each 1 to 256 letters, digits, spaces and the characters `_.:/=+-@`, so that none has a comma.
   *
   * @default - any value
   */
  readonly values?: string[];
}
