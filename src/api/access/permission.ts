import { SetMetadata } from '@nestjs/common';

/** What a caller may be allowed to do. Every route names exactly one. */
export const PERMISSIONS = [
  'catalogue:write',
  'docs:read',
  'events:read',
  'evidence:read',
  'finance:read',
  'health:read',
  'keys:reveal',
  'log:entries',
  'log:read',
  'orders:read',
  'orders:write',
  'projections:read',
  'purchasing:read',
  'purchasing:write',
  'stock:read',
  'stock:write',
  'traces:read',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

export const REQUIRED_PERMISSION = 'sourcebook:required-permission';

/** The one place where a route names what its callers must be allowed to do; a route without it serves nobody. */
export function RequirePermission(permission: Permission): MethodDecorator {
  return SetMetadata(REQUIRED_PERMISSION, permission);
}
