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

/** Under which dimension a holder has its number: what its days add is kept under the same. */
export const NUMBERED_AS: Readonly<Record<HolderDimension, string>> = {
  sku: 'sku',
  lot: 'lot',
  supplier: 'supplier',
  merchant: 'merchant',
  day: 'all',
  'sku-day': 'sku',
  'merchant-day': 'merchant',
};

const DIMENSIONS = Object.keys(HOLDER_OF) as readonly HolderDimension[];

/** Everyone whose accounts a posting changes. */
export function holdersOf(subject: Subject): readonly Holder[] {
  const holders: Holder[] = [];
  for (const dimension of DIMENSIONS) {
    const place = HOLDER_OF[dimension](subject);
    if (place !== undefined)
      holders.push({ dimension, key: place.key, day: place.day, currency: subject.currency });
  }
  return holders;
}

/** A holder of one dimension as one text, no two alike: days and currencies hold no NUL. */
export function holderName({ key, day, currency }: Omit<Holder, 'dimension'>): string {
  return day === '' ? `${currency}\u0000${key}` : `${day}\u0000${currency}\u0000${key}`;
}
