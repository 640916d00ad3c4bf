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

/** Everyone whose accounts a posting changes. */
export function holdersOf(subject: Subject): readonly Holder[] {
  const { currency, day } = subject;
  const holders: Holder[] = [
    { dimension: 'sku', key: subject.sku, day: '', currency },
    { dimension: 'lot', key: subject.lotId, day: '', currency },
    { dimension: 'supplier', key: subject.supplierId, day: '', currency },
    { dimension: 'day', key: '', day, currency },
    { dimension: 'sku-day', key: subject.sku, day, currency },
  ];
  if (subject.merchantId === '') return holders;
  holders.push({ dimension: 'merchant', key: subject.merchantId, day: '', currency });
  holders.push({ dimension: 'merchant-day', key: subject.merchantId, day, currency });
  return holders;
}

/** A holder as one text, no two alike: days, currencies and dimensions hold no NUL. */
export function holderName(holder: Holder): string {
  return `${holder.dimension}\u0000${holder.day}\u0000${holder.currency}\u0000${holder.key}`;
}
