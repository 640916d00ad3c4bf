import { Inject, Injectable } from '@nestjs/common';
import { OPEN_LEDGER, type OpenLedger } from '../../infrastructure/host/open-ledger.js';
import { PERMISSIONS, type Permission } from './permission.js';

/** Who a request is from. Recorded as the actor of every event that it causes. */
export interface Caller {
  readonly actor: string;
  /** Whom the actor speaks for; null where it speaks for itself. */
  readonly onBehalfOf: string | null;
  readonly permissions: ReadonlySet<Permission>;
}

/** The one place where a caller is identified: until callers authenticate, whoever the configuration says. */
@Injectable()
export class CallerIdentification {
  private readonly configured: Caller;

  constructor(@Inject(OPEN_LEDGER) { configuration }: Pick<OpenLedger, 'configuration'>) {
    this.configured = {
      actor: configuration.http.actor,
      onBehalfOf: null,
      permissions: new Set(PERMISSIONS),
    };
  }

  callerOf(): Caller {
    return this.configured;
  }
}
