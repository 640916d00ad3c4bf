import { Injectable } from '@nestjs/common';
import { CommandBus, type Command } from '@nestjs/cqrs';
import type { CommandContext, Executed } from '../../domain/shared/ledger.js';
import { HttpAnswer } from '../http/answer.js';
import { positionToken } from '../http/position-token.js';
import type { HttpRequest } from '../http/request.js';
import { PlacementDesk, readWait, type Placement } from '../log/placement.js';
import { commandContext } from './command-context.js';

type CommandClass<Body, Answer extends object> = new (
  body: Body,
  context: CommandContext,
) => Command<Executed<Answer>>;

/** What a command came to, as its caller is told. */
export interface Told {
  /** What the ledger recorded: never the body again, which a repeated Idempotency-Key may have brought with another content. */
  readonly facts: object;
  /** It had happened before: the same answer again, with status 200 instead of 201. */
  readonly again?: boolean;
}

/** What every command's answer ends with. */
export interface Acknowledgement extends Placement {
  readonly position: string;
  readonly recalled: boolean;
}

export const POSITION_HEADER = 'sourcebook-position';

/** Hands commands over to the domain and tells what they came to. */
@Injectable()
export class CommandDesk {
  constructor(
    private readonly bus: CommandBus,
    private readonly placement: PlacementDesk,
  ) {}

  /** A command that has nothing to tell but that it is done. */
  async record<Body extends object>(
    request: HttpRequest,
    type: CommandClass<Body, object>,
    body: Body,
  ): Promise<HttpAnswer> {
    return this.execute(request, type, body, () => ({ facts: {} }));
  }

  async execute<Body extends object, Answer extends object>(
    request: HttpRequest,
    type: CommandClass<Body, Answer>,
    body: Body,
    tell: (answer: Answer) => Told,
  ): Promise<HttpAnswer> {
    const wait = readWait(request);
    const executed = await this.bus.execute(new type(body, commandContext(request, type.name)));
    const told = tell(executed.answer);
    if (wait === undefined) return acknowledged(executed, told);
    return acknowledged(executed, told, await this.placement.placeOf(executed.position, wait));
  }
}

export function acknowledged(
  { position, recalled }: Omit<Executed<unknown>, 'answer'>,
  told: Told,
  placement: Placement = {},
): HttpAnswer {
  const again = recalled || told.again === true;
  const token = positionToken(position);
  const acknowledgement: Acknowledgement = { position: token, recalled: again, ...placement };
  return new HttpAnswer(
    { ...told.facts, ...acknowledgement },
    { status: again ? 200 : 201, headers: { [POSITION_HEADER]: token } },
  );
}
