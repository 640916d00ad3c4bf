/** Whose accounts a balance is of. The last three hold what one business day added. */
export type HolderDimension = 'sku' | 'lot' | 'supplier' | 'merchant' | 'day' | 'sku-day' | 'merchant-day';

export interface Holder {
  readonly dimension: HolderDimension;
  /** '' for all together. */
  readonly key: string;
  /** '' where a balance is of all days. */
  readonly day: string;
  readonly currency: string;
}

/** What a posting is about. */
export interface Subject {
  readonly day: string;
  readonly sku: string;
  readonly lotId: string;
  readonly supplierId: string;
  /** '' where no merchant is concerned. */
  readonly merchantId: string;
  readonly currency: string;
}

/** Whose accounts of a dimension a posting changes; undefined where it concerns none. */
export const HOLDER_OF: Readonly<
  Record<HolderDimension, (subject: Subject) => Pick<Holder, 'key' | 'day'> | undefined>
> = {
  sku: ({ sku }) => ({ key: sku, day: '' }),
  lot: ({ lotId }) => ({ key: lotId, day: '' }),
  supplier: ({ supplierId }) => ({ key: supplierId, day: '' }),
  merchant: ({ merchantId }) => (merchantId === '' ? undefined : { key: merchantId, day: '' }),
  day: ({ day }) => ({ key: '', day }),
  'sku-day': ({ sku, day }) => ({ key: sku, day }),
  'merchant-day': ({ merchantId, day }) => (merchantId === '' ? undefined : { key: merchantId, day }),
};

const DIMENSIONS = Object.keys(HOLDER_OF) as readonly HolderDimension[];

/** Everyone whose accounts a posting changes. */
export function holdersOf(subject: Subject): readonly Holder[] {
  return DIMENSIONS.flatMap((dimension) => {
    const holder = HOLDER_OF[dimension](subject);
    return holder === undefined ? [] : [{ dimension, ...holder, currency: subject.currency }];
  });
}

/** A holder as one text, no two alike: days, currencies and dimensions hold no NUL. */
export function holderName(holder: Omit<Holder, 'dimension'>, dimension: HolderDimension): string {
  return `${dimension}\u0000${holder.day}\u0000${holder.currency}\u0000${holder.key}`;
}
