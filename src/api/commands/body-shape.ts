export type BodyClass = new () => object;

/** How a command's body arrives: its class, and where its fields come from. */
export interface BodyShape {
  readonly type: BodyClass;
  /** Fields that the path gives, so that a body may not. */
  readonly fromPath?: readonly string[];
  /** Classes of the objects in lists. */
  readonly nested?: Readonly<Record<string, BodyClass>>;
}

export interface BodySpecification<Body extends object> extends BodyShape {
  readonly type: new () => Body;
  readonly fromPath?: readonly (keyof Body & string)[];
}
