import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/**
 * When the alarms of a database go off.
 */
export interface DatabaseAlarmThresholds {
  /**
   * More connections to one instance than this, over two periods of five minutes. At least 1.
   *
   * @default 50
   */
  readonly connections?: number;

  /**
   * More CPU use than this, over two periods of five minutes: of the writer, and of the readers on average. In percent, from 1 to 100.
   *
   * @default 80
   */
  readonly cpuUtilization?: number;

  /**
   * Less free memory on one instance than this, over three periods of five minutes. In bytes, at least 1.
   *
   * Three quarters of the memory are meant to be full; where nothing is left, Aurora ends statements, connections and at last itself.
   *
   * @default - 5 % of an instance's memory, and 512 MiB where its size is not known
   */
  readonly freeableMemory?: number;
}

/**
 * Alarms of a database.
 */
export interface DatabaseAlarms {
  /** An instance has more connections than it should. */
  readonly connections: cloudwatch.Alarm;
  /** The writer's CPU is busy. */
  readonly writerCpu: cloudwatch.Alarm;
  /**
   * The readers' CPU is busy.
   *
   * @default - none where there is no reader
   */
  readonly readerCpu?: cloudwatch.Alarm;
  /** An instance is short of memory. */
  readonly freeableMemory: cloudwatch.Alarm;
}
