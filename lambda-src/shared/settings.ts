/** What the construct tells its function. The only file that reads the process's environment. */
export class Settings {
  private readonly values: { readonly [name: string]: string | undefined };

  /** Takes the environment as it is now: what changes later is not seen. */
  constructor(values: { readonly [name: string]: string | undefined } = process.env) {
    this.values = { ...values };
  }

  /** A setting that must be there. */
  public required(name: string): string {
    const value = this.values[name];
    if (value === undefined || value === '') {
      throw new Error(`the setting ${name} is missing: the construct sets this environment variable, so deploy the stack again and do not edit it by hand`);
    }
    return value;
  }

  /** A setting that the construct may leave out. */
  public optional(name: string): string | undefined {
    return this.values[name] || undefined;
  }

  /** A setting that must be a number of zero or more. */
  public number(name: string): number {
    const text = this.required(name);
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
      throw new Error(`the setting ${name} is '${text}', but must be a number of zero or more: the construct sets this environment variable, so deploy the stack again`);
    }
    return value;
  }

  /** A setting that must be one of a few. */
  public oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    const text = this.required(name);
    const value = allowed.find((one) => one === text);
    if (value === undefined) {
      throw new Error(`the setting ${name} is '${text}', but must be one of ${allowed.join(', ')}: the construct sets this environment variable, so deploy the stack again`);
    }
    return value;
  }

  /** The region that the Lambda service tells. */
  public get region(): string {
    return this.values.AWS_REGION || this.required('AWS_DEFAULT_REGION');
  }

  /** Where a service is when it is not at AWS (tests, VPC endpoints); the SDK clients read the same variables by themselves. */
  public endpoint(service: string): string | undefined {
    return this.values[`AWS_ENDPOINT_URL_${service}`] || this.values.AWS_ENDPOINT_URL || undefined;
  }
}
