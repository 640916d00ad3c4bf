import { Body, Controller, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Command, CommandBus, CommandHandler, CqrsModule, type ICommandHandler } from '@nestjs/cqrs';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { IssueBody } from '../../src/domain/order/commands.js';
import { requireValid } from '../../src/domain/shared/faults.js';

class DoNothing extends Command<object> {
  constructor(readonly body: IssueBody) {
    super();
  }
}

@CommandHandler(DoNothing)
class DoNothingHandler implements ICommandHandler<DoNothing> {
  async execute({ body }: DoNothing): Promise<object> {
    return { orderNo: body.orderNo };
  }
}

@Controller('v1/merchants/:merchantId/orders')
class FloorController {
  constructor(private readonly bus: CommandBus) {}

  @Post()
  issueNothing(@Param('merchantId') merchantId: string, @Body() sent: object): Promise<object> {
    const body = Object.assign(new IssueBody(), sent, { merchantId });
    requireValid(body);
    return this.bus.execute(new DoNothing(body));
  }
}

@Module({ imports: [CqrsModule], controllers: [FloorController], providers: [DoNothingHandler] })
class FloorModule {}

/** The floor of an issue over HTTP: the platform, the validation and the dispatch, and nothing behind them. */
async function main(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(FloorModule, new FastifyAdapter(), {
    logger: false,
  });
  await app.listen(0, '127.0.0.1');
  process.stdout.write(`${await app.getUrl()}\n`);
  process.once('SIGTERM', () => void app.close());
}

void main();
