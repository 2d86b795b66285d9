/**
 * One line of a cost estimate: everything in the scope that is charged at the same price.
 */
export interface CostLine {
  /** The AWS service that charges it. */
  readonly service: string;
  /** What is charged. */
  readonly what: string;
  /** How many units in a month. */
  readonly quantity: number;
  /** What one of the quantity is. */
  readonly unit: string;
  /** Price of one unit; where the price falls with the quantity, the average over this quantity. */
  readonly unitPrice: number;
  /** What it costs in a month. */
  readonly monthly: number;
  /** How the quantity came about, what is not counted, and whether the price itself is an estimate. */
  readonly note: string;
}
