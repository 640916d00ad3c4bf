import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { issueOrder } from '../processes/issue-order.js';
import { revealKeys } from '../processes/reveal-keys.js';
import { LEDGER, type Executed, type Ledger } from '../shared/ledger.js';
import { IssueOrder, RevealKeys, type IssueAnswer, type RevealedKey } from './commands.js';
import { KEY_VAULT, type KeyVault } from './key-vault.js';

@CommandHandler(IssueOrder)
export class IssueOrderHandler implements ICommandHandler<IssueOrder> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  execute({ body, context }: IssueOrder): Promise<Executed<IssueAnswer>> {
    return issueOrder(this.ledger, body, context);
  }
}

@CommandHandler(RevealKeys)
export class RevealKeysHandler implements ICommandHandler<RevealKeys> {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(KEY_VAULT) private readonly vault: KeyVault,
  ) {}

  execute({ body, context }: RevealKeys): Promise<Executed<{ readonly keys: readonly RevealedKey[] }>> {
    return revealKeys(this.ledger, this.vault, body, context);
  }
}
