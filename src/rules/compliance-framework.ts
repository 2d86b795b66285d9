/**
 * Who says that a rule serves a control.
 */
export enum FrameworkBasis {
  /** AWS: in the user guide of Security Hub. */
  AWS = 'AWS',
  /** A third party, which files the same check under this control. The translation to a rule of AWS Config is this library's. */
  DERIVED = 'DERIVED',
  /** Whoever wrote the rule set. */
  OWN = 'OWN',
}

interface FrameworkFacts {
  readonly key: string;
  readonly displayName: string;
  readonly basis: FrameworkBasis;
  readonly retiredOn?: string;
}

/**
 * A framework whose controls rules of AWS Config can serve.
 *
 * The mappings help to watch; they do not ensure compliance, and are no certification. Most controls of a framework cannot be checked
 * by a rule at all.
 *
 * Compare frameworks by `key`: in Python and the other languages each access gives another object.
 */
export class ComplianceFramework {
  /**
   * PCI DSS 4.0.1, by AWS's own mapping but for two rows.
   */
  public static readonly PCI_DSS_4_0_1 = new ComplianceFramework({ key: 'PCI-DSS-4.0.1', displayName: 'PCI DSS 4.0.1', basis: FrameworkBasis.AWS });

  /**
   * PCI DSS 3.2.1, by AWS's own mapping. It was retired on 2024-03-31: choosing it warns at synth.
   */
  public static readonly PCI_DSS_3_2_1 = new ComplianceFramework({
    key: 'PCI-DSS-3.2.1', displayName: 'PCI DSS 3.2.1', basis: FrameworkBasis.AWS, retiredOn: '2024-03-31',
  });

  /**
   * SOC 2 (trust services criteria), derived: AWS publishes no mapping of its rules.
   */
  public static readonly SOC_2 = new ComplianceFramework({ key: 'SOC2', displayName: 'SOC 2', basis: FrameworkBasis.DERIVED });

  /**
   * ISO/IEC 27001:2022 Annex A, derived: AWS publishes no mapping of its rules.
   */
  public static readonly ISO_27001_2022 = new ComplianceFramework({
    key: 'ISO27001:2022', displayName: 'ISO 27001:2022', basis: FrameworkBasis.DERIVED,
  });

  /**
   * GDPR, articles 25, 30 and 32, derived: AWS publishes no mapping of its rules.
   */
  public static readonly GDPR = new ComplianceFramework({ key: 'GDPR', displayName: 'GDPR', basis: FrameworkBasis.DERIVED });

  /**
   * All of them, in the order in which descriptions name them.
   */
  public static all(): ComplianceFramework[] {
    return [this.PCI_DSS_4_0_1, this.PCI_DSS_3_2_1, this.SOC_2, this.ISO_27001_2022, this.GDPR];
  }

  /** Its key in the library's data, such as `PCI-DSS-4.0.1`. */
  public readonly key: string;
  /** Its name, as a description says it. */
  public readonly displayName: string;
  /** Where its mapping comes from. Single rows may have another basis: see `FrameworkControl.basis`. */
  public readonly basis: FrameworkBasis;
  /** The day on which it was retired, as `YYYY-MM-DD`; nothing while it is in force. */
  public readonly retiredOn?: string;

  private constructor(facts: FrameworkFacts) {
    this.key = facts.key;
    this.displayName = facts.displayName;
    this.basis = facts.basis;
    this.retiredOn = facts.retiredOn;
  }
}

/**
 * A control that a rule serves, and who says so.
 */
export interface FrameworkControl {
  /**
   * The framework.
   */
  readonly framework: ComplianceFramework;

  /**
   * The control's number or article, such as `8.3.6`, `CC6.1` or `Art. 32`.
   */
  readonly control: string;

  /**
   * Who says that the rule serves it.
   */
  readonly basis: FrameworkBasis;

  /**
   * Where that is written: document, version and place.
   */
  readonly source: string;
}

/**
 * A control that a rule of your own serves.
 */
export interface ServedControl {
  /**
   * The framework.
   */
  readonly framework: ComplianceFramework;

  /**
   * The control's number or article, such as `8.3.6`, `CC6.1` or `Art. 32`.
   */
  readonly control: string;

  /**
   * Where it is written that the rule serves it.
   *
   * @default 'the rule set'
   */
  readonly source?: string;
}
