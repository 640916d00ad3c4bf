import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { HttpRequest } from '../http/request.js';
import { ApiProblem } from '../problems/problem.js';
import { CallerIdentification } from './caller.js';
import { REQUIRED_PERMISSION, type Permission } from './permission.js';

/** Stands before every route and denies by default: also where a route names no permission. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly callers: CallerIdentification,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const caller = this.callers.callerOf();
    const required = this.reflector.get<Permission | undefined>(REQUIRED_PERMISSION, context.getHandler());
    if (required === undefined)
      throw new ApiProblem('forbidden', 'this route names no permission; nobody may use it');
    if (!caller.permissions.has(required)) {
      throw new ApiProblem(
        'forbidden',
        `${caller.actor} lacks the permission ${required}; ask an administrator for it`,
      );
    }
    request.caller = caller;
    return true;
  }
}
