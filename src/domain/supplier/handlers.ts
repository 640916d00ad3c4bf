import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { shown } from '../processes/facts.js';
import { suppliersTarget } from '../processes/targets.js';
import { requireValid } from '../shared/faults.js';
import { LEDGER, type Executed, type Ledger } from '../shared/ledger.js';
import { GrantAuthorisation, RegisterSupplier, RevokeAuthorisation } from './commands.js';

@CommandHandler(RegisterSupplier)
export class RegisterSupplierHandler implements ICommandHandler<RegisterSupplier> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ body, context }: RegisterSupplier): Promise<Executed<object>> {
    requireValid(body);
    const { supplierId, name, kind } = body;
    return this.ledger.execute(
      suppliersTarget,
      { kind: 'register', supplier: { supplierId, name, kind } },
      context,
    );
  }
}

@CommandHandler(GrantAuthorisation)
export class GrantAuthorisationHandler implements ICommandHandler<GrantAuthorisation> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ body, context }: GrantAuthorisation): Promise<Executed<object>> {
    requireValid(body);
    const { authorisationId, issuer, supplierId, skus, validFrom } = body;
    const authorisation = {
      authorisationId,
      issuer,
      supplierId,
      skus,
      validFrom,
      validTo: body.validTo ?? null,
    };
    return this.ledger.execute(suppliersTarget, { kind: 'grant', authorisation }, context);
  }
}

@CommandHandler(RevokeAuthorisation)
export class RevokeAuthorisationHandler implements ICommandHandler<RevokeAuthorisation> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ body, context }: RevokeAuthorisation): Promise<Executed<object>> {
    const { authorisationId, reason = null } = body;
    const command = {
      kind: 'revoke',
      authorisationId: shown(authorisationId),
      at: context.at,
      reason,
    } as const;
    const isKnown = await this.ledger.ask(suppliersTarget, (state) =>
      state.authorisations.has(authorisationId),
    );
    if (isKnown) requireValid(body);
    return this.ledger.execute(suppliersTarget, command, context);
  }
}
