import { requireTagValue } from '../private/validation';

/**
 * How much harm it would do if data became known.
 */
export class DataClassification {
  /** Known to everyone already. */
  public static readonly PUBLIC = new DataClassification('Public');
  /** For everyone in the organization. */
  public static readonly INTERNAL = new DataClassification('Internal');
  /** For those who need it. */
  public static readonly CONFIDENTIAL = new DataClassification('Confidential');
  /** For named persons. */
  public static readonly RESTRICTED = new DataClassification('Restricted');

  /**
   * A class of your own.
   *
   * @param label The tag's value: 1 to 256 letters, digits, spaces and the characters `_.:/=+-@`.
   */
  public static of(label: string): DataClassification {
    requireTagValue('DataClassification.label', label);
    return new DataClassification(label);
  }

  /** The tag's value. */
  public readonly label: string;

  private constructor(label: string) {
    this.label = label;
  }
}

/**
 * Tags on everything that takes tags, beside `Environment` and `Organization`, which follow from the system.
 *
 * A change on a live stack changes the tags in place.
 */
export interface GovernanceTags {
  /**
   * Value of the tag `CostCenter`: 1 to 256 letters, digits, spaces and the characters `_.:/=+-@`.
   *
   * @default 'infrastructure'
   */
  readonly costCenter?: string;

  /**
   * Value of the tag `DataClassification`.
   *
   * @default DataClassification.CONFIDENTIAL
   */
  readonly dataClassification?: DataClassification;

  /**
   * Value of the tag `Compliance`: a label such as `PCI-DSS`, or several joined by a space, of the same characters. It buys
   * no rules.
   *
   * @default - no such tag
   */
  readonly compliance?: string;
}
