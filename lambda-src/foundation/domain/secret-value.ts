const SHOWN = '(secret)';

/** A secret text. It shows itself to whoever calls `reveal`, and to no log line, message or JSON. */
export class SecretValue {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  public reveal(): string {
    return this.#text;
  }

  public get bytes(): number {
    return Buffer.byteLength(this.#text);
  }

  public equals(other?: SecretValue): boolean {
    return this.#text === other?.reveal();
  }

  /** A message of somebody else's that may repeat the value, without it. */
  public keptOutOf(message: string): string {
    const forms = [this.#text, JSON.stringify(this.#text).slice(1, -1), encodeURIComponent(this.#text), Buffer.from(this.#text).toString('base64')];
    return forms.some((form) => form !== '' && message.includes(form)) ? '(its text is withheld: it repeats the value)' : message;
  }

  public toString(): string {
    return SHOWN;
  }

  public toJSON(): string {
    return SHOWN;
  }
}
