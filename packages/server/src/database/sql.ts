type Dates = Readonly<Record<'asOf' | 'today', string>>;

/** The values of a statement while its text is being built; $1 is the partner. */
export class Parameters {
  readonly values: unknown[] = [];
  readonly #named = new Map<string, string>();

  readonly #dates: Dates | null;

  constructor(dates: Dates | null = null) {
    this.#dates = dates;
  }

  /** Adds a value and answers the SQL that stands for it. */
  add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length + 1}::${type}`;
  }

  /** Puts parameters in the place of `:asOf` and `:today`; a date that the text does not use is not sent. */
  bind(sql: string): string {
    return sql.replace(/(?<!:):(asOf|today)\b/g, (_, name: 'asOf' | 'today') => {
      const placeholder = this.#named.get(name) ?? this.add(this.#dates?.[name], 'date');
      this.#named.set(name, placeholder);
      return placeholder;
    });
  }
}
