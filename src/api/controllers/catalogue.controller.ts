import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { MerchantBody, RegisterMerchant } from '../../domain/merchant/commands.js';
import { DefineProduct, ProductBody } from '../../domain/product/commands.js';
import { readBody } from '../commands/body.js';
import type { BodySpecification } from '../commands/body-shape.js';
import { CommandDesk } from '../commands/command-desk.js';
import type { HttpAnswer } from '../http/answer.js';
import type { HttpRequest } from '../http/request.js';
import { CommandRoute } from '../openapi/command-route.js';

const product: BodySpecification<ProductBody> = { type: ProductBody };
const merchant: BodySpecification<MerchantBody> = { type: MerchantBody };

@ApiTags('catalogue')
@Controller('v1')
export class CatalogueController {
  constructor(private readonly desk: CommandDesk) {}

  @Post('products')
  @CommandRoute({
    permission: 'catalogue:write',
    summary: 'Define a product and the currency of its amounts',
    body: product,
    refusals: ['duplicate_product'],
  })
  defineProduct(@Req() request: HttpRequest, @Body() sent: unknown): Promise<HttpAnswer> {
    return this.desk.record(request, DefineProduct, readBody(product, sent));
  }

  @Post('merchants')
  @CommandRoute({
    permission: 'catalogue:write',
    summary: 'Register a merchant',
    body: merchant,
    refusals: ['duplicate_merchant'],
  })
  registerMerchant(@Req() request: HttpRequest, @Body() sent: unknown): Promise<HttpAnswer> {
    return this.desk.record(request, RegisterMerchant, readBody(merchant, sent));
  }
}
