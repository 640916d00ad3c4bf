import type { RevealedKey } from '../../domain/order/commands.js';
import type { ReceiptAnswer } from '../../domain/key-registry/commands.js';
import type { MoneyText } from '../../domain/shared/money.js';
import type { LineCounts, SourcedRange } from '../../domain/shared/units.js';
import { amount, count, listOf, objectOf, optional, day, text, wholeNumber, type Schema } from './schema.js';

export const money = objectOf<MoneyText>({ amount, currency: text });

const sourcedRange = objectOf<SourcedRange>({
  lotId: text,
  firstSerial: wholeNumber,
  count,
  expiresOn: optional(day),
  supplierId: text,
  authorisationId: text,
  unitCost: money,
});

export const issuedUnits: Schema = listOf(sourcedRange);

export const revealedKeys = listOf(
  objectOf<RevealedKey>({
    unit: wholeNumber,
    keyId: text,
    number: text,
    secret: text,
    proof: objectOf<RevealedKey['proof']>({
      salt: text,
      index: count,
      count,
      path: listOf(text),
      commitment: text,
    }),
  }),
);

export const lineCounts = objectOf<LineCounts>({
  lines: count,
  header: count,
  blank: count,
  accepted: count,
  duplicateInFile: count,
  duplicateInLedger: count,
  malformed: count,
});

export const receipt = objectOf<ReceiptAnswer>({ lotId: text, counts: lineCounts });
