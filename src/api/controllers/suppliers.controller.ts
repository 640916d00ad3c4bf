import { Body, Controller, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  AuthorisationBody,
  GrantAuthorisation,
  RegisterSupplier,
  RevocationBody,
  RevokeAuthorisation,
  SupplierBody,
} from '../../domain/supplier/commands.js';
import { readBody } from '../commands/body.js';
import type { BodySpecification } from '../commands/body-shape.js';
import { CommandDesk } from '../commands/command-desk.js';
import type { HttpAnswer } from '../http/answer.js';
import type { HttpRequest } from '../http/request.js';
import { CommandRoute } from '../openapi/command-route.js';

const supplier: BodySpecification<SupplierBody> = { type: SupplierBody };
const authorisation: BodySpecification<AuthorisationBody> = {
  type: AuthorisationBody,
  fromPath: ['supplierId'],
};
const revocation: BodySpecification<RevocationBody> = { type: RevocationBody, fromPath: ['authorisationId'] };

@ApiTags('suppliers')
@Controller('v1')
export class SuppliersController {
  constructor(private readonly desk: CommandDesk) {}

  @Post('suppliers')
  @CommandRoute({
    permission: 'purchasing:write',
    summary: 'Register a supplier',
    body: supplier,
    refusals: ['duplicate_supplier'],
  })
  registerSupplier(@Req() request: HttpRequest, @Body() sent: unknown): Promise<HttpAnswer> {
    return this.desk.record(request, RegisterSupplier, readBody(supplier, sent));
  }

  @Post('suppliers/:supplierId/authorisations')
  @CommandRoute({
    permission: 'purchasing:write',
    summary: "Record an issuer's authorisation of a supplier for products",
    body: authorisation,
    refusals: ['duplicate_authorisation', 'unknown_supplier'],
  })
  grantAuthorisation(
    @Req() request: HttpRequest,
    @Param('supplierId') supplierId: string,
    @Body() sent: unknown,
  ): Promise<HttpAnswer> {
    return this.desk.record(request, GrantAuthorisation, readBody(authorisation, sent, { supplierId }));
  }

  @Post('authorisations/:authorisationId/revocation')
  @CommandRoute({
    permission: 'purchasing:write',
    summary: 'Revoke an authorisation from now on',
    body: revocation,
    refusals: ['unknown_authorisation', 'already_revoked'],
  })
  revokeAuthorisation(
    @Req() request: HttpRequest,
    @Param('authorisationId') authorisationId: string,
    @Body() sent: unknown,
  ): Promise<HttpAnswer> {
    return this.desk.record(request, RevokeAuthorisation, readBody(revocation, sent, { authorisationId }));
  }
}
