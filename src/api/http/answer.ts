/** What a route answers with: a value that is written as JSON, or text or a stream of a type of its own. */
export class HttpAnswer {
  constructor(
    readonly body: unknown,
    readonly options: {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {}
}
