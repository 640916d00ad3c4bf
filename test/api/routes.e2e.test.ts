import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { CallerIdentification } from '../../src/api/access/caller.js';
import { PERMISSIONS, REQUIRED_PERMISSION, type Permission } from '../../src/api/access/permission.js';
import { PROBLEM_CODES } from '../../src/api/problems/problem.js';
import { at, listOf, RunningService, type Json } from './support/running-service.js';

interface FoundRoute {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly permission: Permission | undefined;
}

/** Every route that any controller has, found the way that Nest finds them. */
function routesOf(service: RunningService): FoundRoute[] {
  const modules = [...service.app.get(ModulesContainer).values()];
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => {
    const prototype = (metatype as { prototype: Record<string, object> }).prototype;
    const prefix = Reflect.getMetadata(PATH_METADATA, metatype as object) as string;
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name] as object;
      const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
      if (method === undefined) return [];
      const own = (Reflect.getMetadata(PATH_METADATA, handler) as string).replace(/^\/$/, '');
      const path = `/${prefix}${own === '' ? '' : `/${own}`}`;
      const permission = Reflect.getMetadata(REQUIRED_PERMISSION, handler) as Permission | undefined;
      return [{ name, method: RequestMethod[method], path, permission }];
    });
  });
}

describe('every route', () => {
  let service: RunningService;
  let routes: FoundRoute[];
  let document: Json;

  beforeAll(async () => {
    service = await RunningService.start({ withReadModels: false });
    routes = routesOf(service);
    document = (await service.get('/docs-json')).json;
  });

  afterAll(() => service.stop());

  it('is found', () => {
    expect(routes.length).toBeGreaterThan(35);
  });

  it('names the permission that its callers need', () => {
    expect(routes.filter(({ permission }) => !PERMISSIONS.includes(permission as Permission))).toEqual([]);
  });

  it('is denied to a caller without it, whatever is asked', async () => {
    const identify = jest.spyOn(service.app.get(CallerIdentification), 'callerOf');
    identify.mockReturnValue({ actor: 'nobody', onBehalfOf: null, permissions: new Set() });
    try {
      for (const { method, path } of routes) {
        const reply = await service.call(
          method,
          path.replaceAll(/:\w+/g, 'x'),
          method === 'GET' ? {} : { body: {} },
        );
        expect([method, path, reply.status]).toEqual([method, path, 403]);
      }
    } finally {
      identify.mockRestore();
    }
  });

  it('is denied to everybody where it names none', async () => {
    const { PermissionGuard } = await import('../../src/api/access/permission-guard.js');
    const { Reflector } = await import('@nestjs/core');
    const guard = new PermissionGuard(new Reflector(), service.app.get(CallerIdentification));
    const context = { switchToHttp: () => ({ getRequest: () => ({}) }), getHandler: () => () => undefined };
    expect(() => guard.canActivate(context as never)).toThrow('names no permission');
  });

  describe('in the OpenAPI document', () => {
    const documented = (): FoundRoute[] => routes.filter(({ path }) => !path.startsWith('/docs'));
    const operationOf = ({ method, path }: FoundRoute): Json => {
      const template = path.replaceAll(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');
      return at(document, 'paths', template, method.toLowerCase());
    };

    it('stands under its own name, with a summary and what it answers', () => {
      for (const route of documented()) {
        const operation = operationOf(route);
        expect([route.path, at(operation, 'operationId')]).toEqual([route.path, route.name]);
        expect(at(operation, 'summary')).not.toBe('');
        const done = ['200', '201', '202']
          .map((status) => at(operation, 'responses', status))
          .find((answer) => answer !== undefined);
        expect(at(done, 'content')).toBeDefined();
      }
      const names = documented().map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    });

    it('lists its path’s parameters, its body and its problems', () => {
      for (const route of documented()) {
        const operation = operationOf(route);
        const inPath = listOf(at(operation, 'parameters')).filter(
          (parameter) => at(parameter, 'in') === 'path',
        );
        const named = [...route.path.replace(/\*$/, ':path').matchAll(/:(\w+)/g)].map(([, name]) => name);
        expect([route.path, inPath.map((parameter) => at(parameter, 'name')).sort()]).toEqual([
          route.path,
          named.sort(),
        ]);
        expect(at(operation, 'responses', '403', 'content')).toHaveProperty(['application/problem+json']);
        if (route.method !== 'GET') expect(at(operation, 'requestBody', 'content')).toBeDefined();
      }
    });

    it('has bodies made of the domain’s own rules', () => {
      const order = at(document, 'paths', '/v1/merchants/{merchantId}/orders', 'post', 'requestBody');
      const schema = at(order, 'content', 'application/json', 'schema');
      expect(at(schema, 'required')).toEqual(['orderNo', 'sku', 'quantity', 'unitPrice']);
      expect(at(schema, 'properties', 'quantity')).toEqual({ type: 'integer', minimum: 1, maximum: 1000 });
      expect(at(schema, 'properties')).not.toHaveProperty('merchantId');
      const purchase = at(document, 'paths', '/v1/purchase-orders', 'post', 'requestBody');
      const lines = at(purchase, 'content', 'application/json', 'schema', 'properties', 'lines');
      expect(at(lines, 'items', 'required')).toEqual(['sku', 'quantity', 'unitCost']);
    });

    it('knows every problem’s code', () => {
      expect(at(document, 'components', 'schemas', 'Problem', 'properties', 'code', 'enum')).toEqual(
        PROBLEM_CODES,
      );
    });
  });
});
