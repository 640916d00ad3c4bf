import { validateSync, type ValidationError } from 'class-validator';
import { Refusal, type FieldFault } from './refusal.js';

/** Every fault of a command's fields by the rules on its class, in the order of its fields. */
export function faultsOf(body: object): FieldFault[] {
  return validateSync(body, { forbidUnknownValues: true, stopAtFirstError: true }).flatMap((error) =>
    flatten(error, ''),
  );
}

function flatten(error: ValidationError, path: string): FieldFault[] {
  const field = path === '' ? error.property : `${path}.${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, field))];
}

/** @throws Refusal `invalid` with every field's fault */
export function requireValid(body: object): void {
  const faults = faultsOf(body);
  if (faults.length > 0) throw invalid(faults);
}

export function invalid(faults: readonly FieldFault[]): Refusal {
  const first = faults[0];
  return new Refusal(
    'invalid',
    `correct the fields named: ${first?.field ?? 'body'} ${first?.message ?? ''}`.trim(),
    faults,
  );
}
